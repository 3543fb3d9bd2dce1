/** Keeps the translated units, and passes control from one to the next. */
import { decode, type Instruction } from "./decode";
import { FunctionIndex, loadSlowlyCode } from "./load-slowly";
import { FLASH, FLASH_BYTES, INSTRUCTION_RAM, INSTRUCTION_RAM_BYTES, Place, State } from "./memory-map";
import { Local } from "./operations";
import { translateUnit } from "./translate";
import { type Block, cutUnit, type Unit } from "./units";
import { assembleModule, Code, type Signature, Wasm, type WasmFunction } from "./wasm";

/** What translated code asks the processor for. All numbers are signed 32-bit ones. */
export interface Services {
  load(address: number, size: number, pc: number, remaining: number): number;
  store(address: number, size: number, value: number, pc: number, remaining: number): void;
  trap(kind: number, pc: number, address: number, remaining: number): never;
}

export interface TranslatedBlock {
  start: number;
  instructions: number;
}

const PAGE = 65536;
const ENTRY_BITS = 16;
const ENTRY_MASK = 0xffff;
const COUNTER_BYTES = 8;
/** Bytes from the start of an instruction that must be code. */
const LONGEST_INSTRUCTION = 3;

const enum SignatureIndex {
  unit,
  load,
  store,
  trap,
  loadSlowly,
}

const SIGNATURES: Signature[] = [
  { parameters: 1, results: 1 },
  { parameters: 4, results: 1 },
  { parameters: 5, results: 0 },
  { parameters: 4, results: 0 },
  { parameters: 3, results: 1 },
];

const CODE_SPACES = [
  { from: FLASH, bytes: FLASH_BYTES, place: Place.flash, units: Place.flashUnits },
  { from: INSTRUCTION_RAM, bytes: INSTRUCTION_RAM_BYTES, place: Place.instructionRam, units: Place.instructionRamUnits },
];

/** The function that goes from unit to unit until one leaves for code that is not translated, or no instructions are left. */
function dispatcherCode(): Code {
  const [pc, unit] = [0, 1];
  const code = new Code();
  code.open(Wasm.loop).const(0).with(Wasm.local_set, unit);
  for (const { from, bytes, units } of CODE_SPACES) {
    const offset = (): Code => code.with(Wasm.local_get, pc).const(from).op(Wasm.i32_sub);
    offset().const(bytes).op(Wasm.i32_lt_u).open(Wasm.if);
    offset().const(2).op(Wasm.i32_shl).memory(Wasm.i32_load, units).with(Wasm.local_set, unit).op(Wasm.end);
  }
  code.with(Wasm.local_get, unit).op(Wasm.i32_eqz);
  code
    .const(0)
    .memory(Wasm.i32_load, Place.state + State.remaining)
    .const(0)
    .op(Wasm.i32_lt_s, Wasm.i32_or);
  code.open(Wasm.if).with(Wasm.local_get, pc).op(Wasm.return, Wasm.end);
  code.with(Wasm.local_get, unit).const(ENTRY_MASK).op(Wasm.i32_and).const(1).op(Wasm.i32_sub);
  code.with(Wasm.local_get, unit).const(ENTRY_BITS).op(Wasm.i32_shr_u);
  code.with(Wasm.call_indirect, SignatureIndex.unit).op(0).with(Wasm.local_set, pc).with(Wasm.br, 0);
  return code.op(Wasm.end, Wasm.unreachable);
}

export class Translator {
  readonly buffer: ArrayBuffer;
  /** Blocks whose executions are counted, in the order of their counters. */
  readonly blocks: TranslatedBlock[] = [];
  /** Entries of the units translated since the code was loaded. */
  readonly functions = new Set<number>();
  /** Runs from an address on; gives the address where it stopped. */
  readonly run: (pc: number) => number;

  private readonly memory: WebAssembly.Memory;
  private readonly table: WebAssembly.Table;
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;

