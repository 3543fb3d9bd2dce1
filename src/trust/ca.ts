/**
 * Trust by an issuing CA's key: the leaf is good for the host, and signed by a certificate of the server's chain whose public key the config
 * names (RFC 5280 section 6.1, for a path of one step from a trust anchor that is a key). No certificate is kept: checkLeaf and checkName check the leaf, leafFacts and
 * leafSignature take what is needed of it, then isIssuer looks at each certificate that follows; at the right one come checkIssuer and startIssuer, and stepIssuer, in turns of its own, verifies the leaf's
 * signature: ECDSA on P-256 with SHA-256 or RSASSA-PKCS1-v1_5 with SHA-256.
 *
 * Left out on purpose: longer paths, revocation, name constraints (critical ones are refused as unknown), policies, and IP addresses as names.
 */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import type { Board, Bytes } from "../transport";
import { derContents, derText } from "../x509/der";
import { decodeEcdsaSignature } from "../x509/ecdsa-signature";
import { namesHost } from "../x509/host-name";
import { ExtensionId, readOutline } from "../x509/outline";
import { KeyKind, readSubjectPublicKey } from "../x509/public-key";
import { timeText } from "../x509/time";
import { verifyPkcs1 } from "./rsa-encodings";
import { checkRules, Role } from "./rules";

const HASH = 32;
/** What the time is at least when it is known (Board.time): a year, in seconds. */
export const TIME_KNOWN = 31_536_000;
/** Bytes that these functions use at the `place` that they are given: a piece that is hashed, or a signature of RSA-4096. */
export const MAX_CA_PLACE = 512;

/** ecdsa-with-SHA256 (RFC 5758 section 3.2) and sha256WithRSAEncryption (RFC 4055 section 5), AlgorithmIdentifiers. */
const ecdsaWithSha256 = "48,10,6,8,42,134,72,206,61,4,3,2";
const sha256WithRsa = "48,13,6,9,42,134,72,134,247,13,1,1,11,5,0";

/** r and s as decodeEcdsaSignature writes them, and where it does so: after the longest signature. */
const SCALARS = 64;
const scalarsOffset = 80;

/** Where ECDSA's point and scalars are put: over the certificate's hash states, which are done with. */
const caPointPlace = At.hash;
const caScalarsPlace = At.hash + 68;

/** Proof that the leaf is good for the host and signed by a CA that the config names. At run time the number 1; only stepIssuer makes it. */
export interface CaVouched {
  readonly isCaVouched: true;
}

/** What is kept of the leaf until its issuer comes, and then while the signature is verified. */
export interface LeafFacts {
  /** The time for which it was checked, as timeText gives it. */
  now: string;
  /** SHA-256 of the TBSCertificate and of the issuer's name, 32 bytes each. */
  hash: Bytes;
  issuer: Bytes;
  /** The kind of key that the signature is by. */
  kind: KeyKind;
  /** Where the signature begins in the leaf. */
  from: number;
  /** r and s (64 bytes), or an RSA signature; as leafSignature gives it. */
  signature: Bytes;
}

/**
 * The time that certificates are checked for, as timeText gives it.
 *
 * @param now seconds since 1970, UTC; less than TIME_KNOWN if the time is not known
 * @param built the time of the firmware's build, in seconds; the time may not be before it
 * Raises time_unknown, time_before_build.
 */
export function checkTime(now: number, built: number): string {
  if (now < TIME_KNOWN) throw ErrorCode.time_unknown;
  if (now < built) throw ErrorCode.time_before_build;
  return timeText(now);
}

/**
 * Checks the leaf, all but its signature and its name.
 *
 * @param cert the leaf in DER
 * @param now as checkTime gave it
 * @param place where MAX_CA_PLACE bytes of the workspace are free
 * Gives the place of subjectAltName's value in the certificate, for checkName; 0 if there is none. Raises the errors of readOutline and checkRules.
 */
export function checkLeaf(board: Board, cert: Uint8Array, now: string, place: number): number {
  return checkRules(board, cert, readOutline(cert), Role.leaf, now, place)[ExtensionId.subjectAltName] || 0;
}

/**
 * Checks that the leaf is for a host.
 *
 * @param cert the leaf in DER
 * @param altName as checkLeaf gave it
 * @param host the name that it must be good for
 * @param place where MAX_CA_PLACE bytes of the workspace are free
 * Raises leaf_name_mismatch, and the errors of namesHost.
 */
export function checkName(board: Board, cert: Uint8Array, altName: number, host: string, place: number): void {
  if (!altName || !namesHost(board, cert, altName, host, place)) throw ErrorCode.leaf_name_mismatch;
}

/**
 * What is to be kept of a leaf that checkLeaf and checkName found good, but for its signature.
 *
 * @param cert the leaf in DER
 * @param now as checkTime gave it
 * @param place where MAX_CA_PLACE bytes of the workspace are free. At.hash and At.digest are used too.
 * Raises certificate_algorithm_unsupported, certificate_malformed.
 */
export function leafFacts(board: Board, cert: Uint8Array, now: string, place: number): LeafFacts {
  const outline = readOutline(cert);
  const algorithm = derText(cert, outline.algorithm, outline.algorithmEnd);
  const isEcdsa = algorithm === ecdsaWithSha256;
  if (!isEcdsa && algorithm !== sha256WithRsa) throw ErrorCode.certificate_algorithm_unsupported;
  // A byte that counts unused bits (none), then the signature.
  const signature = derContents(cert, outline.algorithmEnd);
  if (cert[signature] !== 0) throw ErrorCode.certificate_malformed;
  return {
    now,
    hash: hashPart(board, cert, outline.toBeSigned, outline.toBeSignedEnd, place),
    issuer: hashPart(board, cert, outline.issuer, outline.validity, place),
    kind: isEcdsa ? KeyKind.p256 : KeyKind.rsa,
    from: signature + 1,
    signature: "",
  };
}

