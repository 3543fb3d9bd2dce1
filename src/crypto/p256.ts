/**
 * ECDH over P-256 (SEC 1 section 3.3.1, RFC 8446 section 7.4.2). Constant time in the private key, as far as the engine's own arithmetic is: the same
 * additions for every key, table entries chosen by mask.
 */
import { readLimbs } from "./limbs";
import type { CryptoMemory } from "./memory";
import { affineP256, multiplyPointP256, P256At, readPointP256, startP256 } from "./p256-point";
import { isScalarP256, orderP256 } from "./p256-scalar";

const enum Encoded {
  uncompressed = 4,
  lastOfKey = 31,
  /** Where y begins in a public key, after the first byte and x. */
  y = 33,
}

/**
 * Reads the private key to P256At.u1; false if it is not in 1 .. n - 1.
 * @part
 */
export function readPrivateP256(m: CryptoMemory, key: number): boolean {
  readLimbs(m, P256At.u1, key + Encoded.lastOfKey, -1);
  orderP256(m.w);
  return isScalarP256(m.w, P256At.u1);
}

/** Writes the public key, 65 bytes, of the 32-byte private key: 1, or 0 if that is not in 1 .. n - 1. */
export function p256Public(m: CryptoMemory, key: number, out: number): number {
  if (!readPrivateP256(m, key)) return 0;
  startP256(m.w);
  multiplyPointP256(m.w);
  affineP256(m, out + 1, out + Encoded.y);
  m.b[out] = Encoded.uncompressed;
  m.w.subarray(P256At.u1, P256At.u2).fill(0);
  return 1;
}

/** Writes the shared secret, the 32 bytes of the x-coordinate: 1, or 0 if the peer's 65 bytes are not a point on the curve or the key is out of range. */
export function p256Shared(m: CryptoMemory, key: number, peer: number, out: number): number {
  startP256(m.w);
  if (!readPrivateP256(m, key) || !readPointP256(m, peer, P256At.table)) return 0;
  multiplyPointP256(m.w);
  affineP256(m, out, 0);
  m.w.subarray(P256At.u1, P256At.u2).fill(0);
  return 1;
}
