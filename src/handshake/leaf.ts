/** Whether the config names the server's certificate, and its key. Loaded once the leaf is whole. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesCaKeys } from "../features";
import { FingerprintLength, fingerprintMatches } from "../trust/pin";
import { readPublicKey } from "../x509/public-key";
import { HandshakePart, type Handshaking } from "./state";

/** Step: is the leaf one that the config names, or may a CA's key do, and what is its key? Raises fingerprint_mismatch and x509's errors. */
export function judgeLeaf(c: Handshaking): void {
  const hs = c.handshake;
  c.crypto(Op.sha1Final + At.sha1, At.temp);
  c.crypto(Op.sha256Final + At.hash, At.digest);
  hs.trusted = fingerprintMatches(c.board, At.temp, At.digest, c.options.fingerprints);
  hs.part = HandshakePart.certificate;
  if (!hs.trusted) {
    c.options.seen = c.board.copyOut(At.temp, At.temp + FingerprintLength.sha1);
    const caKeys = c.options.caKeys;
    if (!usesCaKeys || !caKeys || caKeys.length === 0) throw ErrorCode.fingerprint_mismatch;
    hs.part = HandshakePart.leafRules;
  }
  const key = readPublicKey(hs.cert as Uint8Array);
  c.ram.set((hs.cert as Uint8Array).subarray(key.at, key.at + key.length), At.message);
  key.at = 0;
  hs.key = key;
  if (hs.trusted) hs.cert = null;
  c.step = keepKey;
}

/** Step of its own, because memory is shortest now: what found the key has let go of the certificate. */
function keepKey(c: Handshaking): void {
  const hs = c.handshake;
  hs.leaf = new Uint8Array(hs.key.length);
  hs.leaf.set(c.ram.subarray(At.message, At.message + hs.key.length));
  c.step = hs.load;
}
