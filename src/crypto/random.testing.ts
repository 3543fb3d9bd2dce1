/** Random bytes that are the same in every run. */
import { createCipheriv, createHash } from "node:crypto";

export class SeededRandom {
  private readonly stream;

  constructor(seed: string) {
    const key = createHash("sha256").update(seed).digest();
    this.stream = createCipheriv("chacha20", key, Buffer.alloc(16));
  }

  bytes(length: number): Buffer {
    return this.stream.update(Buffer.alloc(length));
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return this.bytes(4).readUInt32LE() % limit;
  }
}
