/**
 * AES-128 encryption (FIPS 197), two blocks at a time, bitsliced: plane i holds bit i of all 32 bytes. The S-box is the circuit of Boyar and
 * Peralta (2010), so there is no table and constant time needs no promise of the memory: ANDs, XORs and fixed shifts only.
 *
 * Byte r of a plane is row r of both blocks' states: bit 2 * c + n of it belongs to column c of block n.
 */
import { type CryptoMemory, Scratch } from "./memory";

const enum Aes {
  planes = 8,
  rounds = 10,
  keyWords = 4,
  scheduleWords = 44,
  /** x^8 modulo the field's polynomial x^8 + x^4 + x^3 + x + 1, to carry the round constant on. */
  reduction = 0x11b,
  evenBits = 0x55555555,
}

/** 8 words of planes. */
const enum Planes {
  at = Scratch.fields,
  /** Copies, each rotated to the row below. */
  below = at + 8,
}

/** Swaps the bits of w[y] under `mask` with those of w[x] that stand `shift` higher. */
function swapBits(w: Int32Array, x: number, y: number, shift: number, mask: number): void {
  const t = ((w[x] >>> shift) ^ w[y]) & mask;
  w[y] ^= t;
  w[x] ^= t << shift;
}

/** Words to planes and back: 8 words, those of the two blocks alternating, are transposed as matrices of 8 by 8 bits. */
export function transposeAes(w: Int32Array): void {
  let i = 0;
  for (i = Planes.at; i < Planes.below; i += 2) swapBits(w, i, i + 1, 1, 0x55555555);
  for (i = Planes.at; i < Planes.below; i += (i & 1) === (Planes.at & 1) ? 1 : 3) swapBits(w, i, i + 2, 2, 0x33333333);
  for (i = Planes.at; i < Planes.at + 4; i++) swapBits(w, i, i + 4, 4, 0x0f0f0f0f);
}

function subBytesAes(w: Int32Array): void {
  const x = Planes.at;
  const x7 = w[x];
  const x6 = w[x + 1];
  const x5 = w[x + 2];
  const x4 = w[x + 3];
  const x3 = w[x + 4];
  const x2 = w[x + 5];
  const x1 = w[x + 6];
  const x0 = w[x + 7];
  // The upper linear layer.
  const y14 = x3 ^ x5;
  const y13 = x0 ^ x6;
  const y9 = x0 ^ x3;
  const y8 = x0 ^ x5;
  const t0 = x1 ^ x2;
  const y1 = t0 ^ x7;
  const y4 = y1 ^ x3;
  const y12 = y13 ^ y14;
  const y2 = y1 ^ x0;
  const y5 = y1 ^ x6;
  const y3 = y5 ^ y8;
  const y15 = x4 ^ y12 ^ x5;
  const y20 = x4 ^ y12 ^ x1;
  const y6 = y15 ^ x7;
  const y10 = y15 ^ t0;
  const y11 = y20 ^ y9;
  const y7 = x7 ^ y11;
  const y17 = y10 ^ y11;
  const y16 = t0 ^ y11;
  // The inversion in GF(2^8).
  let a = y12 & y15;
  let b = y13 & y16;
  let c = y9 & y11;
  let d = (y14 & y17) ^ c;
  let e = (y8 & y10) ^ c;
  const t21 = (y3 & y6) ^ a ^ d ^ y20;
  const t22 = (y4 & x7) ^ a ^ e ^ y10 ^ y8;
  const t23 = (y5 & y1) ^ b ^ d ^ y13 ^ y16;
  const t24 = (y2 & y7) ^ b ^ e ^ x0 ^ y16;
  a = t21 & t23;
  b = t24 ^ a;
  c = t21 ^ t22;
  const t29 = (c & b) ^ t22;
  const t33 = ((t22 ^ a) & (t23 ^ t24)) ^ t24;
  d = t24 & (b ^ t33);
  const t37 = d ^ t23 ^ t33;
  const t40 = c ^ (t29 & (b ^ d));
  const t41 = t40 ^ t37;
  const t42 = t29 ^ t33;
  const t43 = t29 ^ t40;
  const t44 = t33 ^ t37;
  const t45 = t42 ^ t41;
  // The products and the lower linear layer, with the affine constant 0x63 as the four complements.
  const z2 = t33 & x7;
  const z3 = t43 & y16;
  const z4 = t40 & y1;
  const z5 = t29 & y7;
  const z7 = t45 & y17;
  const z10 = t37 & y3;
  const z12 = t43 & y13;
  const z16 = t45 & y14;
  const t46 = (t42 & y9) ^ z16;
  const t48 = z5 ^ (t40 & y5);
  const t49 = (t44 & y12) ^ z10;
  const t53 = (t44 & y15) ^ z3;
  a = z2 ^ z12 ^ t53;
  b = z4 ^ t46;
  c = z3 ^ (t42 & y11) ^ z7;
  d = z7 ^ (t41 & y10) ^ b;
  e = t49 ^ b;
  const t64 = z4 ^ c;
  const t65 = (t29 & y2) ^ a ^ d;
  const t66 = (t37 & y6) ^ e;
  const s3 = t53 ^ t66;
  w[x + 7] = c ^ e;
  w[x + 1] = ~(z12 ^ t48 ^ d);
  w[x] = ~(t48 ^ t46 ^ a);
  w[x + 4] = s3;
  w[x + 3] = z2 ^ z5 ^ t66;
  w[x + 2] = z10 ^ (t33 & y4) ^ t65;
  w[x + 6] = ~(t64 ^ s3);
  w[x + 5] = ~(z16 ^ (t41 & y8) ^ t64 ^ t65);
}

