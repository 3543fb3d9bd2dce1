/**
 * Arithmetic modulo 2^255 - 19 (RFC 7748 section 4.1) on the limbs of limbs.ts. Constant time, as far as the engine's own arithmetic is:
 * no branch and no index depends on a value.
 */
import { carryLimbs } from "./limbs";

/** The limbs of limbs.ts; here again because only what stands in the same file is inlined by every tool, and this is the innermost loop. */
const enum Column {
  count = 11,
  bits = 24,
  mask = 0xffffff,
  base = 0x1000000,
  half = 0x800000,
}

const enum Fold {
  /** 2^264 modulo 2^255 - 19, that is 19 * 2^9: what the limbs from the 11th on count for. */
  high = 9728,
  /** 2^255 modulo 2^255 - 19. */
  top = 19,
  /** Bits of the last limb below 2^255. */
  topBits = 15,
  topMask = 0x7fff,
}

/**
 * w[o ..] = w[x ..] * w[y ..]; the places may be the same. Limbs of the operands may reach 2^25 in one and 2^24 in the other, positive or
 * negative; those of the result are within 2^23 + 2^20.
 */
export function multiply25519(w: Int32Array, o: number, x: number, y: number): void {
  let t = 0;
  let l = 0;
  const a0 = w[x];
  const a1 = w[x + 1];
  const a2 = w[x + 2];
  const a3 = w[x + 3];
  const a4 = w[x + 4];
  const a5 = w[x + 5];
  const a6 = w[x + 6];
  const a7 = w[x + 7];
  const a8 = w[x + 8];
  const a9 = w[x + 9];
  const a10 = w[x + 10];
  const b0 = w[y];
  const b1 = w[y + 1];
  const b2 = w[y + 2];
  const b3 = w[y + 3];
  const b4 = w[y + 4];
  const b5 = w[y + 5];
  const b6 = w[y + 6];
  const b7 = w[y + 7];
  const b8 = w[y + 8];
  const b9 = w[y + 9];
  const b10 = w[y + 10];
  let h0 = 0;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let h5 = 0;
  let h6 = 0;
  let h7 = 0;
  let h8 = 0;
  let h9 = 0;
  let h10 = 0;
  t = a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h0 = l;
  t = (t - l) / Column.base + a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3 + a10 * b2;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h1 = l;
  t = (t - l) / Column.base + a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4 + a10 * b3;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h2 = l;
  t = (t - l) / Column.base + a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 + a10 * b4;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h3 = l;
  t = (t - l) / Column.base + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h4 = l;
  t = (t - l) / Column.base + a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h5 = l;
  t = (t - l) / Column.base + a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h6 = l;
  t = (t - l) / Column.base + a8 * b10 + a9 * b9 + a10 * b8;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h7 = l;
  t = (t - l) / Column.base + a9 * b10 + a10 * b9;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h8 = l;
  t = (t - l) / Column.base + a10 * b10;
  l = ((t + Column.half) & Column.mask) - Column.half;
  h9 = l;
  h10 = (t - l) / Column.base;
  t = a0 * b0 + Fold.high * h0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o] = l;
  t = (t - l) / Column.base + a0 * b1 + a1 * b0 + Fold.high * h1;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 1] = l;
  t = (t - l) / Column.base + a0 * b2 + a1 * b1 + a2 * b0 + Fold.high * h2;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 2] = l;
  t = (t - l) / Column.base + a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + Fold.high * h3;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 3] = l;
  t = (t - l) / Column.base + a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + Fold.high * h4;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 4] = l;
  t = (t - l) / Column.base + a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + Fold.high * h5;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 5] = l;
  t = (t - l) / Column.base + a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + Fold.high * h6;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 6] = l;
  t = (t - l) / Column.base + a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + Fold.high * h7;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 7] = l;
  t = (t - l) / Column.base + a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 + Fold.high * h8;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 8] = l;
  t =
    (t - l) / Column.base +
    a0 * b9 +
    a1 * b8 +
    a2 * b7 +
    a3 * b6 +
    a4 * b5 +
    a5 * b4 +
    a6 * b3 +
    a7 * b2 +
    a8 * b1 +
    a9 * b0 +
    Fold.high * h9;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 9] = l;
  t =
    (t - l) / Column.base +
    a0 * b10 +
    a1 * b9 +
    a2 * b8 +
    a3 * b7 +
    a4 * b6 +
    a5 * b5 +
    a6 * b4 +
    a7 * b3 +
    a8 * b2 +
    a9 * b1 +
    a10 * b0 +
    Fold.high * h10;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 10] = l;
  t = w[o] + Fold.high * ((t - l) / Column.base);
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o] = l;
  w[o + 1] += (t - l) / Column.base;
}

/** Folds what is at and above 2^255. */
function fold25519(w: Int32Array, x: number): void {
  const carry = carryLimbs(w, x);
  const top = x + Column.count - 1;
  w[x] += Fold.top * ((carry << (Column.bits - Fold.topBits)) + (w[top] >> Fold.topBits));
  w[top] &= Fold.topMask;
}

/** Brings a product to the one number below 2^255 - 19 that it stands for. */
export function canonical25519(w: Int32Array, x: number): void {
  const top = x + Column.count - 1;
  fold25519(w, x);
  fold25519(w, x);
  fold25519(w, x);
  // Now below 2^255; with 19 added it reaches 2^255 exactly if it is not below the prime.
  w[x] += Fold.top;
  carryLimbs(w, x);
  w[x] += Fold.top * ((w[top] >> Fold.topBits) - 1);
  w[top] &= Fold.topMask;
  carryLimbs(w, x);
}

/** w[o ..] = 1 / w[x ..] as x^(p - 2); the places must differ. 0 gives 0. */
export function invert25519(w: Int32Array, o: number, x: number): void {
  let i = 0;
  w.set(w.subarray(x, x + Column.count), o);
  // p - 2 = 2^255 - 21 has all bits set but 2 and 4.
  for (i = 253; i >= 0; i--) {
    multiply25519(w, o, o, o);
    if (i !== 2 && i !== 4) multiply25519(w, o, o, x);
  }
}
