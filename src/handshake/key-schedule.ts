/** The key schedule (RFC 8446 section 7.1). */
import { Label, Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { type Handshaking, NamedGroup } from "./state";

/** Derive-Secret(HKDF-Extract(0, 0), "derived", ""): what the handshake secret is salted with when there is no pre-shared key. */
const EARLY_DERIVED =
  "\x6f\x26\x15\xa1\x08\xc7\x02\xc5\x67\x8f\x54\xfc\x9d\xba\xb6\x97\x16\xc0\x76\x18\x9c\x48\x25\x0c\xeb\xea\xc3\x57\x6c\x36\x11\xba";
/** SHA-256 of nothing. */
const EMPTY_HASH =
  "\xe3\xb0\xc4\x42\x98\xfc\x1c\x14\x9a\xfb\xf4\xc8\x99\x6f\xb9\x24\x27\xae\x41\xe4\x64\x9b\x93\x4c\xa4\x95\x99\x1b\x78\x52\xb8\x55";
/** Step between two records, after the ServerHello (section 7.1): both sides' handshake keys. The ephemeral key is gone afterwards. */
export function deriveHandshakeKeys(c: Handshaking): void {
  const hs = c.handshake;
  const crypto = c.crypto;
  const agree = hs.group === NamedGroup.x25519 ? Op.x25519 : Op.p256;
  if (!crypto(agree + At.privateKey, hs.share, At.mainSecret)) throw ErrorCode.bad_key_share;
  c.ram.subarray(At.privateKey, At.privateKey + 32).fill(0);
  c.board.copyIn(EARLY_DERIVED, At.temp);
  crypto(Op.hmac + At.temp, At.mainSecret, At.mainSecret);
  crypto(Op.expandLabel + At.mainSecret, Label.clientHandshakeTraffic + At.digest, At.clientSecret);
  crypto(Op.expandLabel + At.mainSecret, Label.serverHandshakeTraffic + At.digest, At.serverSecret);
  crypto(Op.aeadInit + At.readState, c.suite, At.serverSecret);
  crypto(Op.aeadInit + At.writeState, c.suite, At.clientSecret);
  c.canOpen = true;
  c.canSeal = true;
  c.step = c.more;
}

/**
 * The application traffic secrets, from the transcript up to the server's Finished (At.digest). The server's key is installed at once; the
 * client's secret takes the main secret's place, which is not needed any more, until the client's last handshake message is sent.
 */
export function deriveApplicationSecrets(c: Handshaking): void {
  const crypto = c.crypto;
  c.board.copyIn(EMPTY_HASH, At.temp);
  crypto(Op.expandLabel + At.mainSecret, Label.derived + At.temp, At.temp);
  c.ram.subarray(At.mainSecret, At.mainSecret + 32).fill(0);
  crypto(Op.hmac + At.temp, At.mainSecret, At.mainSecret);
  crypto(Op.expandLabel + At.mainSecret, Label.serverApplicationTraffic + At.digest, At.serverSecret);
  crypto(Op.expandLabel + At.mainSecret, Label.clientApplicationTraffic + At.digest, At.mainSecret);
  crypto(Op.aeadInit + At.readState, c.suite, At.serverSecret);
}

/** From here on we send with the application key. */
export function installClientKey(c: Handshaking): void {
  const ram = c.ram;
  ram.set(ram.subarray(At.mainSecret, At.mainSecret + 32), At.clientSecret);
  ram.subarray(At.mainSecret, At.mainSecret + 32).fill(0);
  c.crypto(Op.aeadInit + At.writeState, c.suite, At.clientSecret);
}
