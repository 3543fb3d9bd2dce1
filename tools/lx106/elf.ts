/** Reads what is needed of a 32-bit little-endian ELF file (System V ABI, chapters 4 and 5). */
import type { Symbol106 } from "./profile";

const PROGRAM_HEADERS = 28;
const SECTION_HEADERS = 32;
const PROGRAM_HEADER_COUNT = 44;
const SECTION_HEADER_COUNT = 48;
const SECTION_HEADER_BYTES = 40;
const PROGRAM_HEADER_BYTES = 32;
const SYMBOL_BYTES = 16;
const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const STT_NOTYPE = 0;
const STT_FUNC = 2;

export interface Segment {
  address: number;
  bytes: Uint8Array;
}

/** What a loader would put into memory. */
export function elfSegments(elf: Buffer): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i < elf.readUInt16LE(PROGRAM_HEADER_COUNT); i++) {
    const at = elf.readUInt32LE(PROGRAM_HEADERS) + i * PROGRAM_HEADER_BYTES;
    const from = elf.readUInt32LE(at + 4);
    const length = elf.readUInt32LE(at + 16);
    if (elf.readUInt32LE(at) === PT_LOAD && length > 0)
      segments.push({ address: elf.readUInt32LE(at + 8), bytes: elf.subarray(from, from + length) });
  }
  return segments;
}

/** Functions and labels of code with their addresses. */
export function elfSymbols(elf: Buffer): Symbol106[] {
  const header = (index: number): number => elf.readUInt32LE(SECTION_HEADERS) + index * SECTION_HEADER_BYTES;
  const symbols: Symbol106[] = [];
  for (let i = 0; i < elf.readUInt16LE(SECTION_HEADER_COUNT); i++) {
    if (elf.readUInt32LE(header(i) + 4) !== SHT_SYMTAB) continue;
    const names = elf.readUInt32LE(header(elf.readUInt32LE(header(i) + 24)) + 16);
    const from = elf.readUInt32LE(header(i) + 16);
    for (let at = from; at < from + elf.readUInt32LE(header(i) + 20); at += SYMBOL_BYTES) {
      const type = elf[at + 12] & 15;
      const nameAt = names + elf.readUInt32LE(at);
      const name = elf.toString("latin1", nameAt, elf.indexOf(0, nameAt));
      const isCode = type === STT_FUNC || (type === STT_NOTYPE && name !== "" && !name.startsWith("."));
      if (isCode) symbols.push({ name, address: elf.readUInt32LE(at + 4) });
    }
  }
  return symbols;
}
