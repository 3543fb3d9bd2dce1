/**
 * Translates units of machine code into WebAssembly functions: a function takes the number of the entry to begin at, loads the registers it
 * uses from the state, runs until control leaves the unit, stores what it changed and gives the address where execution goes on.
 */
import type { Instruction } from "./decode";
import { FunctionIndex } from "./load-slowly";
import { DATA_RAM, DATA_RAM_BYTES, Place, STACK_TOP, State } from "./memory-map";
import { emitCondition, emitOperation, Local, type ShiftAmount } from "./operations";
import { TRAP_KINDS, type TrapKind } from "./trap";
import { arrange, type Block, firstBlock, type Item, type Unit } from "./units";
import { Code, Type, Wasm } from "./wasm";

export interface TranslationOptions {
  /** The word of flash at an address, or undefined where it may change. */
  constantAt(address: number): number | undefined;
  /** Where a block's executions are counted, or undefined for no profile. */
  counterOf?(block: Block): number;
}

const STACK_POINTER = 1;
const STACK_ALIGNMENT = 16;

const ACCESSES: Record<string, { size: number; op: Wasm }> = {
  l8ui: { size: 1, op: Wasm.i32_load8_u },
  l16ui: { size: 2, op: Wasm.i32_load16_u },
  l16si: { size: 2, op: Wasm.i32_load16_s },
  l32i: { size: 4, op: Wasm.i32_load },
  s8i: { size: 1, op: Wasm.i32_store8 },
  s16i: { size: 2, op: Wasm.i32_store16 },
  s32i: { size: 4, op: Wasm.i32_store },
};

/** A label that a branch can go to: the unit's end, its dispatch, the place before an item, or a loop's header. */
interface LabelPlace {
  kind: "exit" | "dispatch" | "before" | "loop" | "other";
  block: number;
}

/** log2 of an access's size. */
const sizeBits = (size: number): number => size >> 1;

class UnitTranslation {
  readonly code = new Code();
  private readonly labels: LabelPlace[] = [];
  private readonly used = new Set<number>();
  private readonly changed = new Set<number>();
  private shift: ShiftAmount = { known: undefined };

  constructor(
    private readonly unit: Unit,
    private readonly options: TranslationOptions,
  ) {}

  translate(): Code {
    this.collectRegisters();
    for (const register of this.used) this.loadState(Local.a0 + register, register * 4);
    this.loadState(Local.sar, State.sar);
    this.loadState(Local.remaining, State.remaining);
    this.open(Wasm.block, "exit");
    this.open(Wasm.loop, "dispatch");
    this.emitRegion(arrange(0, this.unit.blocks.length - 1, this.unit.loops), true);
    this.code.op(Wasm.unreachable);
    this.close();
    this.code.op(Wasm.unreachable);
    this.close();
    for (const register of this.changed) this.storeState(Local.a0 + register, register * 4);
    this.storeState(Local.sar, State.sar);
    this.storeState(Local.remaining, State.remaining);
    return this.code.with(Wasm.local_get, Local.next);
  }

  private collectRegisters(): void {
    for (const { instructions } of this.unit.blocks) {
      for (const { a, b, d, op } of instructions) {
        for (const register of [a, b, d]) if (register !== undefined) this.used.add(register);
        if (d !== undefined) this.changed.add(d);
        if (op === "call0" || op === "callx0") this.used.add(0);
        if (op === "call0" || op === "callx0") this.changed.add(0);
      }
    }
  }

  private loadState(local: number, offset: number): void {
    this.code
      .const(0)
      .memory(Wasm.i32_load, Place.state + offset)
      .with(Wasm.local_set, local);
  }

  private storeState(local: number, offset: number): void {
    this.code
      .const(0)
      .with(Wasm.local_get, local)
      .memory(Wasm.i32_store, Place.state + offset);
  }

  private open(op: Wasm, kind: LabelPlace["kind"] = "other", block = -1, type: number = Type.empty): void {
    this.code.open(op, type);
    this.labels.push({ kind, block });
  }

  private close(): void {
    this.code.op(Wasm.end);
    this.labels.pop();
  }

