/** Scalars of P-256: numbers modulo n, the order of its base point (NIST SP 800-186 section 3.2.1.3), on the limbs of limbs.ts. */
import { addScaled, carryLimbs, limbsFromHex } from "./limbs";
import { isBelow, isZeroLimbs } from "./p256-point";

const orderHex = "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/** Writes the order of the base point, n, as limbs. */
export function orderP256(w: Int32Array, to: number): void {
  limbsFromHex(w, to, orderHex);
}

/** True if the scalar at word index x is in 1 .. n - 1, with n at `order`. */
export function isScalarP256(w: Int32Array, x: number, order: number): boolean {
  return !isZeroLimbs(w, x) && isBelow(w, x, order);
}

/** Brings a number below 2 * n to 0 .. n - 1. */
export function reduceOnce(w: Int32Array, x: number, order: number): void {
  if (isBelow(w, x, order)) return;
  addScaled(w, x, x, order, -1);
  carryLimbs(w, x);
}
