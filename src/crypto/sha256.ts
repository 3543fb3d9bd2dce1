/**
 * SHA-256 (FIPS 180-4 sections 4.1.2, 4.2.2, 5.3.3, 6.2). Constant time: no branch or index depends on the data.
 */
import { digestFinal, digestUpdate } from "./digest";
import { type CryptoMemory, Scratch } from "./memory";

export const enum Sha256 {
  chain = 8,
  digestBytes = 32,
}

const roundConstants =
  "428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5d807aa9812835b01243185be550c7dc372be5d7480deb1fe9bdc06a7c19bf174" +
  "e49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca635114292967" +
  "27b70a852e1b21384d2c6dfc53380d13650a7354766a0abb81c2c92e92722c85a2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070" +
  "19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3748f82ee78a5636f84c878148cc7020890befffaa4506cebbef9a3f7c67178f2";
const initialHash = "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19";

/** Writes `count` words, given as 8 hexadecimal digits each, into `to` from `at` on. */
export function writeWords(to: Int32Array, at: number, count: number, hex: string): void {
  let i = 0;
  for (i = 0; i < count; i++) to[at + i] = parseInt(hex.substr(i * 8, 8), 16) | 0;
}

/** The round constants of section 4.2.2, which are kept for as long as hashing goes on. */
export function sha256Constants(): Int32Array {
  const k = new Int32Array(64);
  writeWords(k, 0, 64, roundConstants);
  return k;
}

/** Takes the 16 words after the chaining value at word index `state` into it. */
export function sha256Block(m: CryptoMemory, state: number): void {
  const w = m.w;
  const schedule = Scratch.schedule;
  const k = m.k;
  let i = 0;
  let x = 0;
  let y = 0;
  let a = w[state];
  let b = w[state + 1];
  let c = w[state + 2];
  let d = w[state + 3];
  let e = w[state + 4];
  let f = w[state + 5];
  let g = w[state + 6];
  let h = w[state + 7];
  for (i = 0; i < 16; i++) {
    x = w[state + Sha256.chain + i];
    w[schedule + i] = (x << 24) | ((x & 0xff00) << 8) | ((x >> 8) & 0xff00) | (x >>> 24);
  }
  for (i = schedule + 16; i < schedule + 64; i++) {
    x = w[i - 15];
    y = w[i - 2];
    w[i] =
      w[i - 16] +
      w[i - 7] +
      (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
      (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
  }
  for (i = 0; i < 64; i++) {
    x = h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + (g ^ (e & (f ^ g))) + k[i] + w[schedule + i];
    h = g;
    g = f;
    f = e;
    e = (d + x) | 0;
    d = c;
    c = b;
    b = a;
    a = (x + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & (c ^ d)) ^ (c & d))) | 0;
  }
  w[state] += a;
  w[state + 1] += b;
  w[state + 2] += c;
  w[state + 3] += d;
  w[state + 4] += e;
  w[state + 5] += f;
  w[state + 6] += g;
  w[state + 7] += h;
}

/** Begins a hash in the state at word index `state`. */
export function sha256Init(m: CryptoMemory, state: number): void {
  writeWords(m.w, state, Sha256.chain, initialHash);
  m.w[state + Sha256.chain + 16] = 0;
}

/** Hashes b[at .. at+length). */
export function sha256Update(m: CryptoMemory, state: number, at: number, length: number): void {
  digestUpdate(m, sha256Block, Sha256.chain, state, at, length);
}

/** Writes the 32 bytes of the digest to `out`; the state stays as it was. */
export function sha256Final(m: CryptoMemory, state: number, out: number): void {
  digestFinal(m, sha256Block, Sha256.chain, state, out);
}
