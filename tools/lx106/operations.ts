/** What each instruction that only works on registers computes, as WebAssembly. */
import type { Instruction } from "./decode";
import { type Code, Wasm } from "./wasm";

/** Locals of a translated unit: its entry's number, a0 to a15, and these. */
export const enum Local {
  entry = 0,
  a0 = 1,
  sar = 17,
  remaining = 18,
  next = 19,
  address = 20,
  count = 20,
}

/** What is known while a block is translated: the shift amount, where it is constant. */
export interface ShiftAmount {
  known: number | undefined;
}

type Emit = (code: Code, instruction: Instruction, shift: ShiftAmount) => void;

/** Pushes the first operand, the second. */
const first = (code: Code, { a }: Instruction): Code => code.with(Wasm.local_get, Local.a0 + a!);
const second = (code: Code, { b }: Instruction): Code => code.with(Wasm.local_get, Local.a0 + b!);

function binary(op: Wasm): Emit {
  return (code, instruction) => second(first(code, instruction), instruction).op(op);
}

function scaled(shift: number, op: Wasm): Emit {
  return (code, instruction) => second(first(code, instruction).const(shift).op(Wasm.i32_shl), instruction).op(op);
}

function withConstant(op: Wasm): Emit {
  return (code, instruction) => first(code, instruction).const(instruction.imm!).op(op);
}

/** d = the first operand if the second is zero, not zero, negative or not. */
function move(condition: (code: Code) => void): Emit {
  return (code, instruction) => {
    first(code, instruction).with(Wasm.local_get, Local.a0 + instruction.d!);
    second(code, instruction);
    condition(code);
    code.op(Wasm.select);
  };
}

function setShift(code: Code, shift: ShiftAmount): void {
  shift.known = undefined;
  code.with(Wasm.local_set, Local.sar);
}

/** a:b >> sar, of 64 bits. */
const funnelShift: Emit = (code, instruction, shift) => {
  const sar = shift.known;
  if (sar !== undefined && sar > 0 && sar < 32) {
    if (instruction.a === instruction.b) first(code, instruction).const(sar).op(Wasm.i32_rotr);
    else {
      first(code, instruction)
        .const(32 - sar)
        .op(Wasm.i32_shl);
      second(code, instruction).const(sar).op(Wasm.i32_shr_u, Wasm.i32_or);
    }
    return;
  }
  first(code, instruction).op(Wasm.i64_extend_i32_u).const64(32).op(Wasm.i64_shl);
  second(code, instruction).op(Wasm.i64_extend_i32_u, Wasm.i64_or);
  code.with(Wasm.local_get, Local.sar).op(Wasm.i64_extend_i32_u, Wasm.i64_shr_u, Wasm.i32_wrap_i64);
};

/** a:0 >> sar, of 64 bits. */
const shiftLeft: Emit = (code, instruction, shift) => {
  const sar = shift.known;
  first(code, instruction);
  if (sar !== undefined && sar > 0 && sar <= 32) code.const(32 - sar).op(Wasm.i32_shl);
  else {
    code.op(Wasm.i64_extend_i32_u).const64(32).op(Wasm.i64_shl);
    code.with(Wasm.local_get, Local.sar).op(Wasm.i64_extend_i32_u, Wasm.i64_shr_u, Wasm.i32_wrap_i64);
  }
};

function shiftRight(narrow: Wasm, extend: Wasm, wide: Wasm): Emit {
  return (code, instruction, shift) => {
    first(code, instruction);
    if (shift.known !== undefined && shift.known < 32) code.const(shift.known).op(narrow);
    else code.op(extend).with(Wasm.local_get, Local.sar).op(Wasm.i64_extend_i32_u, wide, Wasm.i32_wrap_i64);
  };
}

function multiply16(extend: (code: Code) => Code): Emit {
  return (code, instruction) => {
    extend(first(code, instruction));
    extend(second(code, instruction)).op(Wasm.i32_mul);
  };
}

const zeroExtend = (code: Code): Code => code.const(0xffff).op(Wasm.i32_and);
const signExtend = (code: Code): Code => code.const(16).op(Wasm.i32_shl).const(16).op(Wasm.i32_shr_s);

/** Operations that leave their result on the stack. */
const RESULTS: Record<string, Emit> = {
  and: binary(Wasm.i32_and),
  or: binary(Wasm.i32_or),
  xor: binary(Wasm.i32_xor),
  add: binary(Wasm.i32_add),
  sub: binary(Wasm.i32_sub),
  addx2: scaled(1, Wasm.i32_add),
  addx4: scaled(2, Wasm.i32_add),
  addx8: scaled(3, Wasm.i32_add),
  subx2: scaled(1, Wasm.i32_sub),
  subx4: scaled(2, Wasm.i32_sub),
  subx8: scaled(3, Wasm.i32_sub),
  mull: binary(Wasm.i32_mul),
  mul16u: multiply16(zeroExtend),
  mul16s: multiply16(signExtend),
  addi: withConstant(Wasm.i32_add),
  slli: withConstant(Wasm.i32_shl),
  srli: withConstant(Wasm.i32_shr_u),
  srai: withConstant(Wasm.i32_shr_s),
  mov: (code, instruction) => first(code, instruction),
  movi: (code, { imm }) => code.const(imm!),
  neg: (code, instruction) => first(code.const(0), instruction).op(Wasm.i32_sub),
  abs: (code, instruction) => {
    first(code.const(0), instruction).op(Wasm.i32_sub);
    first(code, instruction);
    first(code, instruction).const(0).op(Wasm.i32_lt_s, Wasm.select);
  },
  extui: (code, instruction) => {
    first(code, instruction).const(instruction.imm!).op(Wasm.i32_shr_u);
    code.const((1 << instruction.bits!) - 1).op(Wasm.i32_and);
  },
  moveqz: move((code) => code.op(Wasm.i32_eqz)),
  movnez: move(() => {}),
  movltz: move((code) => code.const(0).op(Wasm.i32_lt_s)),
  movgez: move((code) => code.const(0).op(Wasm.i32_ge_s)),
  nsau: (code, instruction) => first(code, instruction).op(Wasm.i32_clz),
  nsa: (code, instruction) => {
    first(code, instruction);
    first(code, instruction).const(31).op(Wasm.i32_shr_s, Wasm.i32_xor, Wasm.i32_clz).const(1).op(Wasm.i32_sub);
  },
  src: funnelShift,
  sll: shiftLeft,
  srl: shiftRight(Wasm.i32_shr_u, Wasm.i64_extend_i32_u, Wasm.i64_shr_u),
  sra: shiftRight(Wasm.i32_shr_s, Wasm.i64_extend_i32_s, Wasm.i64_shr_s),
  rsr: (code) => code.with(Wasm.local_get, Local.sar),
};

