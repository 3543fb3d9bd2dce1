/**
 * Numbers of 256 bits as 11 limbs of 24 bits, least significant first, in 32-bit words: what both curves compute with. 24 bits, because a sum
 * of 11 products of two such limbs stays below 2^53, the integers that a double holds exactly. Between multiplications limbs may be
 * negative and exceed 24 bits a little, so that sums and differences need no carry. Constant time throughout.
 */
import type { CryptoMemory } from "./memory";

export const enum Limb24 {
  count = 11,
  bits = 24,
  mask = 0xffffff,
  base = 0x1000000,
  half = 0x800000,
  bytes = 32,
}

/** Reads 32 bytes: little-endian with `at` the first byte and step 1, big-endian with `at` the last byte and step -1. */
export function readLimbs(m: CryptoMemory, to: number, at: number, step: number): void {
  const b = m.b;
  const w = m.w;
  let i = 0;
  w.subarray(to, to + Limb24.count).fill(0);
  for (i = 0; i < Limb24.bytes; i++) {
    w[to + ((i / 3) | 0)] |= b[at] << (8 * (i % 3));
    at += step;
  }
}

/** Writes a carried number below 2^256; place and step as for readLimbs. */
export function writeLimbs(m: CryptoMemory, from: number, at: number, step: number): void {
  const b = m.b;
  const w = m.w;
  let i = 0;
  for (i = 0; i < Limb24.bytes; i++) {
    b[at] = w[from + ((i / 3) | 0)] >> (8 * (i % 3));
    at += step;
  }
}

/** Writes a number given as 66 hexadecimal digits. */
export function limbsFromHex(w: Int32Array, to: number, hex: string): void {
  let i = 0;
  for (i = 0; i < Limb24.count; i++) w[to + i] = parseInt(hex.substr(60 - 6 * i, 6), 16);
}

/** Brings every limb into 0 .. 2^24 - 1 and returns what is carried out of the last one: -1 if the number is negative. */
export function carryLimbs(w: Int32Array, x: number): number {
  const end = x + Limb24.count;
  let carry = 0;
  while (x < end) {
    carry += w[x];
    w[x++] = carry & Limb24.mask;
    carry >>= Limb24.bits;
  }
  return carry;
}

/** sum = x + y and difference = x - y; all places may be the same. */
export function addSubtract(w: Int32Array, sum: number, difference: number, x: number, y: number): void {
  let i = 0;
  let a = 0;
  let b = 0;
  for (i = 0; i < Limb24.count; i++) {
    a = w[x + i];
    b = w[y + i];
    w[sum + i] = a + b;
    w[difference + i] = a - b;
  }
}

/** Swaps `count` words at x and y where mask is -1. */
export function swapMasked(w: Int32Array, x: number, y: number, count: number, mask: number): void {
  let i = 0;
  let t = 0;
  for (i = 0; i < count; i++) {
    t = (w[x + i] ^ w[y + i]) & mask;
    w[x + i] ^= t;
    w[y + i] ^= t;
  }
}

/** o = x + scale * y; the places may be the same. */
export function addScaled(w: Int32Array, o: number, x: number, y: number, scale: number): void {
  const end = o + Limb24.count;
  while (o < end) w[o++] = w[x++] + scale * w[y++];
}

/** o = x with all limbs but the last brought into -2^23 .. 2^23 - 1; the places may be the same. */
export function balanceLimbs(w: Int32Array, o: number, x: number): void {
  const end = o + Limb24.count - 1;
  let t = 0;
  let l = 0;
  while (o < end) {
    t += w[x++];
    w[o++] = l = ((t + Limb24.half) & Limb24.mask) - Limb24.half;
    t = (t - l) >> Limb24.bits;
  }
  w[o] = t + w[x];
}
