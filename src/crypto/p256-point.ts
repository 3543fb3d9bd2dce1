/**
 * Points of P-256 (NIST SP 800-186 section 3.2.1.3) in homogeneous coordinates X : Y : Z, each in Montgomery form. One complete addition
 * (Renes, Costello, Batina 2016, algorithm 4, for a = -3) serves for sums, doublings and the point at infinity alike, so that
 * nothing depends on the points. Constant time, as far as the engine's own arithmetic is.
 */
import { multiplyP256 } from "./field-p256";
import { addScaled, addSubtract, balanceLimbs, carryLimbs, Limb24, limbsFromHex, readLimbs, writeLimbs } from "./limbs";
import { type CryptoMemory, Scratch } from "./memory";

/** The scratch of the P-256 operations, 11 words a number, 33 a point. */
export const enum P256At {
  prime = Scratch.fields,
  b = prime + 11,
  /** The running result. */
  sum = b + 11,
  /** The point to add next. */
  addend = sum + 33,
  /** Multiples of points for indices 1, 2, 3. */
  table = addend + 33,
  table2 = table + 33,
  table3 = table2 + 33,
  /** Temporaries, 9 numbers. */
  t0 = table3 + 33,
  t1 = t0 + 11,
  t2 = t1 + 11,
  t3 = t2 + 11,
  t4 = t3 + 11,
  t5 = t4 + 11,
  x = t5 + 11,
  y = x + 11,
  z = y + 11,
  /** Two scalars. */
  u1 = z + 11,
  u2 = u1 + 11,
}

const enum Coordinate {
  y = 11,
  z = 22,
  words = 33,
}

const enum Point {
  /** First byte of an uncompressed point (SEC 1 section 2.3.3). */
  uncompressed = 4,
  bits = 256,
  /** Of a coordinate. */
  lastByte = 31,
}

const primeHex = "00ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
/** R and R^2 for R = 2^264, and the curve's b and base point times R, all modulo p. */
const oneHex = "00000000fffffffeffffffffffffffffffffffff00000000000000000000000100";
const squareHex = "000004fffffffdfffffffffffffffefffffffbffffffff00000000000000030000";
const bHex = "0030061de087483409a220abf7212ed6acf005cc9c843090d89cdf6229c4bddfdc";
const baseXHex = "00905f76bd3755c661fb732b7762251075ba95fc47edb60179e730d418a9143c18";
const baseYHex = "0071ff18aa885d854de88688dd21f3258b4ab8e43519e45cddf25357ce95560a85";

/**
 * Prepares the scratch for the functions below, with the base point at P256At.table.
 * @part
 */
export function startP256(w: Int32Array): void {
  limbsFromHex(w, P256At.prime, primeHex);
  limbsFromHex(w, P256At.b, bHex);
  limbsFromHex(w, P256At.table, baseXHex);
  limbsFromHex(w, P256At.table + Coordinate.y, baseYHex);
  limbsFromHex(w, P256At.table + Coordinate.z, oneHex);
}

/** Takes a number out of Montgomery form, to the one number below p that it stands for. */
function plainP256(w: Int32Array, x: number): void {
  let i = 0;
  let mask = 0;
  w.subarray(P256At.t5, P256At.t5 + Limb24.count).fill(0);
  w[P256At.t5] = 1;
  multiplyP256(w, x, x, P256At.t5);
  // The product is within half of p of zero.
  mask = carryLimbs(w, x);
  for (i = 0; i < Limb24.count; i++) w[x + i] += w[P256At.prime + i] & mask;
  carryLimbs(w, x);
}

/** True if all limbs at x are 0. */
export function isZeroLimbs(w: Int32Array, x: number): boolean {
  const end = x + Limb24.count;
  let any = 0;
  while (x < end) any |= w[x++];
  return any === 0;
}

/** True if x is below y; uses t5. */
export function isBelow(w: Int32Array, x: number, y: number): boolean {
  addScaled(w, P256At.t5, x, y, -1);
  return carryLimbs(w, P256At.t5) !== 0;
}

/**
 * Reads an uncompressed point, 65 bytes, to the word index `to`; false if it is not a point on the curve.
 * @part
 */
