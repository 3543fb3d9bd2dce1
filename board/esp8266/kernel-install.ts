/** Writes the kernels' machine code into Storage, piece by piece, a turn each. */
import { ErrorCode } from "../../src/errors/codes";
import { KernelBlob, kernelPiece } from "./kernels.generated";

const enum Room {
  /** A file's header, and the guard's file written twice. */
  more = 200,
}

interface KernelInstallation {
  file: string;
  next: number;
  done(code: ErrorCode): void;
}

/**
 * Erases other versions' code and writes this one. `done` comes once: 0, storage_full, or kernel_failed if what is read back is not what was written.
 * Writes only where there is room without compaction, which would move the firmware while it runs.
 */
export function installKernels(file: string, done: (code: ErrorCode) => void): void {
  const storage = require("Storage");
  const files = storage.list();
  for (let i = 0; i < files.length; i++) {
    if (files[i].substr(0, 4) === "bl-k") storage.erase(files[i]);
  }
  if (storage.getFree() < KernelBlob.length + Room.more) done(ErrorCode.storage_full);
  else installKernelPiece({ file, done, next: 0 });
}

function installKernelPiece(installation: KernelInstallation): void {
  const storage = require("Storage");
  const index = installation.next;
  const at = index * KernelBlob.pieceBytes;
  const left = KernelBlob.length - at;
  const text = kernelPiece(index);
  // The build puts the bytes themselves in place of the base64 text.
  const piece = text.length === (left < KernelBlob.pieceBytes ? left : KernelBlob.pieceBytes) ? text : atob(text);
  storage.write(installation.file, piece, at, KernelBlob.length);
  if (storage.read(installation.file, at, piece.length) !== piece) {
    installation.done(ErrorCode.kernel_failed);
    return;
  }
  installation.next = index + 1;
  if (installation.next < KernelBlob.pieces) setTimeout(installKernelPiece, 0, installation as never);
  else installation.done((E.CRC32(storage.read(installation.file)!) | 0) === KernelBlob.crc ? ErrorCode.none : ErrorCode.kernel_failed);
}
