/**
 * The native kernels: their machine code ends the script (tools/build/machine-code.ts) and is called where it lies in flash. Here it is guarded
 * against a boot loop, proven, and handed out as the crypto.
 *
 * The guard is the file `bl-guard`: what it is about (the code's CRC and Espruino's version), then one character. It is written before the first
 * native call of that code on that Espruino, and once more after the proof; later boots write nothing. Two resets in a row while it says that the
 * proof is under way, by the watchdog or an exception, disable the code. Flashing erases the file.
 */
import { ErrorCode } from "../../src/errors/codes";
import type { CryptoCall } from "../../src/transport";
import { KernelBlob } from "./kernels.generated";

const enum Guard {
  /** Digits "0", "1": under way, with so many crashes before. */
  first = "0",
  again = "1",
  disabled = "x",
  proven = "p",
}

/** Waits for the kernels while they are made ready. */
export interface KernelOpening {
  ram: Uint8Array;
  /** What the guard's file begins with. */
  subject: string;
  proven: boolean;
  /** @param call the crypto if code is 0, else null */
  done(code: ErrorCode, call: CryptoCall | null): void;
}

const guardFile = "bl-guard";

/**
 * Makes the kernels ready; takes several turns. `done` comes once, with 0 and the crypto, or with no_memory (ram is not contiguous),
 * kernel_disabled, or kernel_failed (the code is not all there, or fails its test).
 * @param ram the workspace
 */
export function openKernels(ram: Uint8Array, done: KernelOpening["done"]): void {
  const opening: KernelOpening = { ram, done, subject: KernelBlob.crc + " " + process.version + " ", proven: false };
  const address = E.getAddressOf(ram, true);
  if (!address || address & 3) {
    done(ErrorCode.no_memory, null);
    return;
  }
  const mark = nextGuardMark(opening.subject);
  opening.proven = mark === Guard.proven;
  if (mark === Guard.disabled) done(ErrorCode.kernel_disabled, null);
  else proveStoredKernels(opening, mark);
}

/** What the guard says after the reset that led to this boot. */
function nextGuardMark(subject: string): Guard {
  const text = require("Storage").read(guardFile);
  const reason = require("ESP8266").getResetInfo().reason;
  const crashed = reason === "exception" || reason === "wdt reset" || reason === "soft wdt";
  if (!text || text.length !== subject.length + 1 || text.substr(0, subject.length) !== subject) return Guard.first;
  const mark = text.substr(subject.length) as Guard;
  if (mark === Guard.proven || mark === Guard.disabled || !crashed) return mark;
  if (mark === Guard.first) return Guard.again;
  writeGuard(subject, Guard.disabled);
  return Guard.disabled;
}

/** Writes only what is not there yet. */
function writeGuard(subject: string, mark: Guard): void {
  const storage = require("Storage");
  if (storage.read(guardFile) !== subject + mark) storage.write(guardFile, subject + mark);
}

/** The crypto by the code where it lies, null if that is not the code that this firmware was built with. Any write to Storage may move it. */
function findKernels(): CryptoCall | null {
  // The loader leaves in `t` what it evaluates.
  const script = typeof t === "string" ? t : require("Storage").read(".bootcde")!;
  const from = script.length - KernelBlob.length;
  if ((E.CRC32(script.substr(from)) | 0) !== KernelBlob.crc) return null;
  return E.nativeCall(E.getAddressOf(script, true) + from, "int(int,int,int,int)") as CryptoCall;
}

function proveStoredKernels(opening: KernelOpening, mark: Guard): void {
  if (!opening.proven) writeGuard(opening.subject, mark);
  const crypto = findKernels();
  if (!crypto) {
    opening.done(ErrorCode.kernel_failed, null);
    return;
  }
  import("./kernel-proof").then((part) =>
    part.proveKernels(
      opening.ram,
      crypto,
      E.CRC32,
      (isRight) => {
        if (!isRight) {
          opening.done(ErrorCode.kernel_failed, null);
          return;
        }
        if (!opening.proven) writeGuard(opening.subject, Guard.proven);
        opening.done(ErrorCode.none, findKernels());
      },
      E.getAddressOf(opening.ram, true),
    ),
  );
}
