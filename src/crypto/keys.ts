/**
 * The operations with keys, in groups by what they share, so that the build can keep each group's functions away until it is called.
 */
import { Op } from "./crypto";
import { ecdsaSign, ecdsaVerify } from "./ecdsa";
import type { CryptoMemory } from "./memory";
import { mgf1Xor } from "./mgf1";
import { p256Public, p256Shared } from "./p256";
import { rsaBegin, rsaContinue } from "./rsa";
import { x25519Public, x25519Shared } from "./x25519";

/** @part */
function x25519Operation(m: CryptoMemory, operation: number, place: number, b: number, c: number): number {
  if (operation === Op.x25519) return x25519Shared(m, place, b, c);
  x25519Public(m, place, b);
  return 0;
}

/** @part */
function p256Operation(m: CryptoMemory, operation: number, place: number, b: number, c: number): number {
  if (operation === Op.ecdsaVerify) return ecdsaVerify(m, place, b, c);
  if (operation === Op.p256) return p256Shared(m, place, b, c);
  if (operation === Op.p256Public) return p256Public(m, place, b);
  return ecdsaSign(m, place, b, c);
}

/** @part */
function rsaOperation(m: CryptoMemory, operation: number, place: number, b: number, c: number): number {
  if (operation === Op.rsaStep) return m.rsa ? rsaContinue(m, place) : 0;
  if (operation === Op.rsaStart) return rsaBegin(m, place, b, c);
  mgf1Xor(m, place, b, c);
  return 0;
}

/**
 * Does any of the operations from Op.x25519Public to Op.mgf1Xor.
 * @part
 */
export function keyOperation(m: CryptoMemory, operation: number, place: number, b: number, c: number): number {
  if (operation < Op.p256Public) return x25519Operation(m, operation, place, b, c);
  if (operation < Op.rsaStart) return p256Operation(m, operation, place, b, c);
  return rsaOperation(m, operation, place, b, c);
}
