/** The lx106 processor: memory, traps, calls and counts. The translation of its code is in translator.ts. */
import { randomBytes } from "node:crypto";
import {
  DATA_RAM,
  DATA_RAM_BYTES,
  FLASH,
  FLASH_BYTES,
  INSTRUCTION_RAM,
  INSTRUCTION_RAM_BYTES,
  Place,
  RANDOM_REGISTER,
  RETURN_ADDRESS,
  STACK_FLOOR,
  STACK_TOP,
  State,
} from "./memory-map";
import { Placements } from "./placements";
import { type FunctionProfile, profileOf, type Symbol106 } from "./profile";
import { Translator } from "./translator";
import { Lx106Trap, TRAP_KINDS } from "./trap";

export { DATA_RAM, FLASH, INSTRUCTION_RAM, STACK_TOP } from "./memory-map";
export { Lx106Trap, type TrapKind } from "./trap";

export interface Lx106Options {
  /** Bytes of stack that a call may use; default 512. */
  stackLimit?: number;
  /** Instructions that a call may execute; default 2,000,000,000. */
  instructionLimit?: number;
  /** Counts each block's executions, for `profile`. */
  profile?: boolean;
}

const DEFAULT_STACK_LIMIT = 512;
const DEFAULT_INSTRUCTION_LIMIT = 2_000_000_000;
/** Instructions granted at a time; the count in translated code is a signed 32-bit number. */
const GRANT = 1 << 30;
const FIRST_ARGUMENT = 2;
const FIRST_CALLEE_SAVED = 12;
const REGISTERS = 16;
/** What registers without a defined value hold when a call begins. */
const NOISE = 0x5eed0100;
const STATE_WORDS = Place.state / 4;

export class Lx106 {
  /** Data RAM, from DATA_RAM on. */
  readonly ram: Uint8Array<ArrayBuffer>;
  /** Instructions executed. */
  instructions = 0;
  /** Calls made. */
  calls = 0;
  /** Most bytes of stack that any call used. */
  deepestStack = 0;
  stackLimit: number;
  instructionLimit: number;
  /** Gives the random register's value at each read. */
  onRandomRegister: () => number = () => randomBytes(4).readUInt32LE();

  private readonly memory: Uint8Array<ArrayBuffer>;
  private readonly words: Int32Array<ArrayBuffer>;
  private readonly translator: Translator;
  private readonly placements: Placements;
  private granted = 0;

  constructor(options: Lx106Options = {}) {
    this.stackLimit = options.stackLimit ?? DEFAULT_STACK_LIMIT;
    this.instructionLimit = options.instructionLimit ?? DEFAULT_INSTRUCTION_LIMIT;
    this.translator = new Translator(
      {
        load: (address, size, pc, remaining) => this.load(address >>> 0, size, pc, remaining),
        store: (address, size, value, pc, remaining) => this.store(address >>> 0, size, value, pc, remaining),
        trap: (kind, pc, address, remaining) => this.trap(TRAP_KINDS[kind], pc, address, remaining),
      },
      options.profile ?? false,
    );
    this.memory = new Uint8Array(this.translator.buffer);
    this.words = new Int32Array(this.translator.buffer);
    this.ram = this.memory.subarray(Place.dataRam, Place.dataRam + DATA_RAM_BYTES);
    this.placements = new Placements(this.ram);
    this.memory.fill(0xff, Place.flash, Place.flash + FLASH_BYTES);
  }

  /** Writes into the flash window. Throws RangeError outside it. */
  loadFlash(address: number, bytes: ArrayLike<number>): void {
    this.loadCode(address - FLASH, FLASH_BYTES, Place.flash, bytes);
  }

  /** Writes into instruction RAM. Throws RangeError outside it. */
  loadInstructionRam(address: number, bytes: ArrayLike<number>): void {
    this.loadCode(address - INSTRUCTION_RAM, INSTRUCTION_RAM_BYTES, Place.instructionRam, bytes);
  }

  /** Writes into data RAM. Throws RangeError outside it. */
  writeRam(address: number, bytes: ArrayLike<number>): void {
    this.ram.set(bytes, address - DATA_RAM);
  }

  /** Bytes of data RAM, copied. */
  readRam(address: number, length: number): Uint8Array<ArrayBuffer> {
    return this.ram.slice(address - DATA_RAM, address - DATA_RAM + length);
  }

  /** Reserves bytes of data RAM, watched on both sides; at a multiple of 4 that is none of 8. */
  allocate(length: number): Uint8Array<ArrayBuffer> {
    return this.placements.allocate(length);
  }

  /** The address of an array in data RAM. One that is not there is copied in before and out after each call. */
  place(bytes: Uint8Array): number {
    return this.placements.place(bytes);
  }

  /** Forgets all arrays that were placed or allocated. */
  unplaceAll(): void {
    this.placements.clear();
  }

  /** Addresses of the functions that were called so far, or are called by name from those. */
  get functions(): number[] {
    return [...this.translator.functions];
  }

