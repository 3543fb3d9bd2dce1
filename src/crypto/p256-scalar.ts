/**
 * Scalars of P-256: numbers modulo n, the order of its base point (NIST SP 800-186 section 3.2.1.3), on the limbs of limbs.ts. Constant time, as
 * far as the engine's own arithmetic is.
 */
import { addScaled, carryLimbs, Limb24, limbsFromHex } from "./limbs";
import { invertModulo, multiplyModulo } from "./modular";
import { isBelow, isZeroLimbs, P256At } from "./p256-point";

const orderHex = "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/** Writes n to P256At.z, where the functions below find it. */
export function orderP256(w: Int32Array): void {
  limbsFromHex(w, P256At.z, orderHex);
}

/** True if the number at word index x is in 1 .. n - 1. */
export function isScalarP256(w: Int32Array, x: number): boolean {
  return !isZeroLimbs(w, x) && isBelow(w, x, P256At.z);
}

/** Brings a number below 2 * n to 0 .. n - 1. */
export function reduceOnce(w: Int32Array, x: number): void {
  if (isBelow(w, x, P256At.z)) return;
  addScaled(w, x, x, P256At.z, -1);
  carryLimbs(w, x);
}

/**
 * w[o ..] = w[x ..] * w[y ..] modulo n, or 1 / w[x ..] where y is 0.
 * @part
 */
export function scalarOperation(w: Int32Array, o: number, x: number, y: number): void {
  if (y === 0) invertModulo(w, o, x, P256At.z, Limb24.count);
  else multiplyModulo(w, o, x, y, P256At.z, Limb24.count);
}
