/**
 * The crypto interface at Node's speed: the curves by Node's own OpenSSL and RSA by big integers, 20 times faster than the portable twins, all else by the
 * twins. In place of the native kernels it makes a year of polls a matter of minutes; its results and its use of the workspace's states are theirs.
 */
import { createECDH, createHash, createPrivateKey, createPublicKey, diffieHellman, type JsonWebKey } from "node:crypto";
import { Op } from "../../src/crypto/crypto";
import { portableCrypto } from "../../src/crypto/portable";
import { scanJson } from "../../src/status/json-scan";
import type { CryptoCall } from "../../src/transport";
import { inverse, modulo } from "../kernels/residues";

const OPERATION = 0x1ff0000;
const PLACE = 0xffff;
const KEY = 32;
const POINT = 65;
const UNCOMPRESSED = 4;
/** The exponent 65537 is 2^16 + 1. */
const SQUARINGS = 16;
/** How many words of the random register make one digest, and how many of them may repeat the one before. */
const RANDOM_READS = 64;
const REPEATS_ALLOWED = 4;

const X25519_BASE = Buffer.from("09".padEnd(64, "0"), "hex");

/** P-256 (SP 800-186): field and order. */
const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const ecdh = createECDH("prime256v1");

function numberOf(bytes: Uint8Array): bigint {
  return BigInt("0x" + Buffer.from(bytes).toString("hex"));
}

function bytesOf(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(KEY * 2, "0"), "hex");
}

/** A raw X25519 key; JWK is the form that Node reads fastest. */
function rawKey(bytes: Uint8Array): JsonWebKey {
  return { kty: "OKP", crv: "X25519", x: Buffer.from(bytes).toString("base64url") };
}

function x25519(key: Uint8Array, peer: Uint8Array): Buffer | null {
  // Of a private key, Node takes nothing but `d`.
  const jwk = rawKey(key);
  const privateKey = createPrivateKey({ key: { ...jwk, d: jwk.x! }, format: "jwk" });
  const publicKey = createPublicKey({ key: rawKey(peer), format: "jwk" });
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    // All zeros, which OpenSSL refuses to give.
    return null;
  }
}

function isScalar(number: bigint): boolean {
  return number > 0n && number < ORDER;
}

/** key * G, uncompressed; the key is in 1 .. n - 1. */
function p256Public(key: Buffer): Buffer {
  ecdh.setPrivateKey(key);
  return ecdh.getPublicKey();
}

/** The x-coordinate of key * point, or null if there is no such point on the curve. */
function p256Shared(key: Buffer, point: Uint8Array): Buffer | null {
  if (point[0] !== UNCOMPRESSED) return null;
  ecdh.setPrivateKey(key);
  try {
    return ecdh.computeSecret(point);
  } catch {
    return null;
  }
}

/** The sum of two points with different x-coordinates. */
function addPoints(a: Uint8Array, b: Uint8Array): Buffer | null {
  const [ax, ay, bx, by] = [a, b].flatMap((point) => [numberOf(point.subarray(1, 33)), numberOf(point.subarray(33))]) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if (ax === bx) return null;
  const slope = (by - ay) * inverse(bx - ax, FIELD);
  const x = modulo(slope * slope - ax - bx, FIELD);
  const y = modulo(slope * (ax - x) - ay, FIELD);
  return Buffer.concat([Buffer.from([UNCOMPRESSED]), bytesOf(x), bytesOf(y)]);
}

/**
 * Whether r is the x-coordinate of (e/s) G + (r/s) Q, computed as (r/s) ((e/r) G + Q), for which ECDH suffices. Null where that way has an
 * exception (a sum of equal points), which the twin has not.
 */
