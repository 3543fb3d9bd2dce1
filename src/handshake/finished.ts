/** The server's Finished, and what leads to ours (RFC 8446 sections 4.4.4 and 7.1). */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesClientCertificate } from "../features";
import { Wait } from "../record/connection";
import { finishedMac, VERIFY_DATA } from "./finished-mac";
import { deriveApplicationSecrets } from "./key-schedule";
import { type FinishedVerified, HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";
import { messageDone, sendMessage } from "./transcript";

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

/**
 * Step between two records: the application secrets, then our Certificate and CertificateVerify if asked for, then our Finished, each a part of its
 * own. The server has nothing more to say in the handshake, so what takes its messages is let go before.
 */
function sendClientFlight(c: Handshaking): void {
  const hs = c.handshake;
  deriveApplicationSecrets(c);
  c.content = hs.messages = hs.take = hs.load = null as never;
  c.wait = Wait.work;
  const isSilent = !usesClientCertificate || !c.options.identity;
  if (isSilent && hs.isAuthRequested) sendMessage(c, NO_CERTIFICATE);
  if (isSilent || !hs.isAuthRequested) import("./client-finished").then((part) => c.resume(part.sendFinished));
  else {
    hs.count = 0;
    import("./client-certificate").then((part) => c.resume(part.sendAuthentication));
  }
}
