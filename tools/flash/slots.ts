import type { Prompt } from "../serial/prompt";
import { ToolError } from "../serial/tool-error";
import { type BoardInfo, type StorageStats, storageStart } from "./board-info";
import { FLASH_PAGE_BYTES, HEADER_BYTES, SLOT_NAMES, SLOT_PAGES, type SlotHeader, type SlotName } from "./loader";

/**
 * The two slots in the board's Storage. Storage never rewrites a file in place: it leaves the old copy as waste, and moves all files
 * together ("compacts") when room runs out. On the ESP8266 that takes 4.1 KB of a 5 KB stack, and power lost meanwhile loses whatever
 * was being moved. So the slots are made once, with their contents at page borders, and from then on a slot's own pages are erased and
 * written: no file is ever moved, and the slot that works is never touched.
 */

/** Bytes before every Storage file: size and flags (4), name (28). */
export const FILE_HEADER_BYTES = 32;
const NAME_OFFSET = 4;
const SIZE_MASK = 0xffffff;
const ERASED_WORD = 0xffffffff;

/**
 * Of a slot's file behind its pages. The first slot's reaches so far into one more page that the second's header ends at its border. The second's
 * ends at a page border, so that the next file's header begins a page: compaction, should the board ever do it for the files behind, begins there.
 */
const BYTES_BEHIND: Record<SlotName, number> = { "fw-a": FLASH_PAGE_BYTES - FILE_HEADER_BYTES, "fw-b": 0 };

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
  /** Bytes of its pages, which are erased and written: the most that header and firmware may have together. Boards of earlier versions have less. */
  capacity: number;
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
  const slots: Slot[] = [];
  const find = async (name: SlotName) => (await readFiles(prompt, info)).find((file) => file.name === name);
  for (const name of SLOT_NAMES) {
    let file = await find(name);
    if (!file) {
      await createSlot(prompt, info, name);
      file = await find(name);
    }
    if (!file) throw new ToolError(`the board did not make the file ${name}: ${ERASE_ADVICE}`);
    slots.push(slotIn(file));
  }
  return slots;
}

/** The slot that a file holds. Throws where the file is not as createSlot makes it. */
function slotIn(file: StoredFile): Slot {
  const name = file.name as SlotName;
  const capacity = file.size - BYTES_BEHIND[name];
  if (file.at % FLASH_PAGE_BYTES || capacity % FLASH_PAGE_BYTES || capacity <= 0) {
    throw new ToolError(`the file ${name} on the board is out of place: ${ERASE_ADVICE}`);
  }
  return { name, at: file.at, capacity };
}

async function createSlot(prompt: Prompt, info: BoardInfo, name: SlotName): Promise<void> {
  const stats = await prompt.run<StorageStats>('require("Storage").getStats()');
  const used = stats.totalBytes - stats.freeBytes;
  const afterHeader = (used + FILE_HEADER_BYTES) % FLASH_PAGE_BYTES;
  const filler = afterHeader === 0 ? 0 : roundUp(afterHeader + FILE_HEADER_BYTES + 1, FLASH_PAGE_BYTES) - afterHeader - FILE_HEADER_BYTES;
  const size = SLOT_PAGES * FLASH_PAGE_BYTES + BYTES_BEHIND[name];
  const needed = (filler ? filler + FILE_HEADER_BYTES : 0) + FILE_HEADER_BYTES + size;
  if (stats.freeBytes < needed) {
    const kilobytes = `${stats.freeBytes >> 10} KB of ${info.storage.totalBytes >> 10} KB free, ${(needed >> 10) + 1} KB needed`;
    throw new ToolError(`too little Storage on the board (${kilobytes}): ${ERASE_ADVICE}`);
  }
  if (filler) await createFile(prompt, name === "fw-a" ? FILLER_NAME : `${FILLER_NAME}2`, filler);
  await createFile(prompt, name, size);
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

/** Length and CRC-32 of a slot's script as the board reads it, or of `length` bytes of it from `from` on. */
export async function readBack(prompt: Prompt, slot: Slot, length: number, from = 0): Promise<StoredScript> {
  const read = `require("Storage").read("${slot.name}",${HEADER_BYTES + from},${length})`;
  return prompt.run<StoredScript>(`(function(s){return{length:s.length,crc:E.CRC32(s)}})(${read})`, HASH_MS);
}
