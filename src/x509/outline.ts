/** Where the parts of a certificate lie (RFC 5280 section 4.1). Nothing is said here about whether what they hold is good. */
import { ErrorCode } from "../errors/codes";
import { DerTag, derContents, derText, skipDer } from "./der";

/** Places are offsets of an element's first byte, its tag; each `…End` is the place after an element. */
export interface Outline {
  toBeSigned: number;
  toBeSignedEnd: number;
  /** signatureAlgorithm, which the inner `signature` equals. */
  algorithm: number;
  algorithmEnd: number;
  issuer: number;
  validity: number;
  subject: number;
  /** SubjectPublicKeyInfo, right after the subject. */
  key: number;
  keyEnd: number;
  /** The SEQUENCE of extensions, or 0 if there is none (a certificate of version 1). */
  extensions: number;
}

/** [0] { INTEGER 2 }: version 3. */
const version3Element = "160,3,2,1,2";
const version3ElementLength = 5;

/**
 * Finds a certificate's parts. Versions 1 (no extensions) and 3 are read, unique identifiers (version 2) are not.
 *
 * @param cert one certificate in DER, all of it and nothing else
 * Raises certificate_malformed and certificate_algorithms_differ.
 */
export function readOutline(cert: Uint8Array): Outline {
  if (skipDer(cert, 0, "0") !== cert.length) throw ErrorCode.certificate_malformed;
  const toBeSigned = derContents(cert, 0);
  const toBeSignedEnd = skipDer(cert, toBeSigned, "0");
  const algorithmEnd = skipDer(cert, toBeSignedEnd, "0");
  if (skipDer(cert, algorithmEnd, "\x03") !== cert.length) throw ErrorCode.certificate_malformed;
  let at = derContents(cert, toBeSigned);
  const isVersion3 = derText(cert, at, at + version3ElementLength) === version3Element;
  if (isVersion3) at += version3ElementLength;
  const innerAlgorithm = skipDer(cert, at, "\x02");
  const issuer = skipDer(cert, innerAlgorithm, "0");
  const validity = skipDer(cert, issuer, "0");
  const subject = skipDer(cert, validity, "0");
  const key = skipDer(cert, subject, "0");
  const keyEnd = skipDer(cert, key, "0");
  let extensions = 0;
  if (isVersion3 && keyEnd !== toBeSignedEnd) {
    extensions = derContents(cert, keyEnd);
    if (skipDer(cert, keyEnd, "\xa3") !== toBeSignedEnd || skipDer(cert, extensions, "0") !== toBeSignedEnd)
      throw ErrorCode.certificate_malformed;
  } else if (keyEnd !== toBeSignedEnd) throw ErrorCode.certificate_malformed;
  if (derText(cert, innerAlgorithm, issuer) !== derText(cert, toBeSignedEnd, algorithmEnd)) throw ErrorCode.certificate_algorithms_differ;
  return { toBeSigned, toBeSignedEnd, algorithm: toBeSignedEnd, algorithmEnd, issuer, validity, subject, key, keyEnd, extensions };
}

/** The extensions that are understood, by the last octet of their object identifier, 2.5.29.… */
export const enum ExtensionId {
  keyUsage = 15,
  subjectAltName = 17,
  basicConstraints = 19,
  extKeyUsage = 37,
}

/** id-ce, 2.5.29, as an OBJECT IDENTIFIER's first octets; the extensions that are understood have one more. */
const enum IdCe {
  octets = 3,
  first = 0x55,
  second = 0x1d,
  /** The whole element. */
  length = 5,
}

/** BOOLEAN TRUE, which is how DER writes a `critical` that is not the default. */
const critical = "1,1,255";
const criticalLength = 3;

/**
 * Finds the values of the extensions that are understood (RFC 5280 section 4.2): an array from ExtensionId to the place of the value's own
 * element (inside the OCTET STRING); undefined for those that are absent.
 *
 * @param at the SEQUENCE of extensions, as readOutline gives it
 * Raises certificate_malformed, certificate_extension_repeated, certificate_extension_unknown (a critical one that is not understood).
 */
export function readExtensions(cert: Uint8Array, at: number): number[] {
  const values: number[] = [];
  const end = skipDer(cert, at, "0");
  at = derContents(cert, at);
  while (at < end) {
    const next = skipDer(cert, at, "0");
    at = derContents(cert, at);
    const flag = at + 2 + (cert[at + 1] | 0);
    const isCritical = cert[flag] === DerTag.boolean;
    if (skipDer(cert, at, isCritical ? "\x06\x01\x04" : "\x06\x04") !== next) throw ErrorCode.certificate_malformed;
    if (isCritical && derText(cert, flag, flag + criticalLength) !== critical) throw ErrorCode.certificate_malformed;
    const id = cert[at + 1] === IdCe.octets && cert[at + 2] === IdCe.first && cert[at + 3] === IdCe.second ? cert[at + 4] : 0;
    if (
      id === ExtensionId.subjectAltName ||
      id === ExtensionId.basicConstraints ||
      id === ExtensionId.extKeyUsage ||
      id === ExtensionId.keyUsage
    ) {
      at = derContents(cert, at + IdCe.length + (isCritical ? criticalLength : 0));
      if (skipDer(cert, at, id === ExtensionId.keyUsage ? "\x03" : "0") !== next) throw ErrorCode.certificate_malformed;
      if (values[id]) throw ErrorCode.certificate_extension_repeated;
      values[id] = at;
    } else if (isCritical) throw ErrorCode.certificate_extension_unknown;
    at = next;
  }
  if (at !== end) throw ErrorCode.certificate_malformed;
  return values;
}
