/** Finished, the server's and ours, and what opens the connection (RFC 8446 sections 4.4.4 and 7.1). */
import { Label, Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesClientCertificate } from "../features";
import { Wait } from "../record/connection";
import { ContentType } from "../record/record-out";
import type { CaVouched } from "../trust/ca";
import type { PinMatched } from "../trust/pin";
import type { SignatureVerified } from "../trust/server-signature";
import { deriveApplicationSecrets, installClientKey } from "./key-schedule";
import { type FinishedVerified, HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";
import { messageDone, sendMessage } from "./transcript";

const VERIFY_DATA = 32;
/** A Certificate with an empty context and an empty list (RFC 8446 section 4.4.2.4). */
const NO_CERTIFICATE = "\x0b\x00\x00\x04\x00\x00\x00\x00";

/** Step: the server's Finished at hs.message. Leads to ours as soon as its record ends and, if it was a long one, its tag was right. */
export function readFinished(c: Handshaking): void {
  const hs = c.handshake;
  if (hs.length !== MESSAGE_HEADER + VERIFY_DATA) throw ErrorCode.decode_error;
  finishedMac(c, At.serverSecret);
  if (!c.crypto(Op.equal + At.temp, hs.message + MESSAGE_HEADER, VERIFY_DATA)) throw ErrorCode.bad_finished;
  hs.finished = 1 as unknown as FinishedVerified;
  messageDone(c, HandshakeType.message_hash);
  c.pending = sendClientFlight;
}

/** At.temp becomes verify_data for the base key `secret` and the transcript so far (At.digest). */
function finishedMac(c: Handshaking, secret: number): void {
  c.crypto(Op.expandLabel + secret, Label.finished, At.temp);
  c.crypto(Op.hmac + At.temp, At.digest, At.temp);
}

/** Step between two records: the application secrets, then our Certificate and CertificateVerify if asked for. */
function sendClientFlight(c: Handshaking): void {
  deriveApplicationSecrets(c);
  c.step = sendFinished;
  if (!c.handshake.isAuthRequested) return;
  if (!usesClientCertificate || !c.options.identity) {
    sendMessage(c, NO_CERTIFICATE);
    return;
  }
  c.pending = sendFinished;
  c.handshake.count = 0;
  c.wait = Wait.work;
  const resume = c.resume.bind(c);
  import("./client-certificate").then((part) => resume(part.sendAuthentication));
}

/** Step: our Finished, and the application keys. */
function sendFinished(c: Handshaking): void {
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
