import type { Prompt } from "../serial/prompt";
import { ToolError } from "../serial/tool-error";
import { type BoardInfo, type StorageStats, storageStart } from "./board-info";
import { ERASE_ADVICE, readFiles, roundUp, type Slot } from "./slots";

/** Says how far the kernels' self-test has come (board/esp8266/kernel-store.ts); ends with the mark of a passed one. */
export const GUARD_FILE = "bl-guard";
const PROVEN_MARK = "p";

/** The firmware's own files that are made again: the guard, earlier versions' machine code, and the loader. */
const OWN_FILE = /^bl-|^\.bootcde$/;

/** For the guard, which is written several times: short of room, Espruino would compact Storage while the firmware runs. */
const GUARD_BYTES = 1024;

/**
 * Sees to it that the firmware can write its guard: where there is too little room, what is behind the slots is erased, if it is all the firmware's
 * own. Gives whether it had to, boot code perhaps included.
 */
export async function makeGuardRoom(prompt: Prompt, info: BoardInfo, slots: Slot[]): Promise<boolean> {
  const stats = await prompt.run<StorageStats>('require("Storage").getStats()');
  if (stats.freeBytes >= GUARD_BYTES) return false;
  const tail = Math.max(...slots.map((slot) => slot.at + slot.capacity));
  const files = await readFiles(prompt, info);
  const foreign = files.filter((file) => file.at > tail && !OWN_FILE.test(file.name));
  if (foreign.length > 0) {
    const names = foreign.map((file) => file.name).join(", ");
    throw new ToolError(`too little Storage on the board: remove ${names} from it, or ${ERASE_ADVICE}`);
  }
  const pageBytes = await prompt.run<number>(`require("Flash").getPage(${tail}).length`);
  const end = storageStart(info.build) + roundUp(stats.totalBytes - stats.freeBytes, pageBytes);
  for (let page = tail; page < end; page += pageBytes) await prompt.run(`require("Flash").erasePage(${page});0`);
  return true;
}

/** Gives kernels that failed their self-test another chance. A passed one stays. */
export async function renewGuard(prompt: Prompt): Promise<void> {
  const guard = `require("Storage").read("${GUARD_FILE}")`;
  const mark = await prompt.run<string>(`(function(s){return s?s.substr(-1):"${PROVEN_MARK}"})(${guard})`);
  if (mark !== PROVEN_MARK) await prompt.run(`require("Storage").erase("${GUARD_FILE}");0`);
}
