/**
 * SHA-1 (FIPS 180-4 sections 4.1.1, 4.2.1, 5.3.1, 6.1), for the fingerprints of certificates only. Constant time.
 */
import { digestFinal, digestUpdate } from "./digest";
import { type CryptoMemory, Scratch } from "./memory";
import { writeWords } from "./sha256";

const enum Sha1 {
  chain = 5,
  rounds = 80,
  /** Rounds that share one function and constant. */
  stage = 20,
}

const sha1InitialHash = "67452301efcdab8998badcfe10325476c3d2e1f0";

function sha1Block(m: CryptoMemory, state: number): void {
  const w = m.w;
  const schedule = Scratch.schedule;
  let a = w[state];
  let b = w[state + 1];
  let c = w[state + 2];
  let d = w[state + 3];
  let e = w[state + 4];
  let x = 0;
  let i = 0;
  for (i = 0; i < Sha1.rounds; i++) {
    if (i < 16) {
      x = w[state + Sha1.chain + i];
      x = (x << 24) | ((x & 0xff00) << 8) | ((x >> 8) & 0xff00) | (x >>> 24);
    } else {
      x = w[schedule + ((i - 3) & 15)] ^ w[schedule + ((i - 8) & 15)] ^ w[schedule + ((i - 14) & 15)] ^ w[schedule + (i & 15)];
      x = (x << 1) | (x >>> 31);
    }
    w[schedule + (i & 15)] = x;
    x += e + ((a << 5) | (a >>> 27));
    if (i < Sha1.stage) x += (d ^ (b & (c ^ d))) + 0x5a827999;
    else if (i < 2 * Sha1.stage) x += (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 3 * Sha1.stage) x += ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    else x += (b ^ c ^ d) + 0xca62c1d6;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = x | 0;
  }
  w[state] += a;
  w[state + 1] += b;
  w[state + 2] += c;
  w[state + 3] += d;
  w[state + 4] += e;
}

/** Begins a hash in the state at word index `state`, 22 words. */
export function sha1Init(m: CryptoMemory, state: number): void {
  writeWords(m.w, state, Sha1.chain, sha1InitialHash);
  m.w[state + Sha1.chain + 16] = 0;
}

/** Hashes b[at .. at+length). */
export function sha1Update(m: CryptoMemory, state: number, at: number, length: number): void {
  digestUpdate(m, sha1Block, Sha1.chain, state, at, length);
}

/** Writes the 20 bytes of the digest to `out`; the state stays as it was. */
export function sha1Final(m: CryptoMemory, state: number, out: number): void {
  digestFinal(m, sha1Block, Sha1.chain, state, out);
}
