/**
 * Decodes the lx106's instructions: the Xtensa core with the density, 16-bit and 32-bit multiplication and normalization options (Xtensa ISA
 * reference manual, chapter 7). Left out on purpose, as the chip has none of it: windows, loops, booleans, MAC16, sext, min/max, mul-high, division.
 */

/** One instruction, narrow and wide forms alike. Fields that an operation does not have are absent. */
export interface Instruction {
  pc: number;
  length: 2 | 3;
  op: string;
  /** Register written. */
  d?: number;
  /** Registers read: address or first operand, and second operand or value stored. */
  a?: number;
  b?: number;
  /** Constant operand: literal, offset, shift, bit number or value compared with. */
  imm?: number;
  /** Number of bits that extui keeps. */
  bits?: number;
  target?: number;
}

type Fields = Omit<Instruction, "pc" | "length">;

const SAR = 3;
const B4CONST = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
const B4CONSTU = [32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
const THREE_REGISTERS: Record<number, string> = {
  1: "and",
  2: "or",
  3: "xor",
  8: "add",
  9: "addx2",
  10: "addx4",
  11: "addx8",
  12: "sub",
  13: "subx2",
  14: "subx4",
  15: "subx8",
  24: "src",
  28: "mul16u",
  29: "mul16s",
  40: "mull",
  56: "moveqz",
  57: "movnez",
  58: "movltz",
  59: "movgez",
};
const SET_SHIFT = ["ssr", "ssl", "ssa8l", "ssa8b"];
const SYNC = new Set([0, 1, 2, 3, 8, 12, 13, 15]);
const LOADS: Record<number, [string, number]> = { 0: ["l8ui", 0], 1: ["l16ui", 1], 2: ["l32i", 2], 9: ["l16si", 1] };
const STORES: Record<number, [string, number]> = { 4: ["s8i", 0], 5: ["s16i", 1], 6: ["s32i", 2] };
const REGISTER_BRANCHES = [
  "bnone",
  "beq",
  "blt",
  "bltu",
  "ball",
  "bbc",
  "bbci",
  "bbci",
  "bany",
  "bne",
  "bge",
  "bgeu",
  "bnall",
  "bbs",
  "bbsi",
  "bbsi",
];
const ZERO_BRANCHES = ["beqz", "bnez", "bltz", "bgez"];
const CONSTANT_BRANCHES = ["beqi", "bnei", "blti", "bgei"];
const ILLEGAL: Fields = { op: "illegal" };

const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);

function decodeRegisterInstruction(word: number, r: number, s: number, t: number): Fields {
  const op1 = (word >>> 16) & 15;
  const op2 = (word >>> 20) & 15;
  const three = THREE_REGISTERS[(op1 << 4) | op2];
  if (three !== undefined) return { op: three, d: r, a: s, b: t };
  if (op1 === 0) return decodeMiscellaneous(op2, r, s, t);
  if (op1 === 1) return decodeShift(op2, r, s, t);
  if (op1 === 3 && op2 < 2) {
    if (((r << 4) | s) !== SAR) return ILLEGAL;
    return op2 === 0 ? { op: "rsr", d: t } : { op: "wsr", a: t };
  }
  if (op1 === 4 || op1 === 5) return { op: "extui", d: r, a: t, imm: s | ((op1 & 1) << 4), bits: op2 + 1 };
  return ILLEGAL;
}

function decodeMiscellaneous(op2: number, r: number, s: number, t: number): Fields {
  if (op2 === 6 && s === 0) return { op: "neg", d: r, a: t };
  if (op2 === 6 && s === 1) return { op: "abs", d: r, a: t };
  if (op2 === 4) {
    if (r < 4 && t === 0) return { op: SET_SHIFT[r], a: s };
    if (r === 4 && t < 2) return { op: "ssai", imm: s | (t << 4) };
    if (r === 14 || r === 15) return { op: r === 14 ? "nsa" : "nsau", d: t, a: s };
    return ILLEGAL;
  }
  if (op2 !== 0) return ILLEGAL;
  if (r === 0 && t === 8) return { op: "jx", a: 0 };
  if (r === 0 && t === 10) return { op: "jx", a: s };
  if (r === 0 && t === 12) return { op: "callx0", a: s };
  if (r === 2 && s === 0 && SYNC.has(t)) return { op: "nop" };
  if (r === 4) return { op: "break" };
  return ILLEGAL;
}

