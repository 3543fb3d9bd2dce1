/**
 * X25519 (RFC 7748 section 5) by the Montgomery ladder. Constant time in the private key, as far as the engine's own arithmetic is: the same
 * steps for every key, swaps by mask, key bits used in masks only.
 */
import { canonical25519, invert25519, multiply25519 } from "./field25519";
import { addSubtract, Limb24, readLimbs, swapMasked, writeLimbs } from "./limbs";
import { type CryptoMemory, Scratch } from "./memory";

/** The ladder's numbers; x2 and z2, x3 and z3 lie side by side to be swapped as one. */
const enum Ladder {
  x1 = Scratch.fields,
  x2 = x1 + 11,
  z2 = x2 + 11,
  x3 = z2 + 11,
  z3 = x3 + 11,
  a = z3 + 11,
  b = a + 11,
  c = b + 11,
  d = c + 11,
  a24 = d + 11,
  pair = 22,
  topBit = 254,
  /** (486662 - 2) / 4 */
  a24Value = 121665,
  /** A u-coordinate's bit 255 is ignored. */
  topMask = 0x7fff,
  basePoint = 9,
}

/** x2, z2 = 2 * (x2, z2); x3, z3 = (x2, z2) + (x3, z3), with difference x1. */
function ladderStep(w: Int32Array): void {
  addSubtract(w, Ladder.a, Ladder.b, Ladder.x2, Ladder.z2);
  addSubtract(w, Ladder.c, Ladder.d, Ladder.x3, Ladder.z3);
  multiply25519(w, Ladder.x3, Ladder.d, Ladder.a);
  multiply25519(w, Ladder.z3, Ladder.c, Ladder.b);
  addSubtract(w, Ladder.x3, Ladder.z3, Ladder.x3, Ladder.z3);
  multiply25519(w, Ladder.x3, Ladder.x3, Ladder.x3);
  multiply25519(w, Ladder.z3, Ladder.z3, Ladder.z3);
  multiply25519(w, Ladder.z3, Ladder.z3, Ladder.x1);
  multiply25519(w, Ladder.a, Ladder.a, Ladder.a);
  multiply25519(w, Ladder.b, Ladder.b, Ladder.b);
  multiply25519(w, Ladder.x2, Ladder.a, Ladder.b);
  addSubtract(w, Ladder.c, Ladder.d, Ladder.a, Ladder.b);
  multiply25519(w, Ladder.c, Ladder.d, Ladder.a24);
  addSubtract(w, Ladder.c, Ladder.b, Ladder.c, Ladder.a);
  multiply25519(w, Ladder.z2, Ladder.d, Ladder.c);
}

/** Multiplies the point whose u-coordinate is at Ladder.x1 with the clamped key; the result's u-coordinate is left as x2 / z2. */
function ladder25519(m: CryptoMemory, key: number): void {
  const w = m.w;
  const b = m.b;
  let i = 0;
  let bit = 0;
  let last = 0;
  w.subarray(Ladder.x2, Ladder.a24 + Limb24.count).fill(0);
  w[Ladder.x2] = 1;
  w.set(w.subarray(Ladder.x1, Ladder.x2), Ladder.x3);
  w[Ladder.z3] = 1;
  w[Ladder.a24] = Ladder.a24Value;
  for (i = Ladder.topBit; i >= 0; i--) {
    bit = i === Ladder.topBit ? 1 : i < 3 ? 0 : (b[key + (i >> 3)] >> (i & 7)) & 1;
    swapMasked(w, Ladder.x2, Ladder.x3, Ladder.pair, -(bit ^ last));
    last = bit;
    ladderStep(w);
  }
  // The last bit of a clamped key is 0, so nothing is left swapped.
}

/**
 * Writes x2 / z2, 32 bytes, to byte offset `out`; false if it is 0.
 * @part
 */
function finishLadder(m: CryptoMemory, out: number): boolean {
  const w = m.w;
  let any = 0;
  let i = 0;
  invert25519(w, Ladder.z3, Ladder.z2);
  multiply25519(w, Ladder.x3, Ladder.x2, Ladder.z3);
  canonical25519(w, Ladder.x3);
  for (i = Ladder.x3; i < Ladder.z3; i++) any |= w[i];
  writeLimbs(m, Ladder.x3, out, 1);
  return any !== 0;
}

/** Writes the public key, 32 bytes, of the 32-byte private key at `key`. */
export function x25519Public(m: CryptoMemory, key: number, out: number): void {
  m.w.subarray(Ladder.x1, Ladder.x2).fill(0);
  m.w[Ladder.x1] = Ladder.basePoint;
  ladder25519(m, key);
  finishLadder(m, out);
}

/** Writes the 32-byte shared secret of the private key and the peer's public key: 1, or 0 if it is all zeros (RFC 7748 section 6.1). */
export function x25519Shared(m: CryptoMemory, key: number, peer: number, out: number): number {
  const w = m.w;
  readLimbs(m, Ladder.x1, peer, 1);
  w[Ladder.x2 - 1] &= Ladder.topMask;
  ladder25519(m, key);
  return finishLadder(m, out) ? 1 : 0;
}
