/**
 * The ChaCha20 block function (RFC 8439 section 2.3). Constant time: additions, XORs and fixed rotations only.
 */
import { type CryptoMemory, Scratch } from "./memory";

const enum Matrix {
  words = 16,
  key = 4,
  keyWords = 8,
  counter = 12,
  nonce = 13,
  doubleRounds = 10,
}

/**
 * Writes 64 bytes of key stream. All places are word indices.
 * @param key 8 words
 * @param nonce 3 words
 * @param out 16 words
 */
export function chacha20Block(m: CryptoMemory, key: number, nonce: number, counter: number, out: number): void {
  const w = m.w;
  const x = Scratch.fields;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  let shift = 0;
  let round = 0;
  let p = 0;
  let q = 0;
  let r = 0;
  w[x] = 0x61707865;
  w[x + 1] = 0x3320646e;
  w[x + 2] = 0x79622d32;
  w[x + 3] = 0x6b206574;
  w.set(w.subarray(key, key + Matrix.keyWords), x + Matrix.key);
  w[x + Matrix.counter] = counter;
  w.set(w.subarray(nonce, nonce + 3), x + Matrix.nonce);
  w.set(w.subarray(x, x + Matrix.words), out);
  for (round = 0; round < 2 * Matrix.doubleRounds; round++) {
    // Columns in even rounds; in odd ones the diagonals, whose rows are shifted by 1, 2 and 3.
    shift = round & 1;
    for (i = 0; i < 4; i++) {
      p = x + 4 + ((i + shift) & 3);
      q = x + 8 + ((i + 2 * shift) & 3);
      r = x + 12 + ((i + 3 * shift) & 3);
      b = w[p];
      d = w[r];
      a = w[x + i] + b;
      d ^= a;
      d = (d << 16) | (d >>> 16);
      c = (w[q] + d) | 0;
      b ^= c;
      b = (b << 12) | (b >>> 20);
      a = (a + b) | 0;
      d ^= a;
      d = (d << 8) | (d >>> 24);
      c = (c + d) | 0;
      b ^= c;
      w[p] = (b << 7) | (b >>> 25);
      w[x + i] = a;
      w[q] = c;
      w[r] = d;
    }
  }
  for (i = 0; i < Matrix.words; i++) w[out + i] += w[x + i];
}
