/** The server's CertificateVerify (RFC 8446 section 4.4.3). */
import { expectEnd, type Reader, readUint16, skipBytes } from "../bytes/reader";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { Wait } from "../record/connection";
import { startServerSignature, stepServerSignature } from "../trust/server-signature";
import { HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";
import { expectMessage } from "./transcript";

/** Step: the message at hs.message; its signature is over the transcript up to Certificate, which At.digest holds. */
export function readCertificateVerify(c: Handshaking): void {
  const hs = c.handshake;
  const r: Reader = { bytes: c.ram, at: hs.message + MESSAGE_HEADER, end: hs.message + hs.length };
  const scheme = readUint16(r);
  const length = readUint16(r);
  const signature = skipBytes(r, length);
  expectEnd(r);
  // Hashed now, because the check spoils the signature.
  c.crypto(Op.sha256Update + At.transcript, hs.message, hs.length);
  startServerSignature(c.board, scheme, hs.leaf, hs.key, At.digest, signature, length);
  hs.signature = signature;
  c.step = checkSignature;
}

/** Step: goes on with the check, a turn at a time. */
function checkSignature(c: Handshaking): void {
  const hs = c.handshake;
  hs.signed = stepServerSignature(c.board, hs.key, hs.signature);
  if (hs.signed) {
    expectMessage(c, HandshakeType.finished);
  } else {
    c.wait = Wait.work;
    c.board.clock.after(c.resume.bind(c), 0);
  }
}
