import { KernelBlob } from "../../board/esp8266/kernels.generated";
import type { Prompt } from "../serial/prompt";
import { ToolError } from "../serial/tool-error";
import { type BoardInfo, type StorageStats, storageStart } from "./board-info";
import { ERASE_ADVICE, FILE_HEADER_BYTES, readFiles, roundUp, SLOT_CAPACITY, type Slot } from "./slots";

/**
 * Room for the native kernels, which the firmware itself puts into Storage at its first boot. A new version of them does not fit beside the
 * erased old one, and compaction is to be avoided (slots.ts), so the pages behind the slots, where only the kernels and their guard lie,
 * are erased here. The firmware writes both anew.
 */
const KERNEL_FILE = `bl-k${KernelBlob.crc}`;

/** Says how far the kernels' self-test has come; ends with the mark of a passed one. */
export const GUARD_FILE = "bl-guard";
const PROVEN_MARK = "p";

/** The firmware's own files that it makes again. */
const OWN_FILE = /^bl-|^\.bootcde$/;

/** For the guard, written several times. */
const SPARE_BYTES = 1024;

/** Sees to it that the kernels of this build can be written. Gives whether it had to erase what was there, boot code perhaps included. */
export async function makeKernelRoom(prompt: Prompt, info: BoardInfo, slots: Slot[]): Promise<boolean> {
  const files = await readFiles(prompt, info);
  if (files.some((file) => file.name === KERNEL_FILE)) return false;
  const stats = await prompt.run<StorageStats>('require("Storage").getStats()');
  if (stats.freeBytes >= FILE_HEADER_BYTES + KernelBlob.length + SPARE_BYTES) return false;
  const tail = Math.max(...slots.map((slot) => slot.at)) + SLOT_CAPACITY;
  const foreign = files.filter((file) => file.at > tail && !OWN_FILE.test(file.name));
  if (foreign.length > 0) {
    const names = foreign.map((file) => file.name).join(", ");
    throw new ToolError(`too little Storage for the kernels: remove ${names} from the board, or ${ERASE_ADVICE}`);
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
