/**
 * Trust by an issuing CA's key: the leaf is good for the host, and signed by a certificate of the server's chain whose public key the config
 * names (RFC 5280 section 6.1, for a path of one step from a trust anchor that is a key). No certificate is kept: considerLeaf checks the leaf, leafFacts takes what is needed of it, then
 * considerIssuer looks at each certificate that follows, and at the right one stepIssuer, in turns of its own, verifies the leaf's signature: ECDSA on P-256 with
 * SHA-256 or RSASSA-PKCS1-v1_5 with SHA-256.
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
  /** r and s (64 bytes), or an RSA signature. */
  signature: Bytes;
}

/**
 * Checks the leaf, all but its signature.
 *
 * @param cert the leaf in DER
 * @param host the name that it must be good for
 * @param now seconds since 1970, UTC; less than TIME_KNOWN if the time is not known
 * @param built the time of the firmware's build, in seconds; the time may not be before it
 * @param place where MAX_CA_PLACE bytes of the workspace are free
 * Gives the time as timeText does. Raises time_unknown, time_before_build, leaf_name_mismatch, and the errors of readOutline, checkRules and namesHost.
 */
export function considerLeaf(board: Board, cert: Uint8Array, host: string, now: number, built: number, place: number): string {
  if (now < TIME_KNOWN) throw ErrorCode.time_unknown;
  if (now < built) throw ErrorCode.time_before_build;
  const text = timeText(now);
  const altName = checkRules(board, cert, readOutline(cert), Role.leaf, text, place)[ExtensionId.subjectAltName];
  if (!altName || !namesHost(board, cert, altName, host, place)) throw ErrorCode.leaf_name_mismatch;
  return text;
}

/**
 * What is to be kept of a leaf that considerLeaf found good.
 *
 * @param cert the leaf in DER
 * @param now as considerLeaf gave it
 * @param place where MAX_CA_PLACE bytes of the workspace are free. At.hash and At.digest are used too.
 * Raises certificate_algorithm_unsupported, certificate_malformed, leaf_signature_wrong (of a shape that no valid one has).
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
    signature: copySignature(board, cert, signature + 1, isEcdsa, place),
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

/** The signature, from `from` to the certificate's end, as LeafFacts has it. Raises leaf_signature_wrong for a shape that no valid one has. */
function copySignature(board: Board, cert: Uint8Array, from: number, isEcdsa: boolean, place: number): Bytes {
  const length = cert.length - from;
  if (length > (isEcdsa ? scalarsOffset : MAX_CA_PLACE)) throw ErrorCode.leaf_signature_wrong;
  board.ram.set(cert.subarray(from), place);
  if (!isEcdsa) return board.copyOut(place, place + length);
  const scalars = place + scalarsOffset;
  if (!decodeEcdsaSignature(board.ram, place, length, scalars)) throw ErrorCode.leaf_signature_wrong;
  return board.copyOut(scalars, scalars + SCALARS);
}

/**
 * Looks whether a certificate that follows the leaf is of the CA that issued it and that the config names: its key is one of `caKeys` and its subject
 * the leaf's issuer. If so, checks it and prepares the check of the leaf's signature.
 *
 * @param cert the certificate in DER
 * @param caKeys SHA-256 (32 bytes) of the SubjectPublicKeyInfo of each CA that is trusted
 * @param place where MAX_CA_PLACE bytes of the workspace are free, and stay so until the proof. At.hash, At.sha1, At.digest, At.temp and At.scratch are used too.
 * Gives 1 if stepIssuer is to go on, 0 if it is another certificate (issuer_missing if none is left). Raises leaf_signature_wrong and the errors of readOutline,
 * checkRules and readSubjectPublicKey.
 */
export function considerIssuer(board: Board, facts: LeafFacts, cert: Uint8Array, caKeys: Bytes[], place: number): number {
  const outline = readOutline(cert);
  if (caKeys.indexOf(hashPart(board, cert, outline.key, outline.keyEnd, place)) < 0) return 0;
  if (hashPart(board, cert, outline.subject, outline.key, place) !== facts.issuer) return 0;
  checkRules(board, cert, outline, Role.issuer, facts.now, place);
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
  return 1;
}

/**
 * Goes on with the check of the leaf's signature, for about 100 ms. Between considerIssuer and the proof At.hash, At.sha1, At.scratch and `place` must stay
 * as they are.
 *
 * @param place as given to considerIssuer
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