  constructor(
    private readonly services: Services,
    private readonly profiles: boolean,
  ) {
    this.memory = new WebAssembly.Memory({ initial: Place.end / PAGE });
    this.table = new WebAssembly.Table({ element: "anyfunc", initial: 0 });
    this.buffer = this.memory.buffer;
    this.bytes = new Uint8Array(this.buffer);
    this.words = new Int32Array(this.buffer);
    const dispatcher = { type: SignatureIndex.unit, locals: 1, code: dispatcherCode() };
    const binary = assembleModule({ types: SIGNATURES, imports: [], functions: [dispatcher], exports: [{ name: "run", index: 0 }] });
    this.run = this.instantiate(binary).exports.run as (pc: number) => number;
  }

  /** True for an address that may hold an instruction. */
  isCode(pc: number): boolean {
    return this.spaceOf(pc) !== undefined;
  }

  isTranslated(pc: number): boolean {
    const space = this.spaceOf(pc);
    return space !== undefined && this.words[space.units / 4 + pc - space.from] !== 0;
  }

  /** Translates the unit at `entry` and all that are called from it by name. */
  translate(entry: number): void {
    const units: Unit[] = [];
    const pending = [entry];
    const seen = new Set(pending);
    const base = this.table.length;
    while (pending.length > 0) {
      const pc = pending.pop()!;
      if (!this.isCode(pc) || this.isTranslated(pc)) continue;
      const unit = cutUnit(pc, (address) => this.fetch(address));
      unit.entries.forEach((block, at) => {
        this.register(unit.blocks[block].start, ((base + units.length) << ENTRY_BITS) | (at + 1));
      });
      units.push(unit);
      this.functions.add(pc);
      for (const callee of unit.callees) {
        if (!seen.has(callee)) pending.push(callee);
        seen.add(callee);
      }
    }
    this.compile(units, base);
  }

  /** Forgets all that was translated, because the code changed. */
  forget(): void {
    this.functions.clear();
    for (const { units, bytes } of CODE_SPACES) this.words.fill(0, units / 4, units / 4 + bytes);
  }

  private spaceOf(pc: number): (typeof CODE_SPACES)[number] | undefined {
    return CODE_SPACES.find(({ from, bytes }) => pc >= from && pc + LONGEST_INSTRUCTION <= from + bytes);
  }

  private fetch(pc: number): Instruction | undefined {
    const space = this.spaceOf(pc);
    if (space === undefined) return undefined;
    const at = space.place + pc - space.from;
    return decode(this.bytes[at] | (this.bytes[at + 1] << 8) | (this.bytes[at + 2] << 16), pc);
  }

  private register(pc: number, unit: number): void {
    const space = this.spaceOf(pc)!;
    const at = space.units / 4 + pc - space.from;
    if (this.words[at] === 0) this.words[at] = unit;
  }

  private counterOf(block: Block): number {
    this.blocks.push({ start: block.start, instructions: block.instructions.length });
    const counter = Place.counters + (this.blocks.length - 1) * COUNTER_BYTES;
    if (counter >= Place.end) throw new RangeError("too many blocks for a profile");
    return counter;
  }

  private compile(units: Unit[], base: number): void {
    const constantAt = (address: number): number | undefined =>
      address >= FLASH && address < FLASH + FLASH_BYTES ? this.words[(Place.flash + address - FLASH) / 4] : undefined;
    const counterOf = this.profiles ? (block: Block): number => this.counterOf(block) : undefined;
    const functions: WasmFunction[] = units.map((unit) => ({
      type: SignatureIndex.unit,
      locals: Local.count,
      code: translateUnit(unit, { constantAt, counterOf }),
    }));
    this.table.grow(units.length);
    const binary = assembleModule({
      types: SIGNATURES,
      imports: [
        { name: "load", type: SignatureIndex.load },
        { name: "store", type: SignatureIndex.store },
        { name: "trap", type: SignatureIndex.trap },
      ],
      functions: [{ type: SignatureIndex.loadSlowly, locals: 0, code: loadSlowlyCode() }, ...functions],
      elements: { at: base, indices: units.map((_, at) => FunctionIndex.firstUnit + at) },
    });
    this.instantiate(binary);
  }

  private instantiate(binary: Uint8Array<ArrayBuffer>): WebAssembly.Instance {
    const { load, store, trap } = this.services;
    return new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory: this.memory, table: this.table, load, store, trap } });
  }
}