function decodeShift(op2: number, r: number, s: number, t: number): Fields {
  if (op2 < 2) {
    const left = t | (op2 << 4);
    return left === 0 ? ILLEGAL : { op: "slli", d: r, a: s, imm: 32 - left };
  }
  if (op2 < 4) return { op: "srai", d: r, a: t, imm: s | ((op2 & 1) << 4) };
  if (op2 === 4) return { op: "srli", d: r, a: t, imm: s };
  if (op2 === 6 && ((r << 4) | s) === SAR) return { op: "xsr", d: t, a: t };
  if (op2 === 9 && s === 0) return { op: "srl", d: r, a: t };
  if (op2 === 10 && t === 0) return { op: "sll", d: r, a: s };
  if (op2 === 11 && s === 0) return { op: "sra", d: r, a: t };
  return ILLEGAL;
}

function decodeMemoryInstruction(word: number, r: number, s: number, t: number): Fields {
  const imm8 = word >>> 16;
  if (LOADS[r] !== undefined) return { op: LOADS[r][0], d: t, a: s, imm: imm8 << LOADS[r][1] };
  if (STORES[r] !== undefined) return { op: STORES[r][0], a: s, b: t, imm: imm8 << STORES[r][1] };
  if (r === 10) return { op: "movi", d: t, imm: signed((s << 8) | imm8, 12) };
  if (r === 12) return { op: "addi", d: t, a: s, imm: signed(imm8, 8) };
  if (r === 13) return { op: "addi", d: t, a: s, imm: signed(imm8, 8) << 8 };
  return ILLEGAL;
}

function decodeJumpOrBranch(word: number, pc: number, r: number, s: number, t: number): Fields {
  const kind = t & 3;
  const which = t >> 2;
  const near = pc + 4 + signed(word >>> 16, 8);
  if (kind === 0) return { op: "j", target: pc + 4 + signed(word >>> 6, 18) };
  if (kind === 1) return { op: ZERO_BRANCHES[which], a: s, target: pc + 4 + signed(word >>> 12, 12) };
  if (kind === 2) return { op: CONSTANT_BRANCHES[which], a: s, imm: B4CONST[r], target: near };
  if (which === 2) return { op: "bltui", a: s, imm: B4CONSTU[r], target: near };
  if (which === 3) return { op: "bgeui", a: s, imm: B4CONSTU[r], target: near };
  return ILLEGAL;
}

function decodeRegisterBranch(word: number, pc: number, r: number, s: number, t: number): Fields {
  const op = REGISTER_BRANCHES[r];
  const target = pc + 4 + signed(word >>> 16, 8);
  if (op.length === 4 && op.endsWith("i")) return { op, a: s, imm: t | ((r & 1) << 4), target };
  return { op, a: s, b: t, target };
}

function decodeNarrow(word: number, pc: number, r: number, s: number, t: number): Fields {
  switch (word & 15) {
    case 8:
      return { op: "l32i", d: t, a: s, imm: r << 2 };
    case 9:
      return { op: "s32i", a: s, b: t, imm: r << 2 };
    case 10:
      return { op: "add", d: r, a: s, b: t };
    case 11:
      return { op: "addi", d: r, a: s, imm: t === 0 ? -1 : t };
    case 12: {
      if (t >= 8) return { op: t >= 12 ? "bnez" : "beqz", a: s, target: pc + 4 + (((t & 3) << 4) | r) };
      const imm7 = ((t & 7) << 4) | r;
      return { op: "movi", d: s, imm: imm7 >= 96 ? imm7 - 128 : imm7 };
    }
  }
  if (r === 0) return { op: "mov", d: t, a: s };
  if (r === 15 && s === 0 && t === 0) return { op: "jx", a: 0 };
  if (r === 15 && t === 2) return { op: "break" };
  if (r === 15 && s === 0 && t === 3) return { op: "nop" };
  return ILLEGAL;
}

function decodeWide(word: number, pc: number, r: number, s: number, t: number): Fields {
  switch (word & 15) {
    case 0:
      return decodeRegisterInstruction(word, r, s, t);
    case 1:
      return { op: "l32r", d: t, imm: (((pc + 3) & ~3) + (0xfffc0000 | ((word >>> 8) << 2))) | 0 };
    case 2:
      return decodeMemoryInstruction(word, r, s, t);
    case 5:
      return (t & 3) === 0 ? { op: "call0", target: (pc & ~3) + (signed(word >>> 6, 18) << 2) + 4 } : ILLEGAL;
    case 6:
      return decodeJumpOrBranch(word, pc, r, s, t);
    case 7:
      return decodeRegisterBranch(word, pc, r, s, t);
    default:
      return ILLEGAL;
  }
}

/** Decodes the instruction at `pc`. @param word the three bytes from there, the first one lowest */
export function decode(word: number, pc: number): Instruction {
  const t = (word >>> 4) & 15;
  const s = (word >>> 8) & 15;
  const r = (word >>> 12) & 15;
  const narrow = (word & 15) >= 8 && (word & 15) < 14;
  if (narrow) return { pc, length: 2, ...decodeNarrow(word, pc, r, s, t) };
  return { pc, length: 3, ...decodeWide(word, pc, r, s, t) };
}
