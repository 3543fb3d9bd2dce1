/**
 * ECDSA over P-256 with SHA-256 (FIPS 186-5 section 6.4). Verification is variable time: it sees public data only. Signing is constant time, as
 * far as the engine's own arithmetic is, with the nonce of RFC 6979; what shows is how many candidates for it were out of range (2^-32 each).
 */
import { hmacFinish, hmacSha256, hmacStart } from "./hmac";
import { addScaled, carryLimbs, readLimbs, writeLimbs } from "./limbs";
import { type CryptoMemory, Scratch } from "./memory";
import { readPrivateP256 } from "./p256";
import { affineP256, isZeroLimbs, multiplyPointP256, multiplyTwoPointsP256, P256At, readPointP256, startP256 } from "./p256-point";
import { isScalarP256, orderP256, reduceOnce, scalarOperation } from "./p256-scalar";
import { sha256Update } from "./sha256";

const enum Signature {
  lastOfR = 31,
  lastOfS = 63,
  /** Also the last byte of a hash and of a private key. */
  last = 31,
  scalarBytes = 32,
}

/** RFC 6979 section 3.2: places of its V, of the reduced hash, and of the byte between them. */
const enum Nonce {
  key = Scratch.nonceKey * 4,
  value = Scratch.nonceValue * 4,
  hash = P256At.t1 * 4,
  separator = P256At.t2 * 4,
}

/**
 * Reads r, s and the hash, and leaves hash / s at P256At.u1 and r / s at P256At.u2, modulo n; false if r or s is not in 1 .. n - 1.
 * @part
 */
function startVerify(m: CryptoMemory, hash: number, signature: number): boolean {
  const w = m.w;
  const s = P256At.table;
  const inverse = P256At.table2;
  readLimbs(m, P256At.u2, signature + Signature.lastOfR, -1);
  readLimbs(m, s, signature + Signature.lastOfS, -1);
  readLimbs(m, P256At.u1, hash + Signature.last, -1);
  orderP256(w);
  if (!isScalarP256(w, P256At.u2) || !isScalarP256(w, s)) return false;
  scalarOperation(w, inverse, s, 0);
  scalarOperation(w, P256At.u1, P256At.u1, inverse);
  scalarOperation(w, P256At.u2, P256At.u2, inverse);
  return true;
}

/**
 * True if P256At.sum's x, which is below p, is r modulo n: r itself or r + n.
 * @part
 */
function hasR(m: CryptoMemory, signature: number): boolean {
  const w = m.w;
  orderP256(w);
  reduceOnce(w, P256At.sum);
  readLimbs(m, P256At.t1, signature + Signature.lastOfR, -1);
  addScaled(w, P256At.sum, P256At.sum, P256At.t1, -1);
  return isZeroLimbs(w, P256At.sum);
}

/** 1 if the signature (r and s, 32 bytes each) of the 32-byte hash is valid for the uncompressed public key, else 0. */
export function ecdsaVerify(m: CryptoMemory, publicKey: number, hash: number, signature: number): number {
  if (!startVerify(m, hash, signature)) return 0;
  startP256(m.w);
  if (!readPointP256(m, publicKey, P256At.table2)) return 0;
  multiplyTwoPointsP256(m.w);
  return affineP256(m, Scratch.digest * 4, 0) && hasR(m, signature) ? 1 : 0;
}

/** K = HMAC(K, V || separator || key || hash), V = HMAC(K, V); without key and hash where `key` is negative. */
function stepNonce(m: CryptoMemory, separator: number, key: number): void {
  m.b[Nonce.separator] = separator;
  hmacStart(m, Nonce.key);
  sha256Update(m, Scratch.work, Nonce.value, Signature.scalarBytes);
  sha256Update(m, Scratch.work, Nonce.separator, 1);
  if (key >= 0) {
    sha256Update(m, Scratch.work, key, Signature.scalarBytes);
    sha256Update(m, Scratch.work, Nonce.hash, Signature.scalarBytes);
  }
  hmacFinish(m, Nonce.key, Nonce.key);
  hmacSha256(m, Nonce.key, Nonce.value, Signature.scalarBytes, Nonce.value);
}

/**
 * Prepares RFC 6979's generator for this key and hash; n is at P256At.z.
 * @part
 */
function startNonce(m: CryptoMemory, key: number, hash: number): void {
  readLimbs(m, P256At.t3, hash + Signature.last, -1);
  reduceOnce(m.w, P256At.t3);
  writeLimbs(m, P256At.t3, Nonce.hash + Signature.last, -1);
  m.b.subarray(Nonce.key, Nonce.key + Signature.scalarBytes).fill(0);
  m.b.subarray(Nonce.value, Nonce.value + Signature.scalarBytes).fill(1);
  stepNonce(m, 0, key);
  stepNonce(m, 1, key);
}

/**
 * Takes the next candidate to P256At.u1 until one is in 1 .. n - 1, and leaves the generator ready for another.
 * @part
 */
function nextNonceP256(m: CryptoMemory): void {
  const w = m.w;
  orderP256(w);
  w.subarray(P256At.u1, P256At.u2).fill(0);
  while (!isScalarP256(w, P256At.u1)) {
    hmacSha256(m, Nonce.key, Nonce.value, Signature.scalarBytes, Nonce.value);
    readLimbs(m, P256At.u1, Nonce.value + Signature.last, -1);
    stepNonce(m, 0, -1);
  }
}

/**
 * r and s for the nonce at P256At.u1 and the point that it gave; false if one of them is 0 and another nonce is needed.
 * @part
 */
function finishSign(m: CryptoMemory, key: number, hash: number, out: number): boolean {
  const w = m.w;
  const inverse = P256At.table2;
  orderP256(w);
  reduceOnce(w, P256At.sum);
  readLimbs(m, P256At.u2, key + Signature.last, -1);
  scalarOperation(w, P256At.u2, P256At.u2, P256At.sum);
  readLimbs(m, P256At.t1, hash + Signature.last, -1);
  addScaled(w, P256At.u2, P256At.u2, P256At.t1, 1);
  carryLimbs(w, P256At.u2);
  scalarOperation(w, inverse, P256At.u1, 0);
  scalarOperation(w, P256At.u2, P256At.u2, inverse);
  writeLimbs(m, P256At.sum, out + Signature.lastOfR, -1);
  writeLimbs(m, P256At.u2, out + Signature.lastOfS, -1);
  return !isZeroLimbs(w, P256At.sum) && !isZeroLimbs(w, P256At.u2);
}

/** Writes the signature (r and s, 32 bytes each) of the 32-byte hash: 1, or 0 if the private key is not in 1 .. n - 1. */
export function ecdsaSign(m: CryptoMemory, key: number, hash: number, out: number): number {
  let done = false;
  if (!readPrivateP256(m, key)) return 0;
  startNonce(m, key, hash);
  while (!done) {
    nextNonceP256(m);
    startP256(m.w);
    multiplyPointP256(m.w);
    affineP256(m, out, 0);
    done = finishSign(m, key, hash, out);
  }
  m.w.subarray(Scratch.hmacKey, Scratch.end).fill(0);
  return 1;
}
