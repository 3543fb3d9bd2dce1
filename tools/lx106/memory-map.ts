/** The ESP8266's memory map, as far as kernels see it. */

/** Data RAM: any aligned access, no execution. */
export const DATA_RAM = 0x3ffe8000;
export const DATA_RAM_BYTES = 80 * 1024;
/** Instruction RAM: 32-bit access and execution. */
export const INSTRUCTION_RAM = 0x40100000;
export const INSTRUCTION_RAM_BYTES = 32 * 1024;
/** The window onto the first megabyte of flash: 32-bit loads and execution. */
export const FLASH = 0x40200000;
export const FLASH_BYTES = 1024 * 1024;
/** The hardware random register: 32-bit loads. */
export const RANDOM_REGISTER = 0x3ff20e44;

/** Where a call's stack begins. What lies above stays in data RAM for the largest offset that a load or store can add to a1. */
export const STACK_TOP = DATA_RAM + DATA_RAM_BYTES - 2048;
/** Lowest address that a stack may reach, whatever its limit. */
export const STACK_FLOOR = STACK_TOP - 8192;

/** What a0 holds when a call begins: a jump there ends it. Outside the map, so that nothing else jumps there unnoticed. */
export const RETURN_ADDRESS = 0x40000000;

/** Where the parts lie in the emulator's one WebAssembly memory. */
export const enum Place {
  dataRam = 0,
  instructionRam = 0x14000,
  /** a0 to a15, then the words of State. */
  state = 0x1c000,
  /** One word for each byte of code space: 0, or table index << 16 | entry + 1 of the translated unit. */
  instructionRamUnits = 0x20000,
  flash = 0x100000,
  flashUnits = 0x200000,
  /** One 64-bit counter for each block, where a profile is taken. */
  counters = 0x600000,
  end = 0x700000,
}

/** Words of the processor's state beyond a0 to a15, as byte offsets from Place.state. */
export const enum State {
  sar = 64,
  /** Instructions left before the call is stopped. */
  remaining = 68,
  /** Lowest address that a1 may take in this call, and the lowest it took. */
  stackFloor = 72,
  stackLowest = 76,
}
