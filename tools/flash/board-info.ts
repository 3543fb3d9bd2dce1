import type { Prompt } from "../serial/prompt";
import { ToolError } from "../serial/tool-error";
import { FLASH_PAGE_BYTES } from "./loader";

export interface BoardInfo {
  /** Espruino's name of the build. */
  build: string;
  version: string;
  /** Variables (12 bytes each) in all and free. */
  variables: number;
  variablesFree: number;
  storage: StorageStats;
}

export interface StorageStats {
  totalBytes: number;
  /** After the last file. */
  freeBytes: number;
  /** In erased files. */
  trashBytes: number;
}

/** What the 4 MB build has of Storage: 48 pages. */
const STORAGE_BYTES = 48 * FLASH_PAGE_BYTES;

/** Where Storage begins in the flash of the builds that are known, in bytes. */
const STORAGE_STARTS: [prefix: string, start: number][] = [
  ["ESP8266", 0x0cb000],
  ["LINUX", 0x10000000],
];

const ASK = '[process.env.BOARD,process.env.VERSION,process.memory().total,process.memory().free,require("Storage").getStats()]';

/** Asks the board what it is. Needs a prompt after `reset`, so that the free variables are those of an empty board. */
export async function readBoardInfo(prompt: Prompt): Promise<BoardInfo> {
  const [build, version, variables, variablesFree, storage] = await prompt.run<[string, string, number, number, StorageStats]>(ASK);
  return { build, version, variables, variablesFree, storage };
}

/** @throws ToolError unless this is an Espruino that the firmware fits */
export function checkBuild(info: BoardInfo): void {
  storageStart(info.build);
  if (info.storage.totalBytes < STORAGE_BYTES) {
    throw new ToolError(
      `this board has the ${info.build} build with ${info.storage.totalBytes >> 10} KB of Storage: ` +
        'the 4 MB build (espruino_*_esp8266_4mb_combined_4096.bin) is needed, write it with "npm run firmware -- --image FILE"',
    );
  }
}

/** Offset of Storage in the flash, in bytes. */
export function storageStart(build: string): number {
  const known = STORAGE_STARTS.find(([prefix]) => build.startsWith(prefix));
  if (!known) throw new ToolError(`this is Espruino for ${build}, not for the ESP8266: is it the right port?`);
  return known[1];
}
