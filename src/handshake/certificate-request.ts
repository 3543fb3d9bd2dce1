/**
 * CertificateRequest (RFC 8446 section 4.3.2), read as it streams in, because servers list the CAs that they take: of all that, only signature_algorithms
 * is kept for a moment. Loaded for this message.
 */
import { MAX_CERTIFICATE_REQUEST } from "../bytes/limits";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesClientCertificate } from "../features";
import { SignatureScheme } from "../trust/schemes";
import { ExtensionType, type HandshakeState, HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";
import { expectMessage } from "./transcript";

/** Where what is looked at is gathered (At.message is free meanwhile): a head, and signature_algorithms behind an extension's. */
const REQUEST_HEAD = At.message;
const enum RequestField {
  /** Bytes before the extensions: the length of certificate_request_context, which must be 0 here, and that of the extensions. */
  first = 3,
  /** Bytes before each extension: its type and its length. */
  extension = 4,
  /** Bytes of a signature_algorithms, at least and at most. */
  schemesMin = 4,
  schemesMax = 256,
}

/** Step: the header of the message at hs.message was read; c.at is behind it. Raises message_too_large. */
export function takeRequest(c: Handshaking): void {
  const hs = c.handshake;
  hs.take = takeRequest;
  c.content = readRequestPiece;
  c.crypto(Op.sha256Update + At.transcript, hs.message, MESSAGE_HEADER);
  hs.bodyLeft = hs.length - MESSAGE_HEADER;
  if (hs.bodyLeft > MAX_CERTIFICATE_REQUEST) throw ErrorCode.message_too_large;
  hs.listLeft = hs.bodyLeft;
  // Whether signature_algorithms was there.
  hs.count = 0;
  beginField(hs, REQUEST_HEAD, RequestField.first);
  c.midMessage = true;
  c.step = c.at < c.end ? readRequestPiece : c.more;
}

/** @param at where its bytes go; 0 for nowhere */
function beginField(hs: HandshakeState, at: number, length: number): void {
  if (hs.listLeft < length) throw ErrorCode.decode_error;
  hs.listLeft -= length;
  hs.headAt = at;
  hs.fieldLeft = length;
}

/** Step: hashes what ram[at .. end) holds of the message, and reads it. */
function readRequestPiece(c: Handshaking): void {
  const hs = c.handshake;
  const piece = c.end - c.at < hs.bodyLeft ? c.end - c.at : hs.bodyLeft;
  const stop = c.at + piece;
  hs.bodyLeft -= piece;
  c.crypto(Op.sha256Update + At.transcript, c.at, piece);
  while (c.at < stop) {
    const n = stop - c.at < hs.fieldLeft ? stop - c.at : hs.fieldLeft;
    if (hs.headAt) {
      c.ram.set(c.ram.subarray(c.at, c.at + n), hs.headAt);
      hs.headAt += n;
    }
    c.at += n;
    hs.fieldLeft -= n;
    if (!hs.fieldLeft) takeField(c);
  }
  if (hs.bodyLeft) c.step = c.more;
  else endCertificateRequest(c);
}

/** A field is whole, which one is known by where it ends: begins the next one. */
function takeField(c: Handshaking): void {
  const hs = c.handshake;
  const ram = c.ram;
  const end = hs.headAt;
  if (end === REQUEST_HEAD + RequestField.first) {
    if (ram[REQUEST_HEAD]) throw ErrorCode.illegal_parameter;
    if (((ram[REQUEST_HEAD + 1] << 8) | ram[REQUEST_HEAD + 2]) !== hs.listLeft) throw ErrorCode.decode_error;
  } else if (end === REQUEST_HEAD + RequestField.extension) {
    const isSchemes = ((ram[REQUEST_HEAD] << 8) | ram[REQUEST_HEAD + 1]) === ExtensionType.signature_algorithms;
    const length = (ram[REQUEST_HEAD + 2] << 8) | ram[REQUEST_HEAD + 3];
    if (isSchemes && hs.count) throw ErrorCode.duplicate_extension;
    if (isSchemes && (length < RequestField.schemesMin || length > RequestField.schemesMax)) throw ErrorCode.decode_error;
    if (length) {
      beginField(hs, isSchemes ? end : 0, length);
      return;
    }
  } else if (end) takeSchemes(c, REQUEST_HEAD + RequestField.extension, end);
  if (hs.listLeft) beginField(hs, REQUEST_HEAD, RequestField.extension);
}

/** signature_algorithms at ram[at .. end). Raises no_common_signature_scheme if we have a certificate but the server takes no ECDSA on P-256. */
function takeSchemes(c: Handshaking, at: number, end: number): void {
  const ram = c.ram;
  let isOurs = false;
  if (((ram[at] << 8) | ram[at + 1]) !== end - at - 2 || (end - at) & 1) throw ErrorCode.decode_error;
  for (at += 2; at < end; at += 2) if (((ram[at] << 8) | ram[at + 1]) === SignatureScheme.ecdsa_secp256r1_sha256) isOurs = true;
  if (usesClientCertificate && c.options.identity && !isOurs) throw ErrorCode.no_common_signature_scheme;
  c.handshake.count = 1;
}

/** The message is whole. Raises missing_extension. */
function endCertificateRequest(c: Handshaking): void {
  const hs = c.handshake;
  if (hs.listLeft || hs.fieldLeft) throw ErrorCode.decode_error;
  if (!hs.count) throw ErrorCode.missing_extension;
  hs.count = 0;
  hs.isAuthRequested = true;
  c.content = hs.messages;
  expectMessage(c, HandshakeType.certificate);
}
