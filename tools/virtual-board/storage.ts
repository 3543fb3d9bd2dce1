/**
 * Espruino's flash file system (src/jsflash.c): 48 pages of 4096 bytes that are appended to. A file is a 32-byte header (size and flags,
 * then 28 bytes of name) and its data, padded to 4 bytes; erasing sets the first four bytes of the name to 0; only compaction frees space.
 */

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

export const STORAGE_ADDRESS = 0x402cb000;
const PAGE = 4096;
export const STORAGE_SIZE = 48 * PAGE;
const HEADER = 32;
const NAME_AT = 4;
const NAME_LENGTH = 28;
const ERASED = 0xff;
const SIZE_MASK = 0xffffff;

interface FileEntry {
  /** Offset of the header. */
  at: number;
  name: string;
  size: number;
  live: boolean;
}

function align(length: number): number {
  return (length + 3) & ~3;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export class FlashStorage {
  readonly bytes = new Uint8Array(STORAGE_SIZE).fill(ERASED);
  /** Counts changes, so that copies can be refreshed. */
  version = 0;
  /** Called before each write or erase of flash; a test may throw in it (power cut). */
  onWrite: ((what: "write" | "erase" | "compact", name: string, length: number) => void) | null = null;

  /** @param path a file on disk that holds the flash; made if it does not exist */
  constructor(private path?: string) {
    if (path && existsSync(path)) this.bytes.set(readFileSync(path).subarray(0, STORAGE_SIZE));
  }

  /** The file's bytes as a string, and where they lie; undefined if there is none. */
  locate(name: string, offset = 0, length = 0): { data: string; address: number } | undefined {
    const file = this.find(name);
    if (!file) return undefined;
    const from = Math.min(Math.max(offset, 0), file.size);
    const count = Math.min(length <= 0 ? file.size : length, file.size - from);
    const at = file.at + HEADER + from;
    return { data: latin1(this.bytes.subarray(at, at + count)), address: STORAGE_ADDRESS + at };
  }

  read(name: string, offset = 0, length = 0): string | undefined {
    return this.locate(name, offset, length)?.data;
  }

  /** As Storage.write: throws an Error with Espruino's message. */
  write(name: string, data: string | Uint8Array, offset = 0, size = 0): boolean {
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    if (offset < 0 || size < 0) return false;
    const fileSize = size === 0 ? bytes.length : size;
    if (fileSize === 0) throw new Error("Can't create zero length file");
    let file = this.find(name);
    if (offset === 0 && (!file || file.size !== fileSize || !this.isErased(file.at + HEADER, fileSize))) {
      if (file && file.size === fileSize && bytes.length === fileSize && this.equals(file.at + HEADER, bytes)) return true;
      if (file) this.markErased(file);
      file = this.create(name, fileSize);
    }
    if (!file) throw new Error("Unable to find or create file");
    if (offset + bytes.length > file.size) throw new Error("Too much data for file size");
    const at = file.at + HEADER + offset;
    if (!this.isErased(at, bytes.length)) throw new Error("File already written with different data");
    this.onWrite?.("write", name, bytes.length);
    this.bytes.set(bytes, at);
    this.changed();
    return true;
  }

  erase(name: string): void {
    const file = this.find(name);
    if (file) this.markErased(file);
  }

  eraseAll(): void {
    this.bytes.fill(ERASED);
    this.changed();
  }

  list(): string[] {
    return this.entries()
      .filter((file) => file.live)
      .map((file) => file.name);
  }

  /** Bytes after the last file, as Storage.getFree() counts them. */
  free(): number {
    return STORAGE_SIZE - this.end();
  }

  /** Moves the files together. True if that freed something. */
  compact(): boolean {
    const files = this.entries();
    if (files.every((file) => file.live)) return false;
    this.onWrite?.("compact", "", 0);
    const kept = files.filter((file) => file.live).map((file) => this.bytes.slice(file.at, file.at + HEADER + align(file.size)));
    this.bytes.fill(ERASED);
    let at = 0;
    for (const file of kept) {
      this.bytes.set(file, at);
      at += file.length;
    }
    this.changed();
    return true;
  }

  stats(): { totalBytes: number; freeBytes: number; fileBytes: number; fileCount: number; trashBytes: number; trashCount: number } {
    const sum = { totalBytes: STORAGE_SIZE, freeBytes: this.free(), fileBytes: 0, fileCount: 0, trashBytes: 0, trashCount: 0 };
    for (const file of this.entries()) {
      sum[file.live ? "fileBytes" : "trashBytes"] += HEADER + align(file.size);
      sum[file.live ? "fileCount" : "trashCount"]++;
    }
    return sum;
  }

  private find(name: string): FileEntry | undefined {
    const wanted = name.slice(0, NAME_LENGTH);
    return this.entries().find((file) => file.live && file.name === wanted);
  }

  private entries(): FileEntry[] {
    const files: FileEntry[] = [];
    const view = new DataView(this.bytes.buffer);
    let at = 0;
    while (at + HEADER <= STORAGE_SIZE) {
      const word = view.getUint32(at, true);
      const size = word & SIZE_MASK;
      if (word === 0xffffffff || word === 0 || at + HEADER + size > STORAGE_SIZE) break;
      const name = this.bytes.subarray(at + NAME_AT, at + NAME_AT + NAME_LENGTH);
      const end = name.indexOf(0);
      const live = view.getUint32(at + NAME_AT, true) !== 0;
      files.push({ at, name: latin1(end < 0 ? name : name.subarray(0, end)), size, live });
      at += HEADER + align(size);
    }
    return files;
  }

  private end(): number {
    const last = this.entries().at(-1);
    return last ? last.at + HEADER + align(last.size) : 0;
  }

  private create(name: string, size: number): FileEntry | undefined {
    const needed = HEADER + align(size);
    if (this.free() < needed && !(this.compact() && this.free() >= needed)) return undefined;
    const at = this.end();
    this.onWrite?.("write", name, HEADER);
    new DataView(this.bytes.buffer).setUint32(at, size, true);
    const field = this.bytes.subarray(at + NAME_AT, at + HEADER);
    field.fill(0);
    field.set(Buffer.from(name.slice(0, NAME_LENGTH), "latin1"));
    this.changed();
    return { at, name, size, live: true };
  }

  private markErased(file: FileEntry): void {
    this.onWrite?.("erase", file.name, 4);
    this.bytes.fill(0, file.at + NAME_AT, file.at + NAME_AT + 4);
    this.changed();
  }

  private isErased(at: number, length: number): boolean {
    return this.bytes.subarray(at, at + length).every((byte) => byte === ERASED);
  }

  private equals(at: number, bytes: Uint8Array): boolean {
    return bytes.every((byte, i) => this.bytes[at + i] === byte);
  }

  private changed(): void {
    this.version++;
    if (!this.path) return;
    const temporary = this.path + ".new";
    writeFileSync(temporary, this.bytes);
    renameSync(temporary, this.path);
  }
}