export function readPointP256(m: CryptoMemory, at: number, to: number): boolean {
  const w = m.w;
  readLimbs(m, to, at + 32, -1);
  readLimbs(m, to + Coordinate.y, at + 64, -1);
  if (m.b[at] !== Point.uncompressed || !isBelow(w, to, P256At.prime) || !isBelow(w, to + Coordinate.y, P256At.prime)) return false;
  limbsFromHex(w, P256At.t5, squareHex);
  multiplyP256(w, to, to, P256At.t5);
  multiplyP256(w, to + Coordinate.y, to + Coordinate.y, P256At.t5);
  limbsFromHex(w, to + Coordinate.z, oneHex);
  // y^2 - (x^2 - 3) * x - b
  multiplyP256(w, P256At.t0, to + Coordinate.y, to + Coordinate.y);
  multiplyP256(w, P256At.t1, to, to);
  addScaled(w, P256At.t1, P256At.t1, to + Coordinate.z, -3);
  multiplyP256(w, P256At.t1, P256At.t1, to);
  addScaled(w, P256At.t0, P256At.t0, P256At.t1, -1);
  addScaled(w, P256At.t0, P256At.t0, P256At.b, -1);
  plainP256(w, P256At.t0);
  return isZeroLimbs(w, P256At.t0);
}

/** The point at word index `to` = the points at p + q; all places may be the same. */
export function addPointsP256(w: Int32Array, to: number, p: number, q: number): void {
  const minus = -1;
  multiplyP256(w, P256At.t0, p, q);
  multiplyP256(w, P256At.t1, p + Coordinate.y, q + Coordinate.y);
  multiplyP256(w, P256At.t2, p + Coordinate.z, q + Coordinate.z);
  // The sums of cross products x*y, y*z and x*z, each from one multiplication.
  addScaled(w, P256At.t3, p, p + Coordinate.y, 1);
  addScaled(w, P256At.t5, q, q + Coordinate.y, 1);
  multiplyP256(w, P256At.t3, P256At.t3, P256At.t5);
  addScaled(w, P256At.t3, P256At.t3, P256At.t0, minus);
  addScaled(w, P256At.t3, P256At.t3, P256At.t1, minus);
  addScaled(w, P256At.t4, p + Coordinate.y, p + Coordinate.z, 1);
  addScaled(w, P256At.t5, q + Coordinate.y, q + Coordinate.z, 1);
  multiplyP256(w, P256At.t4, P256At.t4, P256At.t5);
  addScaled(w, P256At.t4, P256At.t4, P256At.t1, minus);
  addScaled(w, P256At.t4, P256At.t4, P256At.t2, minus);
  addScaled(w, P256At.y, p, p + Coordinate.z, 1);
  addScaled(w, P256At.t5, q, q + Coordinate.z, 1);
  multiplyP256(w, P256At.y, P256At.y, P256At.t5);
  addScaled(w, P256At.y, P256At.y, P256At.t0, minus);
  addScaled(w, P256At.y, P256At.y, P256At.t2, minus);
  multiplyP256(w, P256At.z, P256At.b, P256At.t2);
  addScaled(w, P256At.x, P256At.y, P256At.z, minus);
  addScaled(w, P256At.x, P256At.x, P256At.x, 2);
  addSubtract(w, P256At.x, P256At.z, P256At.t1, P256At.x);
  balanceLimbs(w, P256At.x, P256At.x);
  balanceLimbs(w, P256At.z, P256At.z);
  multiplyP256(w, P256At.y, P256At.b, P256At.y);
  addScaled(w, P256At.t2, P256At.t2, P256At.t2, 2);
  addScaled(w, P256At.y, P256At.y, P256At.t2, minus);
  addScaled(w, P256At.y, P256At.y, P256At.t0, minus);
  addScaled(w, P256At.y, P256At.y, P256At.y, 2);
  balanceLimbs(w, P256At.y, P256At.y);
  addScaled(w, P256At.t0, P256At.t0, P256At.t0, 2);
  addScaled(w, P256At.t0, P256At.t0, P256At.t2, minus);
  balanceLimbs(w, P256At.t0, P256At.t0);
  multiplyP256(w, P256At.t1, P256At.t4, P256At.y);
  multiplyP256(w, P256At.t2, P256At.t0, P256At.y);
  multiplyP256(w, P256At.y, P256At.x, P256At.z);
  addScaled(w, P256At.y, P256At.y, P256At.t2, 1);
  multiplyP256(w, P256At.x, P256At.t3, P256At.x);
  addScaled(w, P256At.x, P256At.x, P256At.t1, minus);
  multiplyP256(w, P256At.z, P256At.t4, P256At.z);
  multiplyP256(w, P256At.t1, P256At.t3, P256At.t0);
  addScaled(w, P256At.z, P256At.z, P256At.t1, 1);
  balanceLimbs(w, to, P256At.x);
  balanceLimbs(w, to + Coordinate.y, P256At.y);
  balanceLimbs(w, to + Coordinate.z, P256At.z);
}

