/** The kernels on qemu as a crypto: one process that is asked over two named pipes, so that a call returns when qemu has answered. */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { At } from "../../../src/crypto/workspace";
import type { CryptoCall } from "../../../src/transport";
import { crossTool, hasCompiler } from "../compile";

const QEMU = "qemu-system-xtensa";
const HEAD = 12;
const here = dirname(fileURLToPath(import.meta.url));

export interface QemuKernels {
  /** At.end bytes, sent to qemu and back at each call. */
  ram: Uint8Array;
  crypto: CryptoCall;
  /** Ends qemu. */
  stop(): void;
}

/** True if qemu for xtensa and the cross compiler are installed. */
export function hasQemu(): boolean {
  try {
    execFileSync(QEMU, ["--version"], { stdio: "ignore" });
    return hasCompiler();
  } catch {
    return false;
  }
}

/** Starts qemu with the machine code. Whoever starts it stops it. */
export function startQemu(blob: Uint8Array): QemuKernels {
  const directory = mkdtempSync(join(tmpdir(), "kernels-qemu-"));
  writeFileSync(join(directory, "kernels.bin"), blob);
  crossTool(
    "gcc",
    [
      ...["-nostdlib", `-DRAM_BYTES=${At.end}`, '-DBLOB="kernels.bin"', "-T", join(here, "harness.ld"), "-Wl,--no-relax"],
      ...["-o", "harness.elf", join(here, "harness.S")],
    ],
    directory,
  );
  execFileSync("mkfifo", ["requests", "answers"], { cwd: directory });
  const options = "-M sim -cpu lx106 -semihosting -display none -monitor none -serial none -kernel harness.elf < requests > answers";
  const child = spawn("sh", ["-c", `exec ${QEMU} ${options}`], { cwd: directory, stdio: "ignore" });
  const requests = openSync(join(directory, "requests"), "r+");
  const answers = openSync(join(directory, "answers"), "r");
  const ram = new Uint8Array(At.end);
  const request = new Uint8Array(HEAD + At.end);
  const answer = new Uint8Array(4 + At.end);
  return {
    ram,
    crypto(opAndPlace, b = 0, c = 0) {
      new Int32Array(request.buffer, 0, 3).set([opAndPlace, b, c]);
      request.set(ram, HEAD);
      writeSync(requests, request);
      for (let at = 0; at < answer.length; ) {
        const got = readSync(answers, answer, at, answer.length - at, null);
        if (got === 0) throw new Error("qemu ended");
        at += got;
      }
      ram.set(answer.subarray(4));
      return new Int32Array(answer.buffer, 0, 1)[0];
    },
    stop() {
      closeSync(requests);
      closeSync(answers);
      child.kill();
      rmSync(directory, { recursive: true });
    },
  };
}
