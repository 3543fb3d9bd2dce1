import { crc32 } from "../serial/crc32";
import type { Prompt } from "../serial/prompt";
import { ToolError } from "../serial/tool-error";
import { CHOOSE_SLOT, formatHeader, HEADER_BYTES, LOADER, type SlotHeader } from "./loader";
import { RIVAL_FILES, readBack, readHeader, SLOT_CAPACITY, type Slot } from "./slots";

/** Bytes of flash that one command writes: a multiple of 4 (flash words) and of 3 (base64), so that the line stays under MAX_LINE_BYTES. */
export const CHUNK_BYTES = 672;

/** Hears how far it is: bytes erased and written so far, of `uploadSteps`. */
export type OnProgress = (done: number) => void;

/** Writes decoded bytes into flash and gives the CRC-32 of what the flash then holds. */
const WRITER = '_W=function(a,b){var f=require("Flash"),d=atob(b);f.write(d,a);return E.CRC32(f.read(d.length,a))}';

/** The slot that boots now, judged by its header, length and CRC; undefined where none does. */
export async function findActive(prompt: Prompt, slots: Slot[]): Promise<{ slot: Slot; header: SlotHeader } | undefined> {
  const name = await prompt.run<string>(CHOOSE_SLOT);
  const slot = slots.find((candidate) => candidate.name === name);
  const header = slot && (await readHeader(prompt, slot));
  return slot && header && { slot, header };
}

/** What `onProgress` counts up to for a script of so many bytes: the pages to erase and the bytes to write. */
export function uploadSteps(scriptBytes: number): number {
  return SLOT_CAPACITY / ERASE_SHARE + HEADER_BYTES + scriptBytes;
}

/** Erasing a byte counts as a fraction of writing it: that is about how long it takes. */
const ERASE_SHARE = 8;

/**
 * Writes a script into a slot and checks it: each chunk, then the whole. Only the header, written last, makes the slot one that boots; it
 * is written after length and CRC of the whole were read back.
 * @param script bytes; at most SLOT_CAPACITY - HEADER_BYTES
 * @param sequence higher than the active slot's
 */
export async function writeSlot(prompt: Prompt, slot: Slot, script: Uint8Array, sequence: number, onProgress: OnProgress): Promise<void> {
  let done = 0;
  await prompt.run(`${WRITER};0`);
  const pageBytes = await prompt.run<number>(`require("Flash").getPage(${slot.at}).length`);
  for (let page = 0; page < SLOT_CAPACITY; page += pageBytes) {
    await prompt.run(`require("Flash").erasePage(${slot.at + page});0`);
    onProgress((done += pageBytes / ERASE_SHARE));
  }
  for (let at = 0; at < script.length; at += CHUNK_BYTES) {
    const chunk = script.subarray(at, at + CHUNK_BYTES);
    await writeChunk(prompt, slot.at + HEADER_BYTES + at, chunk);
    onProgress((done += chunk.length));
  }
  const crc = crc32(script);
  const stored = await readBack(prompt, slot, script.length);
  if (stored.length !== script.length || stored.crc !== crc) {
    throw new ToolError("what the board stored is not what was sent: run the command again");
  }
  await writeChunk(prompt, slot.at, Buffer.from(formatHeader({ sequence, length: script.length, crc }), "latin1"));
  onProgress(done + HEADER_BYTES);
}

async function writeChunk(prompt: Prompt, at: number, chunk: Uint8Array): Promise<void> {
  const stored = await prompt.run<number>(`_W(${at},"${Buffer.from(chunk).toString("base64")}")`);
  if (stored !== crc32(chunk)) {
    throw new ToolError(
      `the board's flash does not keep what is written at 0x${at.toString(16)}: run the command again; if it stays, the board is worn out`,
    );
  }
}

/** Whether the board has boot code at all, ours or another. */
export async function hasBootCode(prompt: Prompt): Promise<boolean> {
  return prompt.run<boolean>('require("Storage").read(".bootcde")!==undefined');
}

/** Removes what would run before the loader, or in its place. Gives the names. */
export async function removeRivals(prompt: Prompt): Promise<string[]> {
  const names = await prompt.run<string[]>('require("Storage").list()');
  const rivals = names.filter((name) => RIVAL_FILES.includes(name));
  for (const name of rivals) await prompt.run(`require("Storage").erase("${name}");0`);
  return rivals;
}

/** Makes the loader the boot code, if it is not. */
export async function installLoader(prompt: Prompt): Promise<void> {
  await prompt.run(`require("Storage").write(".bootcde",${JSON.stringify(LOADER)})`);
  const stored = await prompt.run<number>('E.CRC32(require("Storage").read(".bootcde"))');
  if (stored !== crc32(LOADER)) throw new ToolError("the boot loader did not arrive whole: run the command again");
}