/** P256At.addend = entry `index` of the table, 0 .. 3, reading all of it; 0 gives infinity. */
function selectPointP256(w: Int32Array, index: number): void {
  const one = ((index ^ 1) - 1) >> 31;
  const two = ((index ^ 2) - 1) >> 31;
  const three = ((index ^ 3) - 1) >> 31;
  let i = 0;
  for (i = 0; i < Coordinate.words; i++)
    w[P256At.addend + i] = (w[P256At.table + i] & one) | (w[P256At.table2 + i] & two) | (w[P256At.table3 + i] & three);
  // Infinity is 0 : anything : 0.
  w[P256At.addend + Coordinate.y] |= ((index - 1) >> 31) & 1;
}

function scalarBit(w: Int32Array, scalar: number, i: number): number {
  return (w[scalar + ((i / Limb24.bits) | 0)] >> (i % Limb24.bits)) & 1;
}

/** P256At.sum = u1 * (the point at `table`), constant time in u1. */
export function multiplyPointP256(w: Int32Array): void {
  let i = 0;
  addPointsP256(w, P256At.table2, P256At.table, P256At.table);
  addPointsP256(w, P256At.table3, P256At.table2, P256At.table);
  w.subarray(P256At.sum, P256At.addend).fill(0);
  w[P256At.sum + Coordinate.y] = 1;
  for (i = Point.bits - 2; i >= 0; i -= 2) {
    addPointsP256(w, P256At.sum, P256At.sum, P256At.sum);
    addPointsP256(w, P256At.sum, P256At.sum, P256At.sum);
    selectPointP256(w, scalarBit(w, P256At.u1, i) + 2 * scalarBit(w, P256At.u1, i + 1));
    addPointsP256(w, P256At.sum, P256At.sum, P256At.addend);
  }
}

/** P256At.sum = u1 * (the point at `table`) + u2 * (the point at `table2`); variable time. */
export function multiplyTwoPointsP256(w: Int32Array): void {
  let i = 0;
  let index = 0;
  addPointsP256(w, P256At.table3, P256At.table2, P256At.table);
  w.subarray(P256At.sum, P256At.addend).fill(0);
  w[P256At.sum + Coordinate.y] = 1;
  for (i = Point.bits - 1; i >= 0; i--) {
    addPointsP256(w, P256At.sum, P256At.sum, P256At.sum);
    index = scalarBit(w, P256At.u1, i) + 2 * scalarBit(w, P256At.u2, i);
    if (index !== 0) addPointsP256(w, P256At.sum, P256At.sum, P256At.table + (index - 1) * Coordinate.words);
  }
}

/**
 * Brings P256At.sum's x to affine form, 0 .. p - 1, and writes it, and y if that has a place other than 0, as 32 bytes to the byte offsets given.
 * False if the sum is infinity.
 * @part
 */
export function affineP256(m: CryptoMemory, outX: number, outY: number): boolean {
  const w = m.w;
  const y = P256At.sum + Coordinate.y;
  const z = P256At.sum + Coordinate.z;
  let i = 0;
  limbsFromHex(w, P256At.z, oneHex);
  // z^(p - 2)
  for (i = Point.bits - 1; i >= 0; i--) {
    multiplyP256(w, P256At.z, P256At.z, P256At.z);
    if (i !== 1 && scalarBit(w, P256At.prime, i)) multiplyP256(w, P256At.z, P256At.z, z);
  }
  multiplyP256(w, P256At.sum, P256At.sum, P256At.z);
  multiplyP256(w, y, y, P256At.z);
  plainP256(w, P256At.sum);
  plainP256(w, y);
  plainP256(w, z);
  writeLimbs(m, P256At.sum, outX + Point.lastByte, -1);
  if (outY !== 0) writeLimbs(m, y, outY + Point.lastByte, -1);
  return !isZeroLimbs(w, z);
}
