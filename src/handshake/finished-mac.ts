/** What a Finished proves with (RFC 8446 section 4.4.4). */
import { Label, Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import type { Handshaking } from "./state";

export const VERIFY_DATA = 32;

/** At.temp becomes verify_data for the base key `secret` and the transcript so far (At.digest). */
export function finishedMac(c: Handshaking, secret: number): void {
  c.crypto(Op.expandLabel + secret, Label.finished, At.temp);
  c.crypto(Op.hmac + At.temp, At.digest, At.temp);
}
