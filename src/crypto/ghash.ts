/**
 * GHASH (NIST SP 800-38D section 6.4). Constant time: one step per bit, masks for choices.
 */
import { swapBytes } from "./record-state";

const enum Field {
  /** The polynomial 1 + x + x^2 + x^7, bits reversed as GCM has them. */
  reduction = 0xe1 << 24,
  wordBits = 32,
  words = 4,
}

/** w[y ..] = w[y ..] * w[h ..] in GF(2^128); both are 16 bytes as they stand in a message. */
export function ghashMultiply(w: Int32Array, y: number, h: number): void {
  let z0 = 0;
  let z1 = 0;
  let z2 = 0;
  let z3 = 0;
  let v0 = swapBytes(w[h]);
  let v1 = swapBytes(w[h + 1]);
  let v2 = swapBytes(w[h + 2]);
  let v3 = swapBytes(w[h + 3]);
  let x = 0;
  let mask = 0;
  let bit = 0;
  let word = 0;
  for (word = y; word < y + Field.words; word++) {
    x = swapBytes(w[word]);
    for (bit = 0; bit < Field.wordBits; bit++) {
      mask = x >> 31;
      z0 ^= v0 & mask;
      z1 ^= v1 & mask;
      z2 ^= v2 & mask;
      z3 ^= v3 & mask;
      x <<= 1;
      mask = -(v3 & 1);
      v3 = (v3 >>> 1) | (v2 << 31);
      v2 = (v2 >>> 1) | (v1 << 31);
      v1 = (v1 >>> 1) | (v0 << 31);
      v0 = (v0 >>> 1) ^ (Field.reduction & mask);
    }
  }
  w[y] = swapBytes(z0);
  w[y + 1] = swapBytes(z1);
  w[y + 2] = swapBytes(z2);
  w[y + 3] = swapBytes(z3);
}
