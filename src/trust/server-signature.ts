/**
 * Whether the server holds the private key of the certificate that it showed: its CertificateVerify (RFC 8446 section 4.4.3). ECDSA with
 * P-256, and RSASSA-PSS (RFC 8017 section 8.1.2); other schemes are not offered and refused.
 *
 * The work is done in turns: startServerSignature, then, each in a turn of its own, stepServerSignature until it gives the proof. Between them At.hash,
 * At.sha1, At.digest, At.scratch and the signature must stay as they are.
 */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";
import { decodeEcdsaSignature } from "../x509/ecdsa-signature";
import { KeyKind, type PublicKey } from "../x509/public-key";
import { verifyPss } from "./rsa-encodings";
import { SignatureScheme } from "./schemes";
import { hashSignedContent, serverContext } from "./signed-content";

/** Where ECDSA's point and its r and s (64 bytes) are put: over the certificate's hash states, which are done with. */
const pointPlace = At.hash;
const scalarsPlace = At.hash + 68;

/** Proof that the holder of the leaf's private key signed this very handshake. At run time the number 1; only stepServerSignature makes it. */
export interface SignatureVerified {
  readonly isSignatureVerified: true;
}

/**
 * Prepares the check.
 *
 * @param scheme the SignatureScheme that the message names
 * @param cert the certificate whose key is described by `key`
 * @param transcriptHash place of the hash of all messages up to and with Certificate, 32 bytes
 * @param signature place of the signature in the workspace, `length` bytes
 * Raises bad_signature_scheme (not one for this key) and bad_signature (of a shape that no valid one has).
 *
 * @part
 */
export function startServerSignature(
  board: Board,
  scheme: number,
  cert: Uint8Array,
  key: PublicKey,
  transcriptHash: number,
  signature: number,
  length: number,
): void {
  const isRsa = key.kind === KeyKind.rsa;
  if (scheme !== (isRsa ? SignatureScheme.rsa_pss_rsae_sha256 : SignatureScheme.ecdsa_secp256r1_sha256))
    throw ErrorCode.bad_signature_scheme;
  hashSignedContent(board, serverContext, transcriptHash);
  const ram = board.ram;
  ram.set(cert.subarray(key.at, key.at + key.length), isRsa ? At.scratch : pointPlace);
  if (isRsa) {
    if (length !== key.length || !board.crypto(Op.rsaStart + At.scratch, length, signature)) throw ErrorCode.bad_signature;
  } else if (!decodeEcdsaSignature(ram, signature, length, scalarsPlace)) throw ErrorCode.bad_signature;
}

/**
 * Goes on with the check, for about 100 ms. What lies at `signature` is spoilt.
 *
 * Gives the proof, or 0 if there is more to do. Raises bad_signature.
 *
 * @part
 */
export function stepServerSignature(board: Board, key: PublicKey, signature: number): SignatureVerified | 0 {
  let valid: number;
  if (key.kind === KeyKind.rsa) {
    if (board.crypto(Op.rsaStep + signature)) return 0;
    valid = verifyPss(board, At.digest, signature, key.length);
  } else valid = board.crypto(Op.ecdsaVerify + pointPlace, At.digest, scalarsPlace);
  if (!valid) throw ErrorCode.bad_signature;
  return 1 as unknown as SignatureVerified;
}