  /** Executions since the start, by symbol; empty without the option `profile`. */
  profile(symbols: Symbol106[]): FunctionProfile[] {
    const counters = new BigUint64Array(this.translator.buffer, Place.counters, this.translator.blocks.length);
    return profileOf(
      this.translator.blocks.map((block, at) => ({ ...block, executions: Number(counters[at]) })),
      symbols,
    );
  }

  /**
   * Calls the function at `address`. @param args up to six integers, in a2 to a7
   * @returns a2, signed. Throws Lx106Trap.
   */
  call(address: number, args: readonly number[] = []): number {
    this.placements.copyIn();
    this.calls += 1;
    const state = this.words;
    const at = STATE_WORDS;
    for (let register = FIRST_ARGUMENT; register < REGISTERS; register++) {
      state[at + register] = args[register - FIRST_ARGUMENT] ?? NOISE + register;
    }
    state[at] = RETURN_ADDRESS;
    state[at + 1] = STACK_TOP;
    state[at + State.sar / 4] = NOISE & 31;
    state[at + State.stackFloor / 4] = Math.max(STACK_FLOOR, STACK_TOP - this.stackLimit);
    state[at + State.stackLowest / 4] = STACK_TOP;
    const before = this.instructions;
    try {
      this.run(address);
    } finally {
      this.instructions = before + this.executed;
      this.deepestStack = Math.max(this.deepestStack, STACK_TOP - state[at + State.stackLowest / 4]);
    }
    this.checkReturn(address);
    this.placements.copyOut(address);
    return state[at + FIRST_ARGUMENT];
  }

  private executed = 0;

  private run(address: number): void {
    const remainingAt = STATE_WORDS + State.remaining / 4;
    this.executed = 0;
    let pc = address;
    while (pc !== RETURN_ADDRESS) {
      this.granted = Math.min(this.instructionLimit - this.executed, GRANT);
      if (this.granted <= 0) throw new Lx106Trap("instruction_limit", pc, pc);
      this.words[remainingAt] = this.granted;
      if (!this.translator.isTranslated(pc)) this.translate(pc);
      pc = this.translator.run(pc) >>> 0;
      this.executed += this.granted - this.words[remainingAt];
    }
  }

  private translate(pc: number): void {
    if (this.translator.isCode(pc)) {
      this.translator.translate(pc);
      return;
    }
    const isDataRam = pc >= DATA_RAM && pc < DATA_RAM + DATA_RAM_BYTES;
    throw new Lx106Trap(isDataRam ? "data_ram_execution" : "unmapped_execution", pc, pc);
  }

  private checkReturn(address: number): void {
    const at = STATE_WORDS;
    if (this.words[at + 1] !== STACK_TOP) throw new Lx106Trap("callee_saved_register", address, this.words[at + 1]);
    for (let register = FIRST_CALLEE_SAVED; register < REGISTERS; register++) {
      if (this.words[at + register] !== NOISE + register) throw new Lx106Trap("callee_saved_register", address, register);
    }
  }

  private loadCode(offset: number, size: number, place: number, bytes: ArrayLike<number>): void {
    if (offset < 0 || offset + bytes.length > size) throw new RangeError("outside code space");
    this.memory.set(bytes, place + offset);
    this.translator.forget();
  }

  private trap(kind: Lx106Trap["kind"], pc: number, address: number, remaining: number): never {
    this.executed += this.granted - remaining;
    throw new Lx106Trap(kind, pc, address);
  }

  /** Traps for an access that neither data RAM nor code space allows. */
  private refuse(address: number, size: number, pc: number, remaining: number): never {
    const inFlash = address >= FLASH && address < FLASH + FLASH_BYTES;
    const inCode = inFlash || (address >= INSTRUCTION_RAM && address < INSTRUCTION_RAM + INSTRUCTION_RAM_BYTES);
    if (inCode && size < 4) this.trap("sub_word_code_access", pc, address, remaining);
    if (address % size !== 0) this.trap("unaligned_access", pc, address, remaining);
    this.trap(inFlash ? "flash_write" : "unmapped_access", pc, address, remaining);
  }

  /** Loads from elsewhere than data RAM and flash. */
  private load(address: number, size: number, pc: number, remaining: number): number {
    const offset = address - INSTRUCTION_RAM;
    if (size === 4 && offset % 4 === 0) {
      if (offset >= 0 && offset < INSTRUCTION_RAM_BYTES) return this.words[(Place.instructionRam + offset) / 4];
      if (address === RANDOM_REGISTER) return this.onRandomRegister() | 0;
    }
    return this.refuse(address, size, pc, remaining);
  }

  /** Stores elsewhere than in data RAM. */
  private store(address: number, size: number, value: number, pc: number, remaining: number): void {
    const offset = address - INSTRUCTION_RAM;
    if (size === 4 && offset % 4 === 0 && offset >= 0 && offset < INSTRUCTION_RAM_BYTES) {
      this.words[(Place.instructionRam + offset) / 4] = value;
      this.translator.forget();
      return;
    }
    this.refuse(address, size, pc, remaining);
  }
}