/** Operations that only change the shift amount, or nothing. */
const EFFECTS: Record<string, Emit> = {
  nop: () => {},
  ssai: (code, { imm }, shift) => {
    setShift(code.const(imm!), shift);
    shift.known = imm;
  },
  ssr: (code, instruction, shift) => setShift(first(code, instruction).const(31).op(Wasm.i32_and), shift),
  ssl: (code, instruction, shift) => {
    first(code.const(32), instruction).const(31).op(Wasm.i32_and, Wasm.i32_sub);
    setShift(code, shift);
  },
  ssa8l: (code, instruction, shift) => {
    first(code, instruction).const(3).op(Wasm.i32_and).const(3).op(Wasm.i32_shl);
    setShift(code, shift);
  },
  ssa8b: (code, instruction, shift) => {
    first(code.const(32), instruction).const(3).op(Wasm.i32_and).const(3).op(Wasm.i32_shl, Wasm.i32_sub);
    setShift(code, shift);
  },
  wsr: (code, instruction, shift) => setShift(first(code, instruction).const(63).op(Wasm.i32_and), shift),
  xsr: (code, instruction, shift) => {
    code.with(Wasm.local_get, Local.sar);
    setShift(first(code, instruction).const(63).op(Wasm.i32_and), shift);
    code.with(Wasm.local_set, Local.a0 + instruction.d!);
  },
};

/** Conditions of branches: leave 0 or not 0 on the stack. */
const CONDITIONS: Record<string, Emit> = {
  beqz: (code, instruction) => first(code, instruction).op(Wasm.i32_eqz),
  bnez: (code, instruction) => first(code, instruction),
  bltz: (code, instruction) => first(code, instruction).const(0).op(Wasm.i32_lt_s),
  bgez: (code, instruction) => first(code, instruction).const(0).op(Wasm.i32_ge_s),
  beqi: withConstant(Wasm.i32_eq),
  bnei: withConstant(Wasm.i32_ne),
  blti: withConstant(Wasm.i32_lt_s),
  bgei: withConstant(Wasm.i32_ge_s),
  bltui: withConstant(Wasm.i32_lt_u),
  bgeui: withConstant(Wasm.i32_ge_u),
  beq: binary(Wasm.i32_eq),
  bne: binary(Wasm.i32_ne),
  blt: binary(Wasm.i32_lt_s),
  bge: binary(Wasm.i32_ge_s),
  bltu: binary(Wasm.i32_lt_u),
  bgeu: binary(Wasm.i32_ge_u),
  bany: binary(Wasm.i32_and),
  bnone: (code, instruction) => second(first(code, instruction), instruction).op(Wasm.i32_and, Wasm.i32_eqz),
  bnall: (code, instruction) => second(first(code, instruction).const(-1).op(Wasm.i32_xor), instruction).op(Wasm.i32_and),
  ball: (code, instruction) => second(first(code, instruction).const(-1).op(Wasm.i32_xor), instruction).op(Wasm.i32_and, Wasm.i32_eqz),
  bbs: (code, instruction) => second(first(code, instruction), instruction).op(Wasm.i32_shr_u).const(1).op(Wasm.i32_and),
  bbc: (code, instruction) => second(first(code, instruction), instruction).op(Wasm.i32_shr_u).const(1).op(Wasm.i32_and, Wasm.i32_eqz),
  bbsi: (code, instruction) => first(code, instruction).const(instruction.imm!).op(Wasm.i32_shr_u).const(1).op(Wasm.i32_and),
  bbci: (code, instruction) => first(code, instruction).const(instruction.imm!).op(Wasm.i32_shr_u).const(1).op(Wasm.i32_and, Wasm.i32_eqz),
};

/** Translates an instruction that only works on registers; false if it is none. */
export function emitOperation(code: Code, instruction: Instruction, shift: ShiftAmount): boolean {
  const result = RESULTS[instruction.op];
  if (result) {
    result(code, instruction, shift);
    code.with(Wasm.local_set, Local.a0 + instruction.d!);
    return true;
  }
  const effect = EFFECTS[instruction.op];
  effect?.(code, instruction, shift);
  return effect !== undefined;
}

/** Pushes a branch's condition; false if the instruction is no branch. */
export function emitCondition(code: Code, instruction: Instruction, shift: ShiftAmount): boolean {
  const condition = CONDITIONS[instruction.op];
  condition?.(code, instruction, shift);
  return condition !== undefined;
}
