/** Our Finished, and what opens the connection (RFC 8446 sections 4.4.4 and 7.1). Loaded when all else of the handshake is let go. */
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { ContentType } from "../record/record-out";
import type { CaVouched } from "../trust/ca";
import type { PinMatched } from "../trust/pin";
import type { SignatureVerified } from "../trust/server-signature";
import { finishedMac, VERIFY_DATA } from "./finished-mac";
import { installClientKey } from "./key-schedule";
import type { FinishedVerified, Handshaking } from "./state";

/** Step: our Finished, and the application keys. */
export function sendFinished(c: Handshaking): void {
  const hs = c.handshake;
  finishedMac(c, At.clientSecret);
  c.send(ContentType.handshake, "\x14\x00\x00\x20" + c.board.copyOut(At.temp, At.temp + VERIFY_DATA));
  installClientKey(c);
  if (!hs.trusted || !hs.signed || !hs.finished) throw ErrorCode.unexpected_message;
  openConnection(c, hs.trusted, hs.signed, hs.finished);
}

/** Lets application data through. Nothing else sets isOpen, and nothing can call this without the three proofs. */
function openConnection(c: Handshaking, _trusted: PinMatched | CaVouched, _signed: SignatureVerified, _finished: FinishedVerified): void {
  c.isOpen = true;
  c.step = c.more;
  c.opened();
}
