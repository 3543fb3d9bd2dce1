/** Builds programs with Debian's gcc for the lx106 and runs them on qemu's lx106, for the differential tests. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const GCC = "xtensa-lx106-elf-gcc";
const QEMU = "qemu-system-xtensa";
const TIMEOUT_MS = 60_000;
const OUTPUT_BYTES = 1 << 27;
/** The source that has `_start`. */
export const MAIN = "main.S";
const SCRIPT = `SECTIONS {
  .reset 0x50000000 : { *(.reset) }
  .text 0x40200000 : { *(.entry) *(.literal .literal.* .text .text.* .rodata .rodata.*) }
}
`;
/** qemu starts the processor here; it has no boot ROM of the chip. */
const RESET = `
 .section .reset, "ax"
 j 1f
 .align 4
2: .word _start
1: l32r a0, 2b
 jx a0
 .text
`;
/** Nanoseconds that one instruction takes under -icount shift=7, and those of one tick of ccount. */
const INSTRUCTION_NS = 128;
const TICK_NS = 25;

function runs(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

/** What is missing to run programs on qemu, or an empty string. */
export const missingTools: string = [GCC, QEMU].filter((command) => !runs(command)).join(" and ");

/** Compiles and links sources (file name to text); gives the ELF file. The code lies at 0x40200000, sections named .entry first. @param data files that the sources include */
export function buildElf(sources: Record<string, string>, flags: string[] = [], data: Record<string, Uint8Array> = {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "lx106-"));
  try {
    writeFileSync(join(folder, "link.ld"), SCRIPT);
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), name === MAIN ? RESET + text : text);
    for (const [name, bytes] of Object.entries(data)) writeFileSync(join(folder, name), bytes);
    const options = ["-O2", "-ffreestanding", "-nostdlib", "-mtext-section-literals", "-Wl,-n", "-T", "link.ld", ...flags];
    execFileSync(GCC, [...options, ...Object.keys(sources), "-o", "out.elf"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    return readFileSync(join(folder, "out.elf"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs an ELF file until it exits; gives what it wrote to file 1. */
export function runQemu(elf: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "lx106-"));
  try {
    const file = join(folder, "program.elf");
    writeFileSync(file, elf);
    const options = [
      "-M",
      "sim",
      "-cpu",
      "lx106",
      "-semihosting",
      "-nographic",
      "-monitor",
      "none",
      "-serial",
      "none",
      "-icount",
      "shift=7",
    ];
    return execFileSync(QEMU, [...options, "-kernel", file], {
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Instructions executed while ccount advanced by `ticks` under runQemu. */
export const instructionsOfTicks = (ticks: number): number => Math.round((ticks * TICK_NS) / INSTRUCTION_NS);

/** Assembler text: writes `length` bytes from `address` to file 1. Changes a2 to a5. */
export const writeOut = (address: number, length: number): string => ` movi a2, 4
 movi a3, 1
 movi a4, ${address}
 movi a5, ${length}
 simcall
`;

/** Assembler text: ends the program. */
export const exit = ` movi a2, 1
 movi a3, 0
 simcall
`;