/** Rotates row r of each plane by r columns. */
function shiftRowsAes(w: Int32Array): void {
  let i = 0;
  let x = 0;
  for (i = Planes.at; i < Planes.below; i++) {
    x = w[i];
    w[i] =
      (x & 0xff) |
      ((x >> 2) & 0x3f00) |
      ((x & 0x300) << 6) |
      ((x >> 4) & 0x0f0000) |
      ((x & 0x0f0000) << 4) |
      ((x >>> 6) & 0x03000000) |
      ((x & 0x3f000000) << 2);
  }
}

function mixColumnsAes(w: Int32Array): void {
  const below = Planes.below;
  let i = 0;
  let x = 0;
  let y = 0;
  let carry = 0;
  for (i = 0; i < Aes.planes; i++) {
    x = w[Planes.at + i];
    w[below + i] = (x >>> 8) | (x << 24);
  }
  x = w[Planes.at + 7] ^ w[below + 7];
  carry = x;
  for (i = 0; i < Aes.planes; i++) {
    y = w[Planes.at + i] ^ w[below + i];
    // Doubling moves plane i - 1 to plane i; what leaves plane 7 returns in planes 0, 1, 3 and 4.
    w[Planes.at + i] = x ^ w[below + i] ^ ((y >>> 16) | (y << 16)) ^ (i === 1 || i === 3 || i === 4 ? carry : 0);
    x = y;
  }
}

/** Adds round key `round` of the schedule at word index `key`: 4 words of planes, packed two in one, as both blocks have the same. */
function addRoundKeyAes(w: Int32Array, key: number, round: number): void {
  let i = 0;
  let even = 0;
  let odd = 0;
  for (i = 0; i < Aes.keyWords; i++) {
    even = w[key + round * Aes.keyWords + i];
    odd = even & ~Aes.evenBits;
    even &= Aes.evenBits;
    w[Planes.at + 2 * i] ^= even | (even << 1);
    w[Planes.at + 2 * i + 1] ^= odd | (odd >>> 1);
  }
}

/** Expands the key, 4 words at word index `key`, to its schedule of 44 words in the same place. */
export function aesSchedule(m: CryptoMemory, key: number): void {
  const w = m.w;
  let i = 0;
  let t = 0;
  let constant = 1;
  for (i = key + Aes.keyWords; i < key + Aes.scheduleWords; i++) {
    t = w[i - 1];
    if (((i - key) & (Aes.keyWords - 1)) === 0) {
      w.subarray(Planes.at, Planes.below).fill((t >>> 8) | (t << 24));
      transposeAes(w);
      subBytesAes(w);
      transposeAes(w);
      t = w[Planes.at] ^ constant;
      constant <<= 1;
      if (constant > 0xff) constant ^= Aes.reduction;
    }
    w[i] = w[i - Aes.keyWords] ^ t;
  }
  for (i = key; i < key + Aes.scheduleWords; i += Aes.keyWords) {
    for (t = 0; t < Aes.planes; t++) w[Planes.at + t] = w[i + (t >> 1)];
    transposeAes(w);
    for (t = 0; t < Aes.keyWords; t++) w[i + t] = (w[Planes.at + 2 * t] & Aes.evenBits) | (w[Planes.at + 2 * t + 1] & ~Aes.evenBits);
  }
}

/**
 * Encrypts two blocks at word index `blocks`, 4 words each, with the schedule at word index `key`; the result is left there.
 */
export function aesEncryptPair(m: CryptoMemory, key: number, blocks: number): void {
  const w = m.w;
  let i = 0;
  let round = 0;
  for (i = 0; i < Aes.planes; i++) w[Planes.at + i] = w[blocks + (i >> 1) + (i & 1) * Aes.keyWords];
  transposeAes(w);
  addRoundKeyAes(w, key, 0);
  for (round = 1; round <= Aes.rounds; round++) {
    subBytesAes(w);
    shiftRowsAes(w);
    if (round < Aes.rounds) mixColumnsAes(w);
    addRoundKeyAes(w, key, round);
  }
  transposeAes(w);
  for (i = 0; i < Aes.planes; i++) w[blocks + (i >> 1) + (i & 1) * Aes.keyWords] = w[Planes.at + i];
}
