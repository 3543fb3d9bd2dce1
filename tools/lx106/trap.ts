/** What the chip, or a rule of the project, stops a program for. The order is that of the numbers in translated code. */
export const TRAP_KINDS = [
  "sub_word_code_access",
  "unaligned_access",
  "flash_write",
  "unmapped_access",
  "data_ram_execution",
  "unmapped_execution",
  "illegal_instruction",
  "break_instruction",
  "stack_overrun",
  "callee_saved_register",
  "out_of_bounds_write",
  "instruction_limit",
] as const;

export type TrapKind = (typeof TRAP_KINDS)[number];

const hexadecimal = (value: number): string => "0x" + (value >>> 0).toString(16).padStart(8, "0");

/** A program did what the chip does not let pass. `pc` is the instruction's address, `address` that of its access or target, or the value in question. */
export class Lx106Trap extends Error {
  readonly kind: TrapKind;
  readonly pc: number;
  readonly address: number;

  constructor(kind: TrapKind, pc: number, address: number) {
    super(`${kind} at pc ${hexadecimal(pc)}, address ${hexadecimal(address)}`);
    this.name = "Lx106Trap";
    this.kind = kind;
    this.pc = pc >>> 0;
    this.address = address >>> 0;
  }
}
