/**
 * Poly1305 (RFC 8439 section 2.5) over whole blocks of 16 bytes, as the AEAD construction pads to them.
 *
 * Numbers are six limbs of 22 bits; products add up in doubles below 2^53. Constant time: no branch or index depends on secrets,
 * as far as the engine's own arithmetic does not.
 *
 * A state is 22 words: r in 6 limbs, the accumulator in 6, s in 4 words, an unfinished block in 4, its count of bytes in 1.
 */
import { type CryptoMemory, Scratch } from "./memory";

export const enum Poly {
  r = 0,
  accumulator = 6,
  s = 12,
  block = 16,
  count = 20,
}

const enum Limb {
  count = 6,
  bits = 22,
  mask = 0x3fffff,
  /** 2^128 in the last limb: 128 - 5 * 22 = 18. */
  highBit = 0x40000,
  /** 2^130 in the last limb: 20 bits. */
  topBits = 20,
  topMask = 0xfffff,
  /** 2^-22 as a divisor: carries are exact. */
  base = 0x400000,
  blockBytes = 16,
}

function poly1305Load(m: CryptoMemory, to: number, at: number, highBit: number): void {
  const b = m.b;
  const w = m.w;
  w[to] = b[at] | (b[at + 1] << 8) | ((b[at + 2] & 63) << 16);
  w[to + 1] = (b[at + 2] >> 6) | (b[at + 3] << 2) | (b[at + 4] << 10) | ((b[at + 5] & 15) << 18);
  w[to + 2] = (b[at + 5] >> 4) | (b[at + 6] << 4) | (b[at + 7] << 12) | ((b[at + 8] & 3) << 20);
  w[to + 3] = (b[at + 8] >> 2) | (b[at + 9] << 6) | (b[at + 10] << 14);
  w[to + 4] = b[at + 11] | (b[at + 12] << 8) | ((b[at + 13] & 63) << 16);
  w[to + 5] = (b[at + 13] >> 6) | (b[at + 14] << 2) | (b[at + 15] << 10) | highBit;
}

/** Begins a MAC in the state at word index `state` with the 32-byte one-time key at byte offset `key`. */
export function poly1305Init(m: CryptoMemory, state: number, key: number): void {
  const b = m.b;
  let i = 0;
  for (i = 3; i < Limb.blockBytes; i += 4) {
    b[key + i] &= 15;
    if (i > 3) b[key + i - 3] &= 252;
  }
  poly1305Load(m, state + Poly.r, key, 0);
  b.set(b.subarray(key + Limb.blockBytes, key + 2 * Limb.blockBytes), (state + Poly.s) * 4);
  m.w.subarray(state + Poly.accumulator, state + Poly.s).fill(0);
  m.w[state + Poly.count] = 0;
}

function poly1305Block(m: CryptoMemory, state: number, at: number): void {
  const w = m.w;
  const x = Scratch.fields;
  const y = state + Poly.accumulator;
  const r0 = w[state];
  const r1 = w[state + 1];
  const r2 = w[state + 2];
  const r3 = w[state + 3];
  const r4 = w[state + 4];
  const r5 = w[state + 5];
  let h0 = 0;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let h5 = 0;
  let t = 0;
  let l = 0;
  poly1305Load(m, x, at, Limb.highBit);
  h0 = w[x] + w[y];
  h1 = w[x + 1] + w[y + 1];
  h2 = w[x + 2] + w[y + 2];
  h3 = w[x + 3] + w[y + 3];
  h4 = w[x + 4] + w[y + 4];
  h5 = w[x + 5] + w[y + 5];
  // 2^132 is 20 modulo 2^130 - 5.
  t = h0 * r0 + 20 * (h1 * r5 + h2 * r4 + h3 * r3 + h4 * r2 + h5 * r1);
  w[y] = l = t & Limb.mask;
  t = (t - l) / Limb.base + h0 * r1 + h1 * r0 + 20 * (h2 * r5 + h3 * r4 + h4 * r3 + h5 * r2);
  w[y + 1] = l = t & Limb.mask;
  t = (t - l) / Limb.base + h0 * r2 + h1 * r1 + h2 * r0 + 20 * (h3 * r5 + h4 * r4 + h5 * r3);
  w[y + 2] = l = t & Limb.mask;
  t = (t - l) / Limb.base + h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + 20 * (h4 * r5 + h5 * r4);
  w[y + 3] = l = t & Limb.mask;
  t = (t - l) / Limb.base + h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + 20 * (h5 * r5);
  w[y + 4] = l = t & Limb.mask;
  t = (t - l) / Limb.base + h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0;
  w[y + 5] = l = t & Limb.mask;
  t = w[y] + 20 * ((t - l) / Limb.base);
  w[y] = l = t & Limb.mask;
  w[y + 1] += (t - l) / Limb.base;
}

/** Takes `length` bytes at byte offset `at`. */
export function poly1305Update(m: CryptoMemory, state: number, at: number, length: number): void {
  const b = m.b;
  const block = (state + Poly.block) * 4;
  const end = at + length;
  let offset = m.w[state + Poly.count];
  let next = 0;
  while (at < end) {
    next = at + Limb.blockBytes - offset;
    if (next > end) next = end;
    b.set(b.subarray(at, next), block + offset);
    offset = (offset + next - at) & (Limb.blockBytes - 1);
    at = next;
    if (offset === 0) poly1305Block(m, state, block);
  }
  m.w[state + Poly.count] = offset;
}

/** Completes an unfinished block with zeros. */
export function poly1305Pad(m: CryptoMemory, state: number): void {
  const block = (state + Poly.block) * 4;
  const offset = m.w[state + Poly.count];
  if (offset === 0) return;
  m.b.subarray(block + offset, block + Limb.blockBytes).fill(0);
  m.w[state + Poly.count] = 0;
  poly1305Block(m, state, block);
}

/** Carries through the accumulator at word index h, folding what is at and above 2^130; adds `extra` first. */
function poly1305Carry(w: Int32Array, h: number, extra: number): number {
  let i = 0;
  let c = extra;
  for (i = 0; i < Limb.count; i++) {
    c += w[h + i];
    w[h + i] = c & Limb.mask;
    c >>= Limb.bits;
  }
  c = (c << (Limb.bits - Limb.topBits)) | (w[h + Limb.count - 1] >> Limb.topBits);
  w[h + Limb.count - 1] &= Limb.topMask;
  return c;
}

/** Writes the 16-byte tag to byte offset `out`. All blocks must be whole (poly1305Pad). */
export function poly1305Finish(m: CryptoMemory, state: number, out: number): void {
  const b = m.b;
  const w = m.w;
  const h = state + Poly.accumulator;
  const s = Scratch.fields;
  let i = 0;
  let c = 0;
  let bits = 0;
  c = poly1305Carry(w, h, 0);
  c = poly1305Carry(w, h, 5 * c);
  // The value is below 2^130 + 5 * c; with 5 added it reaches 2^130 exactly if it is not below the prime.
  c = poly1305Carry(w, h, 5 * c + 5);
  poly1305Carry(w, h, 5 * c - 5);
  poly1305Load(m, s, (state + Poly.s) * 4, 0);
  c = 0;
  for (i = 0; i < Limb.count; i++) {
    c += w[h + i] + w[s + i];
    w[s + i] = c & Limb.mask;
    c >>= Limb.bits;
  }
  for (i = 0; i < Limb.blockBytes; i++) {
    bits = 8 * i;
    c = s + ((bits / Limb.bits) | 0);
    bits = bits % Limb.bits;
    b[out + i] = (w[c] >> bits) | (w[c + 1] << (Limb.bits - bits));
  }
}
