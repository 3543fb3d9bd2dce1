/**
 * Compiles the kernels with Debian's cross compiler into one position-independent blob. The same sources give the same bytes wherever they are built:
 * paths are mapped away, files go in by name, nothing is random.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contractHeader } from "./contract";
import { p256TableHeader } from "./p256-table";
import { x25519TableHeader } from "./x25519-table";

const PREFIX = "xtensa-lx106-elf-";
export const KERNEL_SOURCES = join(dirname(fileURLToPath(import.meta.url)), "../../board/esp8266/kernels");

const FLAGS = [
  // What takes time is written so that this is as fast as -O2.
  "-Os",
  // Both would lengthen the lives of values, of which there are more than registers.
  "-fno-schedule-insns",
  "-fno-tree-reassoc",
  // Without these the code is a little shorter, and no slower.
  "-fno-tree-fre",
  "-fno-tree-scev-cprop",
  "-fno-caller-saves",
  "-std=gnu11",
  "-ffreestanding",
  "-fno-jump-tables",
  "-fno-tree-switch-conversion",
  "-fno-tree-loop-distribute-patterns",
  "-fno-common",
  "-mno-serialize-volatile",
  "-fno-ident",
  "-fno-asynchronous-unwind-tables",
  "-fno-strict-aliasing",
  "-ffunction-sections",
  "-mtext-section-literals",
  "-frandom-seed=buildlamp",
  "-Wall",
  "-Wextra",
  "-Werror",
];

export interface CompiledKernels {
  /** The linked ELF file, for the audit and for symbols. */
  elf: Uint8Array<ArrayBuffer>;
  /** The machine code, entry at offset 0. */
  blob: Uint8Array<ArrayBuffer>;
  /** The object files, for the audit. */
  objects: { name: string; bytes: Uint8Array<ArrayBuffer> }[];
}

/** True if the cross compiler is installed. */
export function hasCompiler(): boolean {
  try {
    execFileSync(PREFIX + "gcc", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Runs a program of the cross binutils in `cwd`; throws with what it said if it fails. */
export function crossTool(name: string, args: string[], cwd: string): string {
  return execFileSync(PREFIX + name, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
}

/** Calls `use` with a new directory, which is removed afterwards. */
export function withDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "kernels-"));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Compiles one C or assembly source; the object file appears in `directory`. Returns its name. */
export function compileObject(source: string, name: string, directory: string): string {
  const object = name + ".o";
  crossTool("gcc", [...FLAGS, `-ffile-prefix-map=${KERNEL_SOURCES}=.`, "-I.", "-I", KERNEL_SOURCES, "-c", source, "-o", object], directory);
  return object;
}

/** @throws Error with the compiler's message */
export function compileKernels(): CompiledKernels {
  return withDirectory((directory) => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "contract.h"), contractHeader());
    writeFileSync(join(directory, "p256-table.h"), p256TableHeader());
    writeFileSync(join(directory, "x25519-table.h"), x25519TableHeader());
    const sources = readdirSync(KERNEL_SOURCES)
      .filter((name) => /\.[cS]$/.test(name))
      .sort();
    const objects = sources.map((name) => compileObject(join(KERNEL_SOURCES, name), name, directory));
    crossTool("ld", ["-T", join(KERNEL_SOURCES, "kernels.ld"), "--no-relax", "-o", "kernels.elf", ...objects], directory);
    crossTool("objcopy", ["-O", "binary", "-j", ".text", "kernels.elf", "kernels.bin"], directory);
    const read = (name: string) => new Uint8Array(readFileSync(join(directory, name)));
    return { elf: read("kernels.elf"), blob: read("kernels.bin"), objects: objects.map((name) => ({ name, bytes: read(name) })) };
  });
}