/** The SHA-256 (32 bytes) of cert[from .. to). */
function hashPart(board: Board, cert: Uint8Array, from: number, to: number, place: number): Bytes {
  board.crypto(Op.sha256Init + At.hash);
  while (from < to) {
    const n = to - from < MAX_CA_PLACE ? to - from : MAX_CA_PLACE;
    board.ram.set(cert.subarray(from, from + n), place);
    board.crypto(Op.sha256Update + At.hash, place, n);
    from += n;
  }
  board.crypto(Op.sha256Final + At.hash, At.digest);
  return board.copyOut(At.digest, At.digest + HASH);
}

/**
 * The leaf's signature, which ends the certificate, as LeafFacts has it.
 *
 * @param cert the leaf in DER
 * @param place where MAX_CA_PLACE bytes of the workspace are free
 * Raises leaf_signature_wrong for a shape that no valid one has.
 */
export function leafSignature(board: Board, cert: Uint8Array, facts: LeafFacts, place: number): Bytes {
  const from = facts.from;
  const isEcdsa = facts.kind === KeyKind.p256;
  const length = cert.length - from;
  if (length > (isEcdsa ? scalarsOffset : MAX_CA_PLACE)) throw ErrorCode.leaf_signature_wrong;
  board.ram.set(cert.subarray(from), place);
  if (!isEcdsa) return board.copyOut(place, place + length);
  const scalars = place + scalarsOffset;
  if (!decodeEcdsaSignature(board.ram, place, length, scalars)) throw ErrorCode.leaf_signature_wrong;
  return board.copyOut(scalars, scalars + SCALARS);
}

/**
 * Whether a certificate that follows the leaf is of the CA that issued it and that the config names: its key is one of `caKeys` and its subject
 * the leaf's issuer. What is to be done with it then are checkIssuer and startIssuer.
 *
 * @param cert the certificate in DER
 * @param caKeys SHA-256 (32 bytes) of the SubjectPublicKeyInfo of each CA that is trusted
 * @param place where MAX_CA_PLACE bytes of the workspace are free. At.hash and At.digest are used too.
 * Raises the errors of readOutline.
 */
export function isIssuer(board: Board, facts: LeafFacts, cert: Uint8Array, caKeys: Bytes[], place: number): boolean {
  const outline = readOutline(cert);
  if (caKeys.indexOf(hashPart(board, cert, outline.key, outline.keyEnd, place)) < 0) return false;
  return hashPart(board, cert, outline.subject, outline.key, place) === facts.issuer;
}

/**
 * Checks the issuer's certificate, all but its key. Raises the errors of readOutline and checkRules.
 *
 * @param place where MAX_CA_PLACE bytes of the workspace are free
 */
export function checkIssuer(board: Board, facts: LeafFacts, cert: Uint8Array, place: number): void {
  checkRules(board, cert, readOutline(cert), Role.issuer, facts.now, place);
}

/**
 * Takes the issuer's key and prepares the check of the leaf's signature, with which stepIssuer goes on.
 *
 * @param place where MAX_CA_PLACE bytes of the workspace are free, and stay so until the proof. At.hash, At.sha1, At.temp and At.scratch are used too.
 * Raises leaf_signature_wrong and the errors of readOutline and readSubjectPublicKey.
 */
export function startIssuer(board: Board, facts: LeafFacts, cert: Uint8Array, place: number): void {
  const outline = readOutline(cert);
  const key = readSubjectPublicKey(cert, outline.key, outline.keyEnd);
  if (key.kind !== facts.kind) throw ErrorCode.leaf_signature_wrong;
  const bytes = cert.subarray(key.at, key.at + key.length);
  const signatureLength = facts.signature.length;
  if (key.kind === KeyKind.rsa) {
    board.ram.set(bytes, At.scratch);
    board.copyIn(facts.signature, place);
    if (signatureLength !== key.length || !board.crypto(Op.rsaStart + At.scratch, signatureLength, place))
      throw ErrorCode.leaf_signature_wrong;
  } else {
    board.ram.set(bytes, caPointPlace);
    board.copyIn(facts.signature, caScalarsPlace);
  }
}

/**
 * Goes on with the check of the leaf's signature, for about 100 ms. Between startIssuer and the proof At.hash, At.sha1, At.scratch and `place` must stay
 * as they are.
 *
 * @param place as given to startIssuer
 * Gives the proof, or 0 if there is more to do. Raises leaf_signature_wrong.
 */
export function stepIssuer(board: Board, facts: LeafFacts, place: number): CaVouched | 0 {
  const isRsa = facts.kind === KeyKind.rsa;
  if (isRsa && board.crypto(Op.rsaStep + place)) return 0;
  board.copyIn(facts.hash, At.digest);
  const valid = isRsa
    ? verifyPkcs1(board, At.digest, place, facts.signature.length)
    : board.crypto(Op.ecdsaVerify + caPointPlace, At.digest, caScalarsPlace);
  if (!valid) throw ErrorCode.leaf_signature_wrong;
  return 1 as unknown as CaVouched;
}
