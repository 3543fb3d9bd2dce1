/**
 * Multiplication modulo any number, for P-256's order and for RSA: row by row from the multiplier's top limb, each row reduced by a
 * quotient estimated in a double. Limbs have 24 bits, least significant first; an accumulator is a Float64Array of as many. The same steps for
 * all values; constant time as far as the engine's own arithmetic is.
 */

/** The limbs of limbs.ts; here again because only what stands in the same file is inlined by every tool, and this is the innermost loop. */
const enum Column {
  bits = 24,
  mask = 0xffffff,
  base = 0x1000000,
}

export const enum Row {
  /** Rows after which carryRows must be called, lest a limb pass 2^53. */
  perCarry = 4,
}

/**
 * t = t * 2^24 + x * v[y ..] - q * v[n ..], with q such that t stays within about the modulus, positive or negative.
 *
 * @param v holds multiplicand (at y) and modulus (at n), k limbs each; the modulus' last limb is not 0; k is at least 4
 * @param x the multiplier's next limb
 */
export function modularRow(t: Float64Array, v: Int32Array, y: number, n: number, k: number, x: number): void {
  const q =
    (((t[k - 1] * Column.base + t[k - 2]) * Column.base +
      t[k - 3] +
      t[k - 4] / Column.base +
      x * (v[y + k - 1] * Column.base + v[y + k - 2] + v[y + k - 3] / Column.base)) /
      (v[n + k - 1] * Column.base + v[n + k - 2] + v[n + k - 3] / Column.base)) |
    0;
  let j = k - 1;
  t[j] = t[j] * Column.base + t[j - 1] + x * v[y + j] - q * v[n + j];
  while (--j > 0) t[j] = t[j - 1] + x * v[y + j] - q * v[n + j];
  t[0] = x * v[y] - q * v[n];
}

/** Brings all limbs of t but the last into 0 .. 2^24 - 1; the last one takes the sign. */
export function carryRows(t: Float64Array, k: number): void {
  let j = 0;
  let c = 0;
  let l = 0;
  for (j = 0; j < k - 1; j++) {
    c += t[j];
    t[j] = l = c & Column.mask;
    c = (c - l) / Column.base;
  }
  t[j] += c;
}

/** Writes what t is modulo v[n ..], in 0 .. n - 1, to v[o ..], and clears t. */
export function settleRows(t: Float64Array, v: Int32Array, o: number, n: number, k: number): void {
  let pass = 0;
  let j = 0;
  let mask = 0;
  carryRows(t, k);
  for (pass = 0; pass < 4; pass++) {
    // Passes 0 and 1 make it positive, 2 subtracts the modulus, 3 adds it again if that was too much.
    mask = t[k - 1] >> 31;
    for (j = 0; j < k; j++) t[j] += pass === 2 ? -v[n + j] : v[n + j] & mask;
    carryRows(t, k);
  }
  for (j = 0; j < k; j++) {
    v[o + j] = t[j];
    t[j] = 0;
  }
}

/** v[o ..] = v[x ..] * v[y ..] modulo v[n ..]; places may be the same. Operands have k limbs of 24 bits. */
export function multiplyModulo(v: Int32Array, o: number, x: number, y: number, n: number, k: number): void {
  const t = new Float64Array(k);
  let i = k;
  while (--i >= 0) {
    modularRow(t, v, y, n, k, v[x + i]);
    if (i % Row.perCarry === 0) carryRows(t, k);
  }
  settleRows(t, v, o, n, k);
}

/** v[o ..] = v[x ..]^(n - 2) modulo v[n ..], the inverse where n is prime; o must differ from x. The exponent is public. */
export function invertModulo(v: Int32Array, o: number, x: number, n: number, k: number): void {
  let i = 0;
  v.subarray(o, o + k).fill(0);
  v[o] = 1;
  for (i = k * Column.bits - 1; i >= 0; i--) {
    multiplyModulo(v, o, o, o, n, k);
    if (((i < Column.bits ? v[n] - 2 : v[n + ((i / Column.bits) | 0)]) >> (i % Column.bits)) & 1) multiplyModulo(v, o, o, x, n, k);
  }
}