  /** Relative depth of the innermost label that fits, or undefined. */
  private depth(kind: LabelPlace["kind"], block = -1): number | undefined {
    for (let at = this.labels.length - 1; at >= 0; at--) {
      const label = this.labels[at];
      if (label.kind === kind && (block === -1 || label.block === block)) return this.labels.length - 1 - at;
    }
    return undefined;
  }

  private emitRegion(items: Item[], dispatches: boolean): void {
    for (const item of [...items].reverse()) this.open(Wasm.block, "before", firstBlock(item));
    if (dispatches) {
      const targets = this.unit.entries.map((block) => this.depth("before", block)!);
      this.code.with(Wasm.local_get, Local.entry).branchTable(targets, targets[0]);
    }
    for (const item of items) {
      this.close();
      if ("loop" in item) {
        this.open(Wasm.loop, "loop", item.loop.first);
        this.emitRegion(item.items, false);
        this.close();
      } else this.emitBlock(item.block);
    }
  }

  private emitBlock(index: number): void {
    const block = this.unit.blocks[index];
    this.shift = { known: undefined };
    const count = block.instructions.length;
    this.code.with(Wasm.local_get, Local.remaining).const(count).op(Wasm.i32_sub).with(Wasm.local_set, Local.remaining);
    const counter = this.options.counterOf?.(block);
    if (counter !== undefined) {
      this.code.const(counter).const(counter).memory(Wasm.i64_load).const64(1).op(Wasm.i64_add).memory(Wasm.i64_store);
    }
    block.instructions.forEach((instruction, at) => {
      this.emitInstruction(instruction, count - 1 - at, index);
    });
    if (block.next !== undefined && this.unit.indexOf.get(block.next) !== index + 1) this.emitJump(block.next, index);
  }

  /** @param after how many instructions of the block come after this one */
  private emitInstruction(instruction: Instruction, after: number, block: number): void {
    const { op, d, pc, length, target } = instruction;
    const access = ACCESSES[op];
    if (access) this.emitAccess(instruction, access, after);
    else if (op === "l32r") this.emitLiteral(instruction, after);
    else if (!emitOperation(this.code, instruction, this.shift)) {
      if (op === "j") this.emitJump(target!, block);
      else if (op === "jx" || op === "call0" || op === "callx0") this.emitLeave(instruction, pc + length);
      else if (op === "illegal" || op === "break") this.emitTrap(op === "break" ? "break_instruction" : "illegal_instruction", pc, after);
      else if (emitCondition(this.code, instruction, this.shift)) this.emitBranch(target!, block);
      else throw new Error(`no translation of ${op}`);
    }
    if (d === STACK_POINTER) this.emitStackCheck(pc, after);
  }

  private emitTrap(kind: TrapKind, pc: number, after: number): void {
    this.code
      .const(TRAP_KINDS.indexOf(kind))
      .const(pc)
      .with(Wasm.local_get, Local.a0 + STACK_POINTER);
    this.code.with(Wasm.local_get, Local.remaining).const(after).op(Wasm.i32_add).with(Wasm.call, FunctionIndex.trap).op(Wasm.unreachable);
  }

  /** Leaves the unit for the address in `next`. */
  private exitTo(pc: number): void {
    this.code.const(pc).with(Wasm.local_set, Local.next).with(Wasm.br, this.depth("exit")!);
  }

  private emitLeave({ op, a, target }: Instruction, returnAddress: number): void {
    if (target !== undefined) this.code.const(target);
    else this.code.with(Wasm.local_get, Local.a0 + a!);
    this.code.with(Wasm.local_set, Local.next);
    if (op !== "jx") this.code.const(returnAddress).with(Wasm.local_set, Local.a0);
    this.code.with(Wasm.br, this.depth("exit")!);
  }

  /** Goes to `pc`, from the end of a block; backwards only while instructions are left. */
  private emitJump(pc: number, from: number): void {
    const to = this.unit.indexOf.get(pc);
    if (to === undefined) {
      this.exitTo(pc);
      return;
    }
    if (to > from) {
      this.code.with(Wasm.br, this.depth("before", to)!);
      return;
    }
    this.code.with(Wasm.local_get, Local.remaining).const(0).op(Wasm.i32_lt_s);
    this.open(Wasm.if);
    this.exitTo(pc);
    this.close();
    const header = this.depth("loop", to);
    if (header !== undefined) this.code.with(Wasm.br, header);
    else {
      this.code.const(this.unit.entries.indexOf(to)).with(Wasm.local_set, Local.entry);
      this.code.with(Wasm.br, this.depth("dispatch")!);
    }
  }

