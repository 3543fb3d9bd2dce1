/** Trust by fingerprint: the leaf certificate itself is named in the config. */
import type { Board, Bytes } from "../transport";

/** Bytes of a fingerprint. */
export const enum FingerprintLength {
  sha1 = 20,
  sha256 = 32,
}

/** Proof that the config names this leaf certificate. At run time the number 1; only fingerprintMatches makes it. */
export interface PinMatched {
  readonly isPinMatched: true;
}

/**
 * Looks for the leaf's fingerprints among the configured ones. Fingerprints are public, so the comparison is not constant-time.
 *
 * @param sha1 place of the SHA-1 of the certificate's DER (20 bytes)
 * @param sha256 place of its SHA-256 (32 bytes)
 * @param fingerprints of 20 or 32 bytes each; an empty list matches nothing
 * Gives the proof, or 0.
 */
export function fingerprintMatches(board: Board, sha1: number, sha256: number, fingerprints: Bytes[]): PinMatched | 0 {
  const found =
    fingerprints.indexOf(board.copyOut(sha1, sha1 + FingerprintLength.sha1)) >= 0 ||
    fingerprints.indexOf(board.copyOut(sha256, sha256 + FingerprintLength.sha256)) >= 0;
  return found ? (1 as unknown as PinMatched) : 0;
}
