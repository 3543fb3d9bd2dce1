import type { Prompt } from "../serial/prompt";
import { ToolError } from "../serial/tool-error";
import { type BoardInfo, FLASH_PAGE_BYTES, type StorageStats, storageStart } from "./board-info";
import { HEADER_BYTES, SLOT_NAMES, type SlotHeader, type SlotName } from "./loader";

/**
 * The two slots in the board's Storage. Storage never rewrites a file in place: it leaves the old copy as waste, and moves all files
 * together ("compacts") when room runs out. On the ESP8266 that takes 4.1 KB of a 5 KB stack, and power lost meanwhile loses whatever
 * was being moved. So the slots are made once, with their contents at page borders, and from then on a slot's own pages are erased and
 * written: no file is ever moved, and the slot that works is never touched.
 */

/** Pages of a slot that are erased and written, and so the most that header and script may have together: the build holds itself to it. */
export const SLOT_PAGES = 18;
export const SLOT_CAPACITY = SLOT_PAGES * FLASH_PAGE_BYTES;

/** Bytes before every Storage file: size and flags (4), name (28). */
export const FILE_HEADER_BYTES = 32;
const NAME_OFFSET = 4;
const SIZE_MASK = 0xffffff;
const ERASED_WORD = 0xffffffff;

/**
 * The first slot's file reaches so far into one more page that the second's header ends at its border. The second's file ends at a page
 * border, so that the next file's header begins a page: compaction, should the board ever do it for the files behind, begins there.
 */
const SLOT_FILE_BYTES: Record<SlotName, number> = { "fw-a": SLOT_CAPACITY + FLASH_PAGE_BYTES - FILE_HEADER_BYTES, "fw-b": SLOT_CAPACITY };

/** Fills the room up to the first slot. */
const FILLER_NAME = "fw-pad";

/** Files that would run before, or instead of, the loader. */
export const RIVAL_FILES = [".bootrst", ".varimg", ".boot0", ".boot1", ".boot2", ".boot3", ".bootPowerOn"];

export interface StoredFile {
  name: string;
  /** Offset of its contents in the flash, in bytes. */
  at: number;
  size: number;
}

export interface Slot {
  name: SlotName;
  /** Offset of its contents in the flash, in bytes. */
  at: number;
}

/** Reads the headers of all files that are not erased, in the order in which they lie. */
export async function readFiles(prompt: Prompt, info: BoardInfo): Promise<StoredFile[]> {
  const start = storageStart(info.build);
  const end = start + info.storage.totalBytes;
  const files: StoredFile[] = [];
  let at = start;
  while (at + FILE_HEADER_BYTES <= end) {
    const header = Buffer.from(await prompt.run<number[]>(`[].slice.call(require("Flash").read(${FILE_HEADER_BYTES},${at}))`));
    const word = header.readUInt32LE(0);
    if (word === ERASED_WORD || word === 0) {
      if (at % FLASH_PAGE_BYTES === 0) break;
      at = roundUp(at, FLASH_PAGE_BYTES);
      continue;
    }
    const size = word & SIZE_MASK;
    const name = header.toString("latin1", NAME_OFFSET).split("\0")[0];
    if (at + FILE_HEADER_BYTES + size > end) throw new ToolError(`the board's Storage is damaged: ${ERASE_ADVICE}`);
    if (name) files.push({ name, at: at + FILE_HEADER_BYTES, size });
    at = roundUp(at + FILE_HEADER_BYTES + size, NAME_OFFSET);
  }
  return files;
}

export const ERASE_ADVICE = '"npm run flash -- --erase" empties it and starts afresh';

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/**
 * The two slots, made if the board has none yet.
 * @throws ToolError where there is no room for them, or something has moved them
 */
export async function provideSlots(prompt: Prompt, info: BoardInfo): Promise<Slot[]> {
  let files = await readFiles(prompt, info);
  const present = () => SLOT_NAMES.flatMap((name) => files.filter((file) => file.name === name));
  for (const file of present()) {
    if (file.at % FLASH_PAGE_BYTES || file.size !== SLOT_FILE_BYTES[file.name as SlotName]) {
      throw new ToolError(`the file ${file.name} on the board is out of place: ${ERASE_ADVICE}`);
    }
  }
  for (const name of SLOT_NAMES) {
    if (files.some((file) => file.name === name)) continue;
    await createSlot(prompt, info, name);
    files = await readFiles(prompt, info);
  }
  const slots = present().map((file) => ({ name: file.name as SlotName, at: file.at }));
  if (slots.length !== SLOT_NAMES.length || slots.some((slot) => slot.at % FLASH_PAGE_BYTES)) {
    throw new ToolError(`the board put the firmware's files elsewhere than expected: ${ERASE_ADVICE}`);
  }
  return slots;
}

async function createSlot(prompt: Prompt, info: BoardInfo, name: SlotName): Promise<void> {
  const stats = await prompt.run<StorageStats>('require("Storage").getStats()');
  const used = stats.totalBytes - stats.freeBytes;
  const afterHeader = (used + FILE_HEADER_BYTES) % FLASH_PAGE_BYTES;
  const filler = afterHeader === 0 ? 0 : roundUp(afterHeader + FILE_HEADER_BYTES + 1, FLASH_PAGE_BYTES) - afterHeader - FILE_HEADER_BYTES;
  const needed = (filler ? filler + FILE_HEADER_BYTES : 0) + FILE_HEADER_BYTES + SLOT_FILE_BYTES[name];
  if (stats.freeBytes < needed) {
    const kilobytes = `${stats.freeBytes >> 10} KB of ${info.storage.totalBytes >> 10} KB free, ${(needed >> 10) + 1} KB needed`;
    throw new ToolError(`too little Storage on the board (${kilobytes}): ${ERASE_ADVICE}`);
  }
  if (filler) await createFile(prompt, name === "fw-a" ? FILLER_NAME : `${FILLER_NAME}2`, filler);
  await createFile(prompt, name, SLOT_FILE_BYTES[name]);
}

/** Makes a file whose contents are left erased. Running it twice changes nothing. */
async function createFile(prompt: Prompt, name: string, size: number): Promise<void> {
  await prompt.run(`require("Storage").write(${JSON.stringify(name)},"\\xff",0,${size})`);
}

/** How long the erasure of all of Storage may take, in ms. */
const ERASE_ALL_MS = 30_000;

/** Empties Storage: all files on the board are gone after it. */
export async function eraseStorage(prompt: Prompt): Promise<void> {
  await prompt.run('require("Storage").eraseAll()', ERASE_ALL_MS);
}

/** The header in a slot, or undefined where there is none. */
export async function readHeader(prompt: Prompt, slot: Slot): Promise<SlotHeader | undefined> {
  const values = await prompt.run<number[] | null>(
    `(function(){try{return JSON.parse(require("Storage").read("${slot.name}",0,${HEADER_BYTES}))}catch(e){return null}})()`,
  );
  if (!Array.isArray(values) || values.length !== 3) return undefined;
  const [sequence, length, crc] = values;
  return { sequence, length, crc };
}

export interface StoredScript {
  length: number;
  crc: number;
}

/** How long the board may take for the CRC of a whole slot, in ms. */
const HASH_MS = 10_000;

/** Length and CRC-32 of a slot's script as the board reads it. */
export async function readBack(prompt: Prompt, slot: Slot, length: number): Promise<StoredScript> {
  const text = `(function(s){return{length:s.length,crc:E.CRC32(s)}})(require("Storage").read("${slot.name}",${HEADER_BYTES},${length}))`;
  return prompt.run<StoredScript>(text, HASH_MS);
}
