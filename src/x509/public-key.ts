/**
 * A certificate's public key (RFC 5280 section 4.1, RFC 5480, RFC 8017 appendix A.1), found by the lengths of what lies before it. The whole
 * outline of the certificate is checked, from the first byte to the last; names, dates and extensions are not looked into (leaf.ts does).
 */
import { ErrorCode } from "../errors/codes";
import { derContents, derText, skipDer } from "./der";

export const enum KeyKind {
  /** An uncompressed point (65 bytes: 4, x, y) of P-256. */
  p256 = 1,
  /** A modulus of 2048 to 4096 bits, a multiple of 32; the exponent is 65537. */
  rsa = 2,
}

/** Where a public key lies. */
export interface PublicKey {
  kind: KeyKind;
  /** Offset of the point's or the modulus's first byte. */
  at: number;
  /** 65 for a point, 256 to 512 for a modulus (without leading zero). */
  length: number;
}

/** Bytes of a key as PublicKey measures it. */
export const enum KeySize {
  point = 65,
  /** 2048 bits. */
  modulusMin = 256,
  /** 4096 bits. */
  modulusMax = 512,
}

/** [0] { INTEGER 2 }: version 3. */
const version3 = "160,3,2,1,2";
const version3Length = 5;

/** SubjectPublicKeyInfo { { id-ecPublicKey, prime256v1 }, BIT STRING of no unused bits } up to the point, which begins with 4 (uncompressed). */
const p256Head = "48,89,48,19,6,7,42,134,72,206,61,2,1,6,8,42,134,72,206,61,3,1,7,3,66,0,4";
const p256HeadLength = 27;

/** AlgorithmIdentifier { rsaEncryption, NULL }. */
const rsaAlgorithm = "48,13,6,9,42,134,72,134,247,13,1,1,1,5,0";
const rsaAlgorithmLength = 15;
/** Where the length of the modulus stands, and where the modulus begins, in a SubjectPublicKeyInfo as rsaHead describes it. */
const enum RsaPlace {
  modulusLength = 30,
  modulus = 33,
}
/** INTEGER 65537. */
const exponent65537 = "2,3,1,0,1";

const signBit = 0x80;

/**
 * Reads the key of a leaf whose fingerprint decides. A certificate of version 1 (no extensions) will do.
 *
 * @param cert one certificate in DER, all of it and nothing else
 * Raises certificate_malformed, certificate_key_unsupported, certificate_key_weak.
 */
export function readPublicKey(cert: Uint8Array): PublicKey {
  const end = cert.length;
  if (skipDer(cert, 0, "0") !== end) throw ErrorCode.certificate_malformed;
  const toBeSigned = derContents(cert, 0);
  const toBeSignedEnd = skipDer(cert, toBeSigned, "0");
  // signatureAlgorithm, signatureValue
  if (skipDer(cert, toBeSignedEnd, "0\x03") !== end) throw ErrorCode.certificate_malformed;
  let key = derContents(cert, toBeSigned);
  if (derText(cert, key, key + version3Length) === version3) key += version3Length;
  // serialNumber, signature, issuer, validity, subject
  key = skipDer(cert, key, "\x020000");
  const keyEnd = skipDer(cert, key, "0");
  // extensions
  if (keyEnd !== toBeSignedEnd && skipDer(cert, keyEnd, "\xa3") !== toBeSignedEnd) throw ErrorCode.certificate_malformed;
  return readSubjectPublicKey(cert, key, keyEnd);
}

/**
 * Reads the SubjectPublicKeyInfo that lies from `at` to before `end` (over which skipDer has led). DER leaves one way to write a key of a
 * given size, so what stands before its numbers is compared as a whole.
 * Raises as readPublicKey does.
 */
export function readSubjectPublicKey(cert: Uint8Array, at: number, end: number): PublicKey {
  const point = at + p256HeadLength;
  if (derText(cert, at, point) !== p256Head) return readRsaKey(cert, at, end);
  return { kind: KeyKind.p256, at: point - 1, length: KeySize.point };
}

/** The start of a SEQUENCE of 256 to 65,535 bytes, as derText gives it, and a comma. */
function derLength(length: number): string {
  return "48,130," + (length >> 8) + "," + (length & 255) + ",";
}

function readRsaKey(cert: Uint8Array, at: number, end: number): PublicKey {
  // derContents and derText written out: they would be a call deeper than there is stack for.
  const algorithm = at + (cert[at + 1] > 127 ? cert[at + 1] - 126 : 2);
  if (cert.subarray(algorithm, algorithm + rsaAlgorithmLength).join() !== rsaAlgorithm) throw ErrorCode.certificate_key_unsupported;
  if (end - at < KeySize.modulusMin) throw ErrorCode.certificate_key_weak;
  // The INTEGER has a zero before the modulus, whose highest bit is set.
  const length = ((cert[at + RsaPlace.modulusLength] << 8) | cert[at + RsaPlace.modulusLength + 1]) - 1;
  const modulus = at + RsaPlace.modulus;
  // SubjectPublicKeyInfo { rsaAlgorithm, BIT STRING { RSAPublicKey { modulus, 65537 } } } up to the modulus's first byte that is not zero.
  const head = derLength(length + 34) + rsaAlgorithm + ",3" + derLength(length + 15).substr(2) + "0," + derLength(length + 10);
  if (cert.subarray(at, modulus).join() !== head + "2" + derLength(length + 1).substr(2) + "0") throw ErrorCode.certificate_key_unsupported;
  if (length < KeySize.modulusMin) throw ErrorCode.certificate_key_weak;
  if (length > KeySize.modulusMax || length & 3 || cert.subarray(modulus + length, end).join() !== exponent65537)
    throw ErrorCode.certificate_key_unsupported;
  if (!(cert[modulus] & signBit)) throw ErrorCode.certificate_malformed;
  return { kind: KeyKind.rsa, at: modulus, length };
}
