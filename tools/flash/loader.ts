/**
 * What the board finds its firmware by. A slot is a Storage file that begins with a 32-byte header: a JSON array of sequence number,
 * length in bytes and CRC-32 of the script that follows it, filled up with spaces and a line end. The loader takes the slot with the
 * highest sequence number whose length and CRC are right. The header is written last, so a slot that is being written is not taken.
 */
export const SLOT_NAMES = ["fw-a", "fw-b"] as const;

export type SlotName = (typeof SLOT_NAMES)[number];

/** Bytes before the script. */
export const HEADER_BYTES = 32;

export const FLASH_PAGE_BYTES = 4096;

/**
 * Pages of a slot as it is made on a board that has none. Storage has 48: one for the loader and what else there is, one that is lost between the
 * slots (slots.ts), two for the kernels' guard and other small files.
 */
export const SLOT_PAGES = 22;

/** What a firmware, machine code included, may have at most: the build holds itself to it. */
export const MAX_FIRMWARE_BYTES = SLOT_PAGES * FLASH_PAGE_BYTES - HEADER_BYTES;

export interface SlotHeader {
  /** Counts uploads, from 1. */
  sequence: number;
  /** Bytes of the script. */
  length: number;
  crc: number;
}

export function formatHeader(header: SlotHeader): string {
  const text = `[${header.sequence},${header.length},${header.crc}]`;
  if (text.length >= HEADER_BYTES) throw new RangeError("slot header too long");
  return `${text.padEnd(HEADER_BYTES - 1)}\n`;
}

/**
 * Evaluates, on the board, to the name of the slot that boots, or an empty string; the slot with the higher number is tried first and
 * the other only if that one is damaged. In `t` it leaves the script, which lies in flash and takes no memory.
 */
export const CHOOSE_SLOT =
  '(function(s,c){["fw-a","fw-b"].forEach(function(f){try{c.push([JSON.parse(s.read(f,0,32)),f])}catch(e){}});' +
  "if(c[1]&&c[1][0][0]>c[0][0][0])c.reverse();" +
  'for(var i=0;i<c.length;i++){t=s.read(c[i][1],32,c[i][0][1]);if(t&&t.length==c[i][0][1]&&E.CRC32(t)==c[i][0][2])return c[i][1]}return ""})' +
  '(require("Storage"),[])';

/** What the loader prints when no slot is whole. */
export const NO_FIRMWARE = "no whole firmware on this board: run npm run flash";

/** The boot code: evaluates the chosen slot's script in place. */
export const LOADER = `var t;${CHOOSE_SLOT}?eval(t):print("${NO_FIRMWARE}")\n`;
