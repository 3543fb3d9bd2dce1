import { crc32 } from "../serial/crc32";
import type { Prompt } from "../serial/prompt";
import { ToolError } from "../serial/tool-error";
import { CHOOSE_SLOT, formatHeader, HEADER_BYTES, LOADER, type SlotHeader } from "./loader";
import { RIVAL_FILES, readBack, readHeader, type Slot } from "./slots";

/** Bytes of flash that one command writes: a multiple of 4 (flash words) and of 3 (base64), so that the line stays under MAX_LINE_BYTES. */
export const CHUNK_BYTES = 672;

/** Hears how far it is: bytes erased and written so far, of `uploadSteps`. */
export type OnProgress = (done: number) => void;

/** Writes decoded bytes into flash and gives the CRC-32 of what the flash then holds. */
const WRITER = '_W=function(a,b){var f=require("Flash"),d=atob(b);f.write(d,a);return E.CRC32(f.read(d.length,a))}';

/** Copies within the flash, a small piece at a time. */
const COPIER = '_C=function(a,b,n){for(var f=require("Flash"),i=0;i<n;i+=512)f.write(f.read(Math.min(512,n-i),a+i),b+i)}';

/** Bytes that one command copies. */
const COPY_BYTES = 4096;

/** A common end is looked for in multiples of this. */
const END_BYTES = 512;

/** The flash is written in words. */
const WORD_BYTES = 4;

export interface ActiveSlot {
  slot: Slot;
  header: SlotHeader;
}

/** The slot that boots now, judged by its header, length and CRC; undefined where none does. */
export async function findActive(prompt: Prompt, slots: Slot[]): Promise<ActiveSlot | undefined> {
  const name = await prompt.run<string>(CHOOSE_SLOT);
  const slot = slots.find((candidate) => candidate.name === name);
  const header = slot && (await readHeader(prompt, slot));
  return slot && header && { slot, header };
}

/** What the board has already of a firmware: its end. */
export interface CopiedEnd {
  /** Offset in the flash, in bytes. */
  at: number;
  length: number;
}

/**
 * The longest end that the firmware that boots and the script have in common: the machine code, unless it has changed, and often more. Undefined
 * where there is none.
 */
export async function findCopy(prompt: Prompt, { slot, header }: ActiveSlot, script: Uint8Array): Promise<CopiedEnd | undefined> {
  // Else the copy would not lie on whole words of the flash.
  if (header.length % WORD_BYTES || script.length % WORD_BYTES) return undefined;
  let common = 0;
  let tooMany = Math.floor(Math.min(header.length, script.length) / END_BYTES) + 1;
  while (tooMany - common > 1) {
    const middle = Math.floor((common + tooMany) / 2);
    const length = middle * END_BYTES;
    const stored = await readBack(prompt, slot, length, header.length - length);
    if (stored.crc === crc32(script.subarray(-length))) common = middle;
    else tooMany = middle;
  }
  const length = common * END_BYTES;
  return common === 0 ? undefined : { at: slot.at + HEADER_BYTES + header.length - length, length };
}

/** What `onProgress` counts up to for a script of so many bytes: the pages to erase, and the bytes to copy and to write. */
export function uploadSteps(slot: Slot, scriptBytes: number, copied?: CopiedEnd): number {
  const sent = scriptBytes - (copied?.length ?? 0);
  return (slot.capacity + (copied?.length ?? 0)) / QUICK_SHARE + HEADER_BYTES + sent;
}

/** Erasing or copying a byte counts as a fraction of sending it: that is about how long it takes. */
const QUICK_SHARE = 8;

export interface Upload {
  /** At most the slot's capacity less HEADER_BYTES. */
  script: Uint8Array;
  /** Higher than the active slot's. */
  sequence: number;
  /** The end of the script that is not sent but copied on the board. */
  copied?: CopiedEnd;
}

/**
 * Writes a script into a slot and checks it: each chunk, then the whole. Only the header, written last, makes the slot one that boots; it
 * is written after length and CRC of the whole were read back.
 */
export async function writeSlot(prompt: Prompt, slot: Slot, { script, sequence, copied }: Upload, onProgress: OnProgress): Promise<void> {
  let done = 0;
  await prompt.run(`${WRITER};${COPIER};0`);
  const pageBytes = await prompt.run<number>(`require("Flash").getPage(${slot.at}).length`);
  for (let page = 0; page < slot.capacity; page += pageBytes) {
    await prompt.run(`require("Flash").erasePage(${slot.at + page});0`);
    onProgress((done += pageBytes / QUICK_SHARE));
  }
  const start = slot.at + HEADER_BYTES;
  const sentBytes = script.length - (copied?.length ?? 0);
  for (let at = 0; at < sentBytes; at += CHUNK_BYTES) {
    const chunk = script.subarray(at, Math.min(at + CHUNK_BYTES, sentBytes));
    await writeChunk(prompt, start + at, chunk);
    onProgress((done += chunk.length));
  }
  for (let at = 0; copied && at < copied.length; at += COPY_BYTES) {
    const length = Math.min(COPY_BYTES, copied.length - at);
    await prompt.run(`_C(${copied.at + at},${start + sentBytes + at},${length});0`);
    onProgress((done += length / QUICK_SHARE));
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
