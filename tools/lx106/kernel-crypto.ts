/** The kernels' machine code, run on the emulator as the firmware's crypto (CryptoCall of src/transport.ts). */
import { At } from "../../src/crypto/workspace";
import type { CryptoCall } from "../../src/transport";
import { Lx106, type Lx106Options } from "./lx106";

/** Where the code lies if nothing else is said: the data of a file in Espruino's Storage. */
const STORAGE_FILE_DATA = 0x402cb020;

export interface KernelCryptoOptions extends Lx106Options {
  /** The workspace, copied in and out around each call; without it one in emulated data RAM is made. */
  ram?: Uint8Array;
  /** Address of the code in the flash window, a multiple of 4. */
  address?: number;
}

export interface KernelCrypto {
  cpu: Lx106;
  ram: Uint8Array;
  crypto: CryptoCall;
  /** Where the code lies. */
  address: number;
}

/** Loads `blob`, whose entry at offset 0 is `int entry(uint8_t *ram, uint32_t op_and_place, uint32_t b, uint32_t c)`. Calls throw Lx106Trap. */
export function kernelCrypto(blob: Uint8Array, options: KernelCryptoOptions = {}): KernelCrypto {
  const cpu = new Lx106(options);
  const address = options.address ?? STORAGE_FILE_DATA;
  cpu.loadFlash(address, blob);
  const ram = options.ram ?? cpu.allocate(At.end);
  const place = cpu.place(ram);
  return { cpu, ram, address, crypto: (opAndPlace, b = 0, c = 0) => cpu.call(address, [place, opAndPlace, b, c]) };
}
