/** A few instructions as bytes, for tests that must not need the cross tools. Names and operands as in the Xtensa manual. */

const rrr = (op2: number, op1: number, r: number, s: number, t: number): number[] => [t << 4, (r << 4) | s, (op2 << 4) | op1];
const rri8 = (r: number, t: number, s: number, imm8: number): number[] => [(t << 4) | 2, (r << 4) | s, imm8 & 255];

export const add = (r: number, s: number, t: number): number[] => rrr(8, 0, r, s, t);
export const muluh = (r: number, s: number, t: number): number[] => rrr(10, 2, r, s, t);
export const quou = (r: number, s: number, t: number): number[] => rrr(12, 2, r, s, t);
export const sext = (r: number, s: number, t: number): number[] => rrr(2, 3, r, s, t);
export const rsrCcount = (t: number): number[] => rrr(0, 3, 14, 10, t);
export const l8ui = (t: number, s: number, offset: number): number[] => rri8(0, t, s, offset);
export const l16ui = (t: number, s: number, offset: number): number[] => rri8(1, t, s, offset >> 1);
export const l16si = (t: number, s: number, offset: number): number[] => rri8(9, t, s, offset >> 1);
export const l32i = (t: number, s: number, offset: number): number[] => rri8(2, t, s, offset >> 2);
export const l32ai = (t: number, s: number, offset: number): number[] => rri8(11, t, s, offset >> 2);
export const s8i = (t: number, s: number, offset: number): number[] => rri8(4, t, s, offset);
export const s16i = (t: number, s: number, offset: number): number[] => rri8(5, t, s, offset >> 1);
export const s32i = (t: number, s: number, offset: number): number[] => rri8(6, t, s, offset >> 2);
export const movi = (t: number, value: number): number[] => rri8(10, t, (value >> 8) & 15, value);
export const addi = (t: number, s: number, value: number): number[] => rri8(12, t, s, value);
export const addmi = (t: number, s: number, value: number): number[] => rri8(13, t, s, value >> 8);
export const jx = (s: number): number[] => rrr(0, 0, 0, s, 10);
export const callx0 = (s: number): number[] => rrr(0, 0, 0, s, 12);
export const ret: readonly number[] = rrr(0, 0, 0, 0, 8);
export const isync: readonly number[] = rrr(0, 0, 2, 0, 0);
export const breakN: readonly number[] = [0x2d, 0xf0];
/** Jump, `distance` from this instruction. */
export const j = (distance: number): number[] => {
  const word = ((distance - 4) << 6) | 6;
  return [word & 255, (word >> 8) & 255, (word >> 16) & 255];
};
/** Branch if not zero, `distance` from this instruction. */
export const bnez = (s: number, distance: number): number[] => {
  const word = ((distance - 4) << 12) | (s << 8) | 0x56;
  return [word & 255, (word >> 8) & 255, (word >> 16) & 255];
};
/** loop as, with its end 16 bytes on. */
export const loop = (s: number): number[] => [0x76, 0x80 | s, 12];