  private emitBranch(target: number, from: number): void {
    const to = this.unit.indexOf.get(target);
    if (to !== undefined && to > from) {
      this.code.with(Wasm.br_if, this.depth("before", to)!);
      return;
    }
    this.open(Wasm.if);
    this.emitJump(target, from);
    this.close();
  }

  private emitLiteral({ d, imm, pc }: Instruction, after: number): void {
    const value = this.options.constantAt(imm!);
    if (value !== undefined) this.code.const(value);
    else {
      this.code.const(imm! - DATA_RAM).const(pc);
      this.code.with(Wasm.local_get, Local.remaining).const(after).op(Wasm.i32_add).with(Wasm.call, FunctionIndex.loadSlowly);
    }
    this.code.with(Wasm.local_set, Local.a0 + d!);
  }

  private emitAccess(instruction: Instruction, { size, op }: { size: number; op: Wasm }, after: number): void {
    const { a, b, d, imm, pc } = instruction;
    const code = this.code;
    const isLoad = d !== undefined;
    code
      .with(Wasm.local_get, Local.a0 + a!)
      .const(imm! - DATA_RAM)
      .op(Wasm.i32_add);
    if (a === STACK_POINTER) {
      if (!isLoad) code.with(Wasm.local_get, Local.a0 + b!);
      code.memory(op);
      if (isLoad) code.with(Wasm.local_set, Local.a0 + d);
      return;
    }
    code.with(Wasm.local_tee, Local.address);
    if (size > 1) code.const(sizeBits(size)).op(Wasm.i32_rotr);
    code.const(DATA_RAM_BYTES / size).op(Wasm.i32_lt_u);
    this.open(Wasm.if, "other", -1, isLoad ? Type.i32 : Type.empty);
    code.with(Wasm.local_get, Local.address);
    if (!isLoad) code.with(Wasm.local_get, Local.a0 + b!);
    code.memory(op);
    code.op(Wasm.else).with(Wasm.local_get, Local.address);
    const slowly = isLoad && size === 4;
    if (!slowly) code.const(DATA_RAM).op(Wasm.i32_add).const(size);
    if (!isLoad) code.with(Wasm.local_get, Local.a0 + b!);
    code.const(pc).with(Wasm.local_get, Local.remaining).const(after).op(Wasm.i32_add);
    code.with(Wasm.call, slowly ? FunctionIndex.loadSlowly : isLoad ? FunctionIndex.load : FunctionIndex.store);
    this.close();
    if (isLoad) code.with(Wasm.local_set, Local.a0 + d);
  }

  /** After each change of a1: it lies between limit and top and is aligned, so accesses relative to it need no check. */
  private emitStackCheck(pc: number, after: number): void {
    const code = this.code;
    const pointer = Local.a0 + STACK_POINTER;
    const floor = (): Code => code.const(0).memory(Wasm.i32_load, Place.state + State.stackFloor);
    code.with(Wasm.local_get, pointer);
    floor().op(Wasm.i32_sub).const(STACK_TOP);
    floor().op(Wasm.i32_sub, Wasm.i32_gt_u);
    code
      .with(Wasm.local_get, pointer)
      .const(STACK_ALIGNMENT - 1)
      .op(Wasm.i32_and, Wasm.i32_or);
    this.open(Wasm.if);
    this.emitTrap("stack_overrun", pc, after);
    this.close();
    code
      .with(Wasm.local_get, pointer)
      .const(0)
      .memory(Wasm.i32_load, Place.state + State.stackLowest)
      .op(Wasm.i32_lt_u);
    this.open(Wasm.if);
    this.storeState(pointer, State.stackLowest);
    this.close();
  }
}

/** Translates one unit into the body of a function of one parameter and Local.count further locals. */
export function translateUnit(unit: Unit, options: TranslationOptions): Code {
  return new UnitTranslation(unit, options).translate();
}
