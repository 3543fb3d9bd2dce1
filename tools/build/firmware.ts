/** The firmware's build, from source and config to the text of dist/firmware.js. */
import type { BuildConfig } from "../../src/apps/config";
import { bundleFirmware } from "./bundle";
import { compileFirmware } from "./compile";
import { configModule } from "./embed-config";
import { minifyFirmware } from "./minify";

export type BoardName = "esp8266" | "linux";

export interface BuildOptions {
  config: BuildConfig;
  board: BoardName;
  /** False leaves names and spaces as they are, for reading. */
  minify?: boolean;
}

export interface BuildReport {
  /** Bytes of the script. */
  size: number;
  /** Each part with the names of what stands in it; "" is what stays. */
  parts: Map<string, string[]>;
}

export interface Build {
  code: string;
  size: number;
  report: BuildReport;
}

/** Builds the firmware for a board. Throws a BuildError that says what is wrong with the source. */
export async function buildFirmware(options: BuildOptions): Promise<Build> {
  const folder = await compileFirmware();
  const virtual = new Map([["virtual:config", configModule(options.config)]]);
  const folded = await bundleFirmware({ folder, entry: `board/${options.board}/main`, virtual });
  const code = options.minify === false ? folded.code : await minifyFirmware(folded.code);
  const size = Buffer.byteLength(code);
  return { code, size, report: { size, parts: folded.parts } };
}