function ecdsaVerify(point: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean | null {
  const r = numberOf(signature.subarray(0, KEY));
  const s = numberOf(signature.subarray(KEY));
  const e = numberOf(hash) % ORDER;
  if (!isScalar(r) || !isScalar(s) || point[0] !== UNCOMPRESSED) return false;
  if (numberOf(point.subarray(1, 33)) >= FIELD || numberOf(point.subarray(33)) >= FIELD) return false;
  if (e === 0n) return null;
  const sum = addPoints(p256Public(bytesOf((e * inverse(r, ORDER)) % ORDER)), point);
  if (!sum) return null;
  const x = p256Shared(bytesOf((r * inverse(s, ORDER)) % ORDER), sum);
  return x !== null && numberOf(x) % ORDER === r;
}

/** signature^65537 modulo the modulus, as long as that is; null if the modulus is even or the signature is not below it. */
function rsaPublic(modulus: Buffer, signature: Buffer): Buffer | null {
  const n = numberOf(modulus);
  const s = numberOf(signature);
  if ((n & 1n) === 0n || s >= n) return null;
  let power = s;
  for (let i = 0; i < SQUARINGS; i++) power = (power * power) % n;
  const result = (power * s) % n;
  return Buffer.from(result.toString(16).padStart(2 * modulus.length, "0"), "hex");
}

/** As the kernel does: many reads of the register and a counter through SHA-256; null if it is stuck. */
function gatherRandom(register: () => number, counter: number): Buffer | null {
  const words = Buffer.alloc(4 * (RANDOM_READS + 1));
  words.writeUInt32LE(counter, 0);
  let before = register() >>> 0;
  let [zeros, ones, repeats] = [before, before, 0];
  for (let i = 1; i <= RANDOM_READS; i++) {
    const word = register() >>> 0;
    if (word === before) repeats++;
    before = word;
    zeros |= word;
    ones &= word;
    words.writeUInt32LE(word, 4 * i);
  }
  const isRandom = repeats <= REPEATS_ALLOWED && zeros === -1 && ones === 0;
  return isRandom ? createHash("sha256").update(words).digest() : null;
}

/**
 * Implements every Op on the workspace `ram`.
 * @param register the board's random register, for Op.hardwareRandom
 */
export function fastCrypto(ram: Uint8Array, register: () => number): CryptoCall {
  const twins = portableCrypto(ram, scanJson);
  /** What rsaStep is to give. */
  let power: Buffer | null = null;
  const bytes = (at: number, length: number): Buffer => Buffer.from(ram.subarray(at, at + length));

  const fast: Record<number, (key: number, b: number, c: number) => number> = {
    [Op.x25519Public]: (key, out) => {
      ram.set(x25519(bytes(key, KEY), X25519_BASE)!, out);
      return 0;
    },
    [Op.x25519]: (key, peer, out) => {
      const shared = x25519(bytes(key, KEY), bytes(peer, KEY));
      ram.set(shared ?? Buffer.alloc(KEY), out);
      return shared ? 1 : 0;
    },
    [Op.p256Public]: (key, out) => {
      const scalar = bytes(key, KEY);
      if (!isScalar(numberOf(scalar))) return 0;
      ram.set(p256Public(scalar), out);
      return 1;
    },
    [Op.p256]: (key, peer, out) => {
      const scalar = bytes(key, KEY);
      const shared = isScalar(numberOf(scalar)) ? p256Shared(scalar, bytes(peer, POINT)) : null;
      if (shared) ram.set(shared, out);
      return shared ? 1 : 0;
    },
    [Op.rsaStart]: (modulus, length, signature) => {
      power = rsaPublic(bytes(modulus, length), bytes(signature, length));
      return power ? 1 : 0;
    },
    [Op.rsaStep]: (out) => {
      if (power) ram.set(power, out);
      power = null;
      return 0;
    },
    [Op.hardwareRandom]: (at, length) => {
      for (let done = 0; done < length; done += KEY) {
        const digest = gatherRandom(register, done / KEY);
        if (!digest) return 0;
        ram.set(digest.subarray(0, Math.min(KEY, length - done)), at + done);
      }
      return 1;
    },
  };

  return (opAndPlace, b = 0, c = 0) => {
    const operation = opAndPlace & OPERATION;
    const place = opAndPlace & PLACE;
    if (operation === Op.ecdsaVerify) {
      const isValid = ecdsaVerify(bytes(place, POINT), bytes(b, KEY), bytes(c, 2 * KEY));
      return isValid === null ? twins(opAndPlace, b, c) : Number(isValid);
    }
    const run = fast[operation];
    return run ? run(place, b, c) : twins(opAndPlace, b, c);
  };
}
