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

const enum Octet {
  /** First byte of an uncompressed point (SEC 1 section 2.3.3). */
  uncompressed = 4,
  signBit = 0x80,
}

/** [0] { INTEGER 2 }: version 3. */
const version3 = "160,3,2,1,2";
const version3Length = 5;

/** AlgorithmIdentifier { id-ecPublicKey, prime256v1 }. */
const p256Algorithm = "48,19,6,7,42,134,72,206,61,2,1,6,8,42,134,72,206,61,3,1,7";
const p256AlgorithmLength = 21;
/** AlgorithmIdentifier { rsaEncryption, NULL }. */
const rsaAlgorithm = "48,13,6,9,42,134,72,134,247,13,1,1,1,5,0";
const rsaAlgorithmLength = 15;
/** INTEGER 65537. */
const exponent65537 = "2,3,1,0,1";

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
  let at = derContents(cert, toBeSigned);
  if (derText(cert, at, at + version3Length) === version3) at += version3Length;
  // serialNumber, signature, issuer, validity, subject
  at = skipDer(cert, at, "\x020000");
  const keyEnd = skipDer(cert, at, "0");
  // extensions
  if (keyEnd !== toBeSignedEnd && skipDer(cert, keyEnd, "\xa3") !== toBeSignedEnd) throw ErrorCode.certificate_malformed;
  return readSubjectPublicKey(cert, at, keyEnd);
}

/**
 * Reads the SubjectPublicKeyInfo that lies from `at` to before `end` (over which skipDer has led).
 * Raises as readPublicKey does.
 */
export function readSubjectPublicKey(cert: Uint8Array, at: number, end: number): PublicKey {
  at = derContents(cert, at);
  if (derText(cert, at, at + p256AlgorithmLength) !== p256Algorithm) return readRsaKey(cert, at, end);
  at += p256AlgorithmLength;
  if (skipDer(cert, at, "\x03") !== end) throw ErrorCode.certificate_malformed;
  at = derContents(cert, at);
  // A byte that counts unused bits (none), then the point.
  if (end - at !== 1 + KeySize.point || cert[at] || cert[at + 1] !== Octet.uncompressed) throw ErrorCode.certificate_key_unsupported;
  return { kind: KeyKind.p256, at: at + 1, length: KeySize.point };
}

function readRsaKey(cert: Uint8Array, at: number, end: number): PublicKey {
  if (derText(cert, at, at + rsaAlgorithmLength) !== rsaAlgorithm) throw ErrorCode.certificate_key_unsupported;
  at += rsaAlgorithmLength;
  if (skipDer(cert, at, "\x03") !== end) throw ErrorCode.certificate_malformed;
  at = derContents(cert, at);
  // A byte that counts unused bits (none), then RSAPublicKey ::= SEQUENCE { modulus, publicExponent }.
  if (cert[at] || skipDer(cert, ++at, "0") !== end) throw ErrorCode.certificate_malformed;
  const modulus = derContents(cert, at);
  const exponent = skipDer(cert, modulus, "\x02");
  if (skipDer(cert, exponent, "\x02") !== end) throw ErrorCode.certificate_malformed;
  at = derContents(cert, modulus);
  // A positive INTEGER has a zero before its first byte if that byte's highest bit is set, and only then.
  if (cert[at] ? cert[at] & Octet.signBit : !(cert[at + 1] & Octet.signBit)) throw ErrorCode.certificate_malformed;
  if (!cert[at]) at++;
  const length = exponent - at;
  if (length < KeySize.modulusMin) throw ErrorCode.certificate_key_weak;
  if (length > KeySize.modulusMax || length & 3 || !(cert[at] & Octet.signBit)) throw ErrorCode.certificate_key_unsupported;
  if (derText(cert, exponent, end) !== exponent65537) throw ErrorCode.certificate_key_unsupported;
  return { kind: KeyKind.rsa, at, length };
}
