/** Whether the server's certificate is trusted, and its key. Loaded once its Certificate message is whole. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { FingerprintLength, fingerprintMatches } from "../trust/pin";
import { readPublicKey } from "../x509/public-key";
import { HandshakeType, type Handshaking } from "./state";
import { expectMessage } from "./transcript";

/** Step: is the leaf one that the config names, and what is its key? Raises fingerprint_mismatch and x509's errors. */
export function judgeLeaf(c: Handshaking): void {
  const hs = c.handshake;
  c.crypto(Op.sha1Final + At.sha1, At.temp);
  c.crypto(Op.sha256Final + At.hash, At.digest);
  hs.trusted = fingerprintMatches(c.board, At.temp, At.digest, c.options.fingerprints);
  if (!hs.trusted) {
    c.options.seen = c.board.copyOut(At.temp, At.temp + FingerprintLength.sha1);
    throw ErrorCode.fingerprint_mismatch;
  }
  const key = readPublicKey(hs.leaf);
  const bytes = new Uint8Array(key.length);
  bytes.set(hs.leaf.subarray(key.at, key.at + key.length));
  // Only the key is needed from here on.
  key.at = 0;
  hs.key = key;
  hs.leaf = bytes;
  expectMessage(c, HandshakeType.certificate_verify);
}
