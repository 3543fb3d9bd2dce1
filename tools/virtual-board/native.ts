/** Memory and machine code: where arrays and flash lie for `E.getAddressOf`, and calls into code that run on the emulated lx106. */

import type { CryptoCall } from "../../src/transport";
import { DATA_RAM, Lx106 } from "../lx106/lx106";
import { type FlashStorage, STORAGE_ADDRESS, STORAGE_SIZE } from "./storage";

const RAM_SIZE = 81920;
const RANDOM_REGISTER = 0x3ff20e44;
/** Reads of Storage whose addresses are remembered: a string has no identity in Node, so its bytes must do. */
const REMEMBERED_READS = 32;
const OBJECT_ADDRESS = 0x3fff0000;

/** Processors that no board uses at the moment: each holds compiled code, so they are worth keeping. */
const idle: Lx106[] = [];
/** What runs in place of the kernels: their operations on the workspace. @param register reads the random register */
export type CodeDouble = (ram: Uint8Array, register: () => number) => CryptoCall;

/** Which flash each processor has loaded: loading it again forgets what was compiled. */
const loaded = new WeakMap<Lx106, { storage: FlashStorage; version: number }>();

export class NativeMemory {
  nativeCalls = 0;
  private cpu: Lx106 | null = null;
  private buffers = new WeakMap<ArrayBuffer, Uint8Array>();
  private reads: { data: string; address: number }[] = [];
  private before = 0;
  private double: { address: number; call: CryptoCall } | null = null;

  /** @param kernels false where native code cannot run; a double to run in its place */
  constructor(
    private storage: FlashStorage,
    private randomRegister: () => number,
    private kernels: boolean | CodeDouble,
  ) {}

  get kernelInstructions(): number {
    return this.cpu ? this.cpu.instructions - this.before : 0;
  }

  remember(read: { data: string; address: number }): void {
    this.reads.unshift(read);
    this.reads.length = Math.min(this.reads.length, REMEMBERED_READS);
  }

  /** Where a string that was read from Storage lies, 0 for another one. */
  addressOfString(data: string): number {
    return this.reads.find((read) => read.data === data)?.address ?? 0;
  }

  addressOfBuffer(buffer: ArrayBuffer): number {
    let bytes = this.buffers.get(buffer);
    if (!bytes) {
      bytes = new Uint8Array(buffer);
      this.buffers.set(buffer, bytes);
    }
    const address = this.processor().place(bytes);
    // The firmware's first array is its workspace.
    if (!this.double && typeof this.kernels === "function") this.double = { address, call: this.kernels(bytes, this.randomRegister) };
    return address;
  }

  addressOfObject(): number {
    return OBJECT_ADDRESS;
  }

  call(address: number, a: number, b: number, c: number, d: number): number {
    if (!this.kernels) throw new Error("native code cannot run here");
    this.nativeCalls++;
    if (this.double) {
      if (a !== this.double.address) throw new Error("the kernels' double was called with another array");
      return this.double.call(b, c, d);
    }
    const cpu = this.processor();
    this.loadFlash(cpu);
    return cpu.call(address, [a, b, c, d]);
  }

  /** Little-endian read as peek8, peek16 and peek32 do; of placed arrays, flash and the random register. */
  peek(bits: number, address: number): number {
    if (address === RANDOM_REGISTER) return this.randomRegister() >>> 0;
    let value = 0;
    for (let i = bits / 8 - 1; i >= 0; i--) value = value * 256 + this.byteAt((address >>> 0) + i);
    return bits === 32 ? value | 0 : value;
  }

  poke(bits: number, address: number, value: number): void {
    const at = (address >>> 0) - DATA_RAM;
    if (at < 0 || at >= RAM_SIZE) return;
    for (let i = 0; i < bits / 8; i++) this.processor().ram[at + i] = value >>> (8 * i);
  }

  area(address: number, length: number): string {
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.byteAt(address + i));
    return text;
  }

  /** Arrays have gone with the interpreter's memory. */
  reset(): void {
    this.cpu?.unplaceAll();
    this.buffers = new WeakMap();
    this.double = null;
    this.reads = [];
    this.resetCounts();
  }

  resetCounts(): void {
    this.nativeCalls = 0;
    this.before = this.cpu?.instructions ?? 0;
  }

  release(): void {
    if (!this.cpu) return;
    this.reset();
    idle.push(this.cpu);
    this.cpu = null;
  }

  private processor(): Lx106 {
    if (!this.cpu) {
      this.cpu = idle.pop() ?? new Lx106();
      this.cpu.onRandomRegister = () => this.randomRegister();
      this.before = this.cpu.instructions;
    }
    return this.cpu;
  }

  private loadFlash(cpu: Lx106): void {
    const { storage } = this;
    const now = loaded.get(cpu);
    if (now?.storage === storage && now.version === storage.version) return;
    loaded.set(cpu, { storage, version: storage.version });
    cpu.loadFlash(STORAGE_ADDRESS, storage.bytes);
  }

  private byteAt(address: number): number {
    const flash = address - STORAGE_ADDRESS;
    if (flash >= 0 && flash < STORAGE_SIZE) return this.storage.bytes[flash]!;
    const ram = address - DATA_RAM;
    return ram >= 0 && ram < RAM_SIZE ? this.processor().ram[ram]! : 0;
  }
}
