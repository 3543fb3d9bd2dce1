/**
 * Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (FIPS 186-5, NIST SP 800-186 section 3.2.1.3) on the limbs of limbs.ts, in
 * Montgomery form with R = 2^264. Constant time, as far as the engine's own arithmetic is: no branch and no index depends on a value.
 */
/** The limbs of limbs.ts; here again because only what stands in the same file is inlined by every tool, and this is the innermost loop. */
const enum Column {
  mask = 0xffffff,
  base = 0x1000000,
  half = 0x800000,
}

const enum Prime {
  /** 2^224 and 2^256 within the limbs that begin at 2^216 and 2^240. */
  p224 = 0x100,
  p256 = 0x10000,
}

/**
 * w[o ..] = w[x ..] * w[y ..] / R; the places may be the same. Limbs of the operands may reach 2^25 in one and 2^24 in the other, positive
 * or negative; those of the result are within 2^23. p is -1 modulo 2^24, so the multiple of p that clears a column is the column itself.
 */
export function multiplyP256(w: Int32Array, o: number, x: number, y: number): void {
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
  let m0 = 0;
  let m1 = 0;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  let m5 = 0;
  let m6 = 0;
  let m7 = 0;
  let m8 = 0;
  let m9 = 0;
  let m10 = 0;
  t = a0 * b0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m0 = l;
  t = (t - l) / Column.base + a0 * b1 + a1 * b0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m1 = l;
  t = (t - l) / Column.base + a0 * b2 + a1 * b1 + a2 * b0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m2 = l;
  t = (t - l) / Column.base + a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m3 = l;
  t = (t - l) / Column.base + a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + m0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m4 = l;
  t = (t - l) / Column.base + a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + m1;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m5 = l;
  t = (t - l) / Column.base + a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + m2;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m6 = l;
  t = (t - l) / Column.base + a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + m3;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m7 = l;
  t = (t - l) / Column.base + a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 + m4 + m0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m8 = l;
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
    m5 +
    m1 -
    Prime.p224 * m0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m9 = l;
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
    m6 +
    m2 -
    Prime.p224 * m1 +
    Prime.p256 * m0;
  l = ((t + Column.half) & Column.mask) - Column.half;
  m10 = l;
  t =
    (t - l) / Column.base +
    a1 * b10 +
    a2 * b9 +
    a3 * b8 +
    a4 * b7 +
    a5 * b6 +
    a6 * b5 +
    a7 * b4 +
    a8 * b3 +
    a9 * b2 +
    a10 * b1 +
    m7 +
    m3 -
    Prime.p224 * m2 +
    Prime.p256 * m1;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o] = l;
  t =
    (t - l) / Column.base +
    a2 * b10 +
    a3 * b9 +
    a4 * b8 +
    a5 * b7 +
    a6 * b6 +
    a7 * b5 +
    a8 * b4 +
    a9 * b3 +
    a10 * b2 +
    m8 +
    m4 -
    Prime.p224 * m3 +
    Prime.p256 * m2;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 1] = l;
  t =
    (t - l) / Column.base +
    a3 * b10 +
    a4 * b9 +
    a5 * b8 +
    a6 * b7 +
    a7 * b6 +
    a8 * b5 +
    a9 * b4 +
    a10 * b3 +
    m9 +
    m5 -
    Prime.p224 * m4 +
    Prime.p256 * m3;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 2] = l;
  t =
    (t - l) / Column.base +
    a4 * b10 +
    a5 * b9 +
    a6 * b8 +
    a7 * b7 +
    a8 * b6 +
    a9 * b5 +
    a10 * b4 +
    m10 +
    m6 -
    Prime.p224 * m5 +
    Prime.p256 * m4;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 3] = l;
  t = (t - l) / Column.base + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5 + m7 - Prime.p224 * m6 + Prime.p256 * m5;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 4] = l;
  t = (t - l) / Column.base + a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6 + m8 - Prime.p224 * m7 + Prime.p256 * m6;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 5] = l;
  t = (t - l) / Column.base + a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7 + m9 - Prime.p224 * m8 + Prime.p256 * m7;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 6] = l;
  t = (t - l) / Column.base + a8 * b10 + a9 * b9 + a10 * b8 + m10 - Prime.p224 * m9 + Prime.p256 * m8;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 7] = l;
  t = (t - l) / Column.base + a9 * b10 + a10 * b9 - Prime.p224 * m10 + Prime.p256 * m9;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 8] = l;
  t = (t - l) / Column.base + a10 * b10 + Prime.p256 * m10;
  l = ((t + Column.half) & Column.mask) - Column.half;
  w[o + 9] = l;
  w[o + 10] = (t - l) / Column.base;
}
