/**
 * Handshake bytes to messages (RFC 8446 section 4): a message that lies whole in its record is read in place, one that spans records is
 * gathered at At.message, and Certificate and CertificateRequest, which may be longer than that, are read as they stream in.
 */
import { MAX_MESSAGE } from "../bytes/limits";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesCaKeys } from "../features";
import { Wait } from "../record/connection";
import { HandshakePart, HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";

/**
 * Step: what comes from now on is the server's answer.
 *
 * @once
 */
export function startMessages(c: Handshaking): void {
  c.content = readHandshake;
  c.handshake.messages = readHandshake;
  c.handshake.load = loadPart;
  c.step = c.more;
}

/** Step: takes the handshake bytes ram[at .. end). Raises unexpected_message, message_too_large. */
function readHandshake(c: Handshaking): void {
  const hs = c.handshake;
  const ram = c.ram;
  // A message after which the keys change must end its record.
  if (c.pending) throw ErrorCode.unexpected_message;
  const there = c.end - c.at;
  const at = hs.have ? At.message : c.at;
  if (hs.have < MESSAGE_HEADER && hs.have + there >= MESSAGE_HEADER) {
    if (hs.have) gatherMessage(c, MESSAGE_HEADER);
    hs.length = MESSAGE_HEADER + ((ram[at + 1] << 16) | (ram[at + 2] << 8) | ram[at + 3]);
    checkOrder(hs.expect, ram[at]);
    if (ram[at] === HandshakeType.certificate || ram[at] === HandshakeType.certificate_request) {
      if (!hs.have) c.at += MESSAGE_HEADER;
      takeMessage(c, at);
      return;
    }
    if (hs.length > MAX_MESSAGE) throw ErrorCode.message_too_large;
    if (!hs.have && hs.length <= there) {
      c.at += hs.length;
      takeMessage(c, at);
      return;
    }
  }
  gatherMessage(c, hs.have < MESSAGE_HEADER && hs.have + there < MESSAGE_HEADER ? MESSAGE_HEADER : hs.length);
  if (hs.have >= MESSAGE_HEADER && hs.have === hs.length) takeMessage(c, At.message);
  else {
    c.midMessage = true;
    c.step = c.more;
  }
}

/** Moves bytes of the record to At.message until `total` are there or none is left. */
function gatherMessage(c: Handshaking, total: number): void {
  const hs = c.handshake;
  const there = c.end - c.at;
  const n = total - hs.have < there ? total - hs.have : there;
  c.ram.set(c.ram.subarray(c.at, c.at + n), At.message + hs.have);
  hs.have += n;
  c.at += n;
}

/** Raises unexpected_message unless a message of this type may come now. */
function checkOrder(expect: HandshakeType, type: number): void {
  if (type === expect) return;
  if (type === HandshakeType.certificate && expect === HandshakeType.certificate_request) return;
  throw ErrorCode.unexpected_message;
}

/** Goes on with the part that takes the message at `message`, whole or, a Certificate or its request, its header only. */
function takeMessage(c: Handshaking, message: number): void {
  const hs = c.handshake;
  hs.message = message;
  const type = c.ram[message];
  let part = HandshakePart.parameters;
  if (type === HandshakeType.certificate) part = HandshakePart.certificate;
  else if (type === HandshakeType.certificate_verify || type === HandshakeType.finished) part = HandshakePart.proof;
  else if (type === HandshakeType.certificate_request) part = HandshakePart.request;
  if (part === hs.part) c.step = hs.take;
  else {
    hs.part = part;
    c.step = loadPart;
  }
}

/** Step: loads the part hs.part, once nothing holds the one before any more. */
function loadPart(c: Handshaking): void {
  const part = c.handshake.part;
  c.step = c.content;
  c.handshake.take = c.content;
  c.wait = Wait.work;
  if (part === HandshakePart.parameters) import("./parameters").then((p) => c.resume(p.takeParameters));
  else if (part === HandshakePart.certificate) import("./certificate").then((p) => c.resume(p.takeCertificate));
  else if (part === HandshakePart.request) import("./certificate-request").then((p) => c.resume(p.takeRequest));
  else if (part === HandshakePart.leaf) import("./leaf").then((p) => c.resume(p.judgeLeaf));
  else if (usesCaKeys && part === HandshakePart.issuer) import("./issuer").then((p) => c.resume(p.judgeIssuer));
  else if (usesCaKeys && part !== HandshakePart.proof) loadJudge(c);
  else import("./proof").then((p) => c.resume(p.takeProof));
}

/**
 * Loads a part that goes on with what the part before has judged, in the same turn: so less input comes meanwhile.
 *
 * @now
 */
function loadJudge(c: Handshaking): void {
  const part = c.handshake.part;
  if (part === HandshakePart.leafRules) import("./leaf-rules").then((p) => c.resume(p.takeTime));
  else if (part === HandshakePart.leafFacts) import("./leaf-facts").then((p) => c.resume(p.checkLeafName));
  else if (part === HandshakePart.issuerRules) import("./issuer-rules").then((p) => c.resume(p.checkIssuerRules));
  else import("./issuer-key").then((p) => c.resume(p.takeIssuerKey));
}
