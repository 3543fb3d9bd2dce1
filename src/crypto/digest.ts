/**
 * What SHA-1 and SHA-256 share (FIPS 180-4 sections 5.1.1 and 6): messages cut into blocks of 64 bytes, padded and finished.
 *
 * A state is `chain` words of chaining value, 16 words of unfinished block, one word that counts the bytes taken (messages below 2 GB).
 * Timing depends on lengths only.
 */
import { type CryptoMemory, Scratch } from "./memory";

/** Takes the block at the state's buffer into its chaining value. */
export type Compress = (m: CryptoMemory, state: number) => void;

const enum Block {
  bytes = 64,
  words = 16,
  /** Offset of the message's length, 8 bytes, within the last block. */
  length = 56,
  paddingByte = 0x80,
}

/** Hashes b[at .. at+length). `state` is a word index, `chain` the number of chaining words. */
export function digestUpdate(m: CryptoMemory, compress: Compress, chain: number, state: number, at: number, length: number): void {
  const b = m.b;
  const buffer = (state + chain) * 4;
  const end = at + length;
  const counter = state + chain + Block.words;
  let count = m.w[counter];
  let offset = 0;
  let next = 0;
  while (at < end) {
    offset = count & (Block.bytes - 1);
    next = at + Block.bytes - offset;
    if (next > end) next = end;
    b.set(b.subarray(at, next), buffer + offset);
    count += next - at;
    at = next;
    if ((count & (Block.bytes - 1)) === 0) compress(m, state);
  }
  m.w[counter] = count;
}

/** Writes the digest, 4 * chain bytes, to `out`; the state stays as it was. */
export function digestFinal(m: CryptoMemory, compress: Compress, chain: number, state: number, out: number): void {
  const b = m.b;
  const w = m.w;
  const buffer = (Scratch.final + chain) * 4;
  const count = w[state + chain + Block.words];
  let at = buffer + (count & (Block.bytes - 1));
  let i = 0;
  w.set(w.subarray(state, state + chain + Block.words), Scratch.final);
  b[at++] = Block.paddingByte;
  b.subarray(at, buffer + Block.bytes).fill(0);
  if (at > buffer + Block.length) {
    compress(m, Scratch.final);
    b.subarray(buffer, buffer + Block.bytes).fill(0);
  }
  at = buffer + Block.bytes;
  b[--at] = count << 3;
  b[--at] = count >> 5;
  b[--at] = count >> 13;
  b[--at] = count >> 21;
  b[--at] = count >> 29;
  compress(m, Scratch.final);
  for (i = 0; i < chain * 4; i++) b[out + i] = w[Scratch.final + (i >> 2)] >> (24 - 8 * (i & 3));
}
