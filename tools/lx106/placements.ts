/** Arrays that lie in the emulated data RAM, or are kept the same as a stretch of it. */
import { DATA_RAM, DATA_RAM_BYTES, STACK_FLOOR } from "./memory-map";
import { Lx106Trap } from "./trap";

interface Placement {
  /** Offset into data RAM. */
  at: number;
  length: number;
  /** The array to keep the same, or undefined where the array is data RAM itself. */
  mirrored: Uint8Array | undefined;
}

/** First offset given out; what Espruino keeps below it is not emulated. */
const FIRST_PLACE = 0x1000;
/** Bytes watched on either side of a placement. */
const GUARD_BYTES = 64;
const GUARD = 0xa7;
/** Espruino aligns a flat array to 4, to no more. */
const ALIGNMENT = 8;
const OFF_ALIGNMENT = 4;

export class Placements {
  private readonly list: Placement[] = [];
  private readonly addresses = new Map<Uint8Array, number>();
  private free = FIRST_PLACE;

  constructor(private readonly ram: Uint8Array<ArrayBuffer>) {}

  allocate(length: number): Uint8Array<ArrayBuffer> {
    const at = this.reserve(length, undefined);
    return this.ram.subarray(at, at + length);
  }

  place(bytes: Uint8Array): number {
    const offset = bytes.byteOffset - this.ram.byteOffset;
    if (bytes.buffer === this.ram.buffer && offset >= 0 && offset < DATA_RAM_BYTES) return DATA_RAM + offset;
    let address = this.addresses.get(bytes);
    if (address === undefined) {
      address = DATA_RAM + this.reserve(bytes.length, bytes);
      this.addresses.set(bytes, address);
    }
    return address;
  }

  clear(): void {
    this.list.length = 0;
    this.addresses.clear();
    this.free = FIRST_PLACE;
  }

  copyIn(): void {
    for (const { at, mirrored } of this.list) if (mirrored) this.ram.set(mirrored, at);
  }

  /** Throws Lx106Trap if bytes beside a placement changed. @param pc for the trap */
  copyOut(pc: number): void {
    for (const { at, length, mirrored } of this.list) {
      mirrored?.set(this.ram.subarray(at, at + length));
      for (let i = 1; i <= GUARD_BYTES; i++) {
        if (this.ram[at - i] !== GUARD) throw new Lx106Trap("out_of_bounds_write", pc, DATA_RAM + at - i);
        if (this.ram[at + length - 1 + i] !== GUARD) throw new Lx106Trap("out_of_bounds_write", pc, DATA_RAM + at + length - 1 + i);
      }
    }
  }

  private reserve(length: number, mirrored: Uint8Array | undefined): number {
    const at = Math.ceil((this.free + GUARD_BYTES) / ALIGNMENT) * ALIGNMENT + OFF_ALIGNMENT;
    const end = at + length + GUARD_BYTES;
    if (DATA_RAM + end > STACK_FLOOR) throw new RangeError("no room in data RAM");
    this.ram.fill(GUARD, at - GUARD_BYTES, end);
    this.list.push({ at, length, mirrored });
    this.free = end;
    return at;
  }
}
