/**
 * ECDSA over P-256 with SHA-256 (FIPS 186-5 section 6.4). Verification is variable time: it sees public data only.
 */
import { addScaled, carryLimbs, Limb24, limbsFromHex, readLimbs } from "./limbs";
import type { CryptoMemory } from "./memory";
import { invertModulo, multiplyModulo } from "./modular";
import { affineP256, basePointP256, isBelow, isZeroLimbs, multiplyTwoPointsP256, P256At, readPointP256, startP256 } from "./p256-point";

const orderHex = "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

const enum Signature {
  lastOfR = 31,
  lastOfS = 63,
  hash = 31,
}

/** Writes the order of the base point, n, as limbs. */
export function orderP256(w: Int32Array, to: number): void {
  limbsFromHex(w, to, orderHex);
}

/** True if the scalar at word index x is in 1 .. n - 1, with n at `order`. */
export function isScalarP256(w: Int32Array, x: number, order: number): boolean {
  return !isZeroLimbs(w, x) && isBelow(w, x, order);
}

/** Brings a number below 2 * n to 0 .. n - 1. */
function reduceOnce(w: Int32Array, x: number, order: number): void {
  if (isBelow(w, x, order)) return;
  addScaled(w, x, x, order, -1);
  carryLimbs(w, x);
}

/**
 * 1 if the signature (r and s, 32 bytes each) of the 32-byte hash is valid for the uncompressed public key, else 0.
 * n, s and 1/s live in the places of the table's first points until u1 and u2 are known.
 */
export function ecdsaVerify(m: CryptoMemory, publicKey: number, hash: number, signature: number): number {
  const w = m.w;
  const order = P256At.table;
  const s = P256At.table2;
  const inverse = P256At.table3;
  readLimbs(m, P256At.u2, signature + Signature.lastOfR, -1);
  readLimbs(m, s, signature + Signature.lastOfS, -1);
  readLimbs(m, P256At.u1, hash + Signature.hash, -1);
  orderP256(w, order);
  if (!isScalarP256(w, P256At.u2, order) || !isScalarP256(w, s, order)) return 0;
  invertModulo(w, inverse, s, order, Limb24.count);
  multiplyModulo(w, P256At.u1, P256At.u1, inverse, order, Limb24.count);
  multiplyModulo(w, P256At.u2, P256At.u2, inverse, order, Limb24.count);
  startP256(w);
  if (!readPointP256(m, publicKey, P256At.table2)) return 0;
  basePointP256(w, P256At.table);
  multiplyTwoPointsP256(w);
  if (!affineP256(w)) return 0;
  // r is x modulo n, and x is below p: r or r + n.
  orderP256(w, P256At.t0);
  reduceOnce(w, P256At.sum, P256At.t0);
  readLimbs(m, P256At.t1, signature + Signature.lastOfR, -1);
  addScaled(w, P256At.sum, P256At.sum, P256At.t1, -1);
  return isZeroLimbs(w, P256At.sum) ? 1 : 0;
}
