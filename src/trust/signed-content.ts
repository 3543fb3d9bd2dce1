/** What a CertificateVerify's signature covers (RFC 8446 section 4.4.3). */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import type { Board, Bytes } from "../transport";

const enum Content {
  space = 0x20,
  padding = 64,
  /** Context string and the zero byte after it. */
  context = 34,
  hash = 32,
  /** All together. */
  length = 130,
}

export const serverContext: Bytes = "TLS 1.3, server CertificateVerify\0";
export const clientContext: Bytes = "TLS 1.3, client CertificateVerify\0";

/**
 * Builds the content from At.hash on (130 bytes, over At.sha1's first) and leaves its SHA-256, which is what is signed, at At.digest.
 *
 * @param context serverContext or clientContext
 * @param transcriptHash place of Transcript-Hash(Handshake Context, Certificate), 32 bytes; may be At.digest
 */
export function hashSignedContent(board: Board, context: Bytes, transcriptHash: number): void {
  const ram = board.ram;
  ram.subarray(At.hash, At.hash + Content.padding).fill(Content.space);
  board.copyIn(context, At.hash + Content.padding);
  ram.set(ram.subarray(transcriptHash, transcriptHash + Content.hash), At.hash + Content.padding + Content.context);
  board.crypto(Op.sha256 + At.hash, Content.length, At.digest);
}
