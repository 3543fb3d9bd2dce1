/** The firmware's build, from source and config to the text of dist/firmware.js. */
import { kernelCode } from "../../board/esp8266/kernels.generated";
import type { BuildConfig } from "../../src/apps/config";
import { BuildError } from "./build-error";
import { bundleFirmware } from "./bundle";
import { compileFirmware } from "./compile";
import { configKeys, configModule } from "./embed-config";
import { configFeatures, featuresModule, featuresPath } from "./features";
import { partName } from "./fold";
import type { CallDepth } from "./gate/call-depth";
import { holdBundle } from "./gate/gate";
import { inlineFunctions } from "./inline/inline";
import { withMachineCode } from "./machine-code";
import { minifyFirmware, withoutSpace } from "./minify";
import { packParts } from "./pack-parts";
import { smallValues } from "./small-values";
import { dropUnraised } from "./unraised";
import { withoutPrototypes } from "./without-prototypes";
import { withWorkspaceAddress } from "./workspace-address";

export type BoardName = "esp8266" | "linux";

export interface BuildOptions {
  config: BuildConfig;
  board: BoardName;
  /** Compiled modules (path without extension) and the texts that stand in for them, for tests. */
  replace?: Map<string, string>;
  /** False leaves functions, names and comments as they are, for reading. */
  minify?: boolean;
  /** True keeps the names of the minified script's functions and its statements as they were, for counting by function. */
  keepNames?: boolean;
  /** Changes the script before its parts are packed, for measurements. */
  prepare?: (script: string) => string;
}

export interface BuildReport {
  /** Bytes of it all. */
  size: number;
  /** Bytes of the script, without the kernels' machine code. */
  sizeWithoutKernels: number;
  /** The deepest chain of calls, outermost function first, and chains that get back to where they began. */
  depth: CallDepth;
  /** Each part with the names of what stands in it; "" is what stays. */
  parts: Map<string, string[]>;
}

export interface Build {
  /** Its characters are bytes: write it as latin1. */
  code: string;
  size: number;
  report: BuildReport;
}

/** Builds the firmware for a board. Throws a BuildError that says what is wrong with the source. */
export async function buildFirmware(options: BuildOptions): Promise<Build> {
  const folder = await compileFirmware();
  const virtual = new Map([["virtual:config", configModule(options.config)]]);
  const replace = new Map([[featuresPath, featuresModule(configFeatures(options.config))], ...(options.replace ?? [])]);
  const folded = await bundleFirmware({ folder, entry: `board/${options.board}/main`, virtual, replace });
  const raised = dropUnraised(folded.code);
  const source = options.board === "esp8266" ? withWorkspaceAddress(raised) : raised;
  const script = smallValues(await inlineFunctions(source));
  // On Linux the script is not in flash, and there is memory enough.
  const packed = options.board === "esp8266" ? [...folded.parts.keys()].filter((part) => part !== "").map(partName) : [];
  const minified = await minifyFirmware(script, packed);
  const { problems, depth } = holdBundle(script, minified, configKeys);
  if (problems.length > 0) throw new BuildError(`the firmware has what Espruino does not run:\n${problems.join("\n")}`);
  const prepared = options.prepare?.(minified) ?? minified;
  const text =
    options.minify === false
      ? source
      : options.keepNames
        ? await withoutSpace(script)
        : packParts(options.board === "esp8266" ? withoutPrototypes(prepared) : prepared, packed);
  const code = callsKernels(folded.parts) ? withMachineCode(text, Buffer.from(kernelCode, "base64")) : text;
  const size = code.length;
  return { code, size, report: { size, sizeWithoutKernels: text.length, depth, parts: folded.parts } };
}

/** Whether the kernels' store is in the bundle: it is not on Linux, nor where a test puts something else in its place. */
function callsKernels(parts: BuildReport["parts"]): boolean {
  return [...parts.values()].some((names) => names.includes("findKernels"));
}
