/**
 * Certificate (RFC 8446 section 4.4.2), read as it streams in: only the leaf is kept, and hashed on its way; the rest of the chain is
 * stepped over.
 */
import { MAX_CERTIFICATE, MAX_CERTIFICATE_MESSAGE, MAX_CHAIN } from "../bytes/limits";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { HandshakePart, type HandshakeState, type Handshaking, MESSAGE_HEADER } from "./state";

/** The field that is being read. */
const enum Field {
  /** certificate_request_context's length (it must be 0) and certificate_list's length, as one number of 4 bytes. */
  listLength,
  /** cert_data's length, 3 bytes. */
  certificateLength,
  certificate,
  /** extensions' length, 2 bytes. It must be 0: we asked for none. */
  extensionsLength,
}

/** Step: the header of the message at hs.message was read; c.at is behind it. Raises certificate_too_large. */
export function takeCertificate(c: Handshaking): void {
  const hs = c.handshake;
  hs.take = takeCertificate;
  c.crypto(Op.sha256Update + At.transcript, hs.message, MESSAGE_HEADER);
  hs.bodyLeft = hs.length - MESSAGE_HEADER;
  if (hs.bodyLeft > MAX_CERTIFICATE_MESSAGE) throw ErrorCode.certificate_too_large;
  if (hs.bodyLeft < 4) throw ErrorCode.decode_error;
  hs.listLeft = hs.bodyLeft;
  hs.count = 0;
  c.midMessage = true;
  beginField(hs, Field.listLength, 4);
  c.content = hashCertificatePiece;
  c.step = c.at < c.end ? hashCertificatePiece : c.more;
}

/** Begins a number of `length` bytes, or a certificate of that length. */
function beginField(hs: HandshakeState, field: Field, length: number): void {
  if (hs.listLeft < length) throw ErrorCode.decode_error;
  hs.listLeft -= length;
  hs.field = field;
  hs.fieldLeft = length;
  hs.number = 0;
}

/** Step: hashes what ram[at .. end) holds of the message, to read it field by field. */
function hashCertificatePiece(c: Handshaking): void {
  const hs = c.handshake;
  let n = c.end - c.at;
  if (n > hs.bodyLeft) n = hs.bodyLeft;
  c.crypto(Op.sha256Update + At.transcript, c.at, n);
  hs.bodyLeft -= n;
  hs.stop = c.at + n;
  c.step = readCertificateFields;
}

/** Step: reads the piece field by field. */
function readCertificateFields(c: Handshaking): void {
  const hs = c.handshake;
  while (c.at < hs.stop) {
    let n = hs.stop - c.at;
    if (n > hs.fieldLeft) n = hs.fieldLeft;
    if (hs.field === Field.certificate) {
      if (hs.count === 1) keepLeaf(c, n);
      c.at += n;
      hs.fieldLeft -= n;
      if (!hs.fieldLeft) beginField(hs, Field.extensionsLength, 2);
    } else {
      hs.fieldLeft -= n;
      while (n--) hs.number = (hs.number << 8) | c.ram[c.at++];
      if (!hs.fieldLeft) takeNumber(c, hs);
    }
  }
  if (hs.bodyLeft) c.step = c.more;
  else endCertificate(c);
}

/** Keeps the next n bytes of the leaf, and hashes them for its fingerprints. */
function keepLeaf(c: Handshaking, n: number): void {
  const hs = c.handshake;
  hs.leaf.set(c.ram.subarray(c.at, c.at + n), hs.leaf.length - hs.fieldLeft);
  c.crypto(Op.sha1Update + At.sha1, c.at, n);
  c.crypto(Op.sha256Update + At.hash, c.at, n);
}

function takeNumber(c: Handshaking, hs: HandshakeState): void {
  const n = hs.number;
  if (hs.field === Field.certificateLength) beginCertificate(c, hs, n);
  else {
    if (hs.field === Field.listLength) {
      if (n !== hs.listLeft) throw n >>> 24 ? ErrorCode.illegal_parameter : ErrorCode.decode_error;
    } else if (n) throw ErrorCode.unsupported_extension;
    if (hs.listLeft) beginField(hs, Field.certificateLength, 3);
  }
}

function beginCertificate(c: Handshaking, hs: HandshakeState, length: number): void {
  if (!length) throw ErrorCode.decode_error;
  if (++hs.count > MAX_CHAIN) throw ErrorCode.certificate_chain_too_long;
  if (hs.count === 1) {
    if (length > MAX_CERTIFICATE) throw ErrorCode.certificate_too_large;
    hs.leaf = new Uint8Array(length);
    c.crypto(Op.sha1Init + At.sha1);
    c.crypto(Op.sha256Init + At.hash);
  }
  beginField(hs, Field.certificate, length);
}

/** The message is whole: has the leaf judged. */
function endCertificate(c: Handshaking): void {
  const hs = c.handshake;
  if (hs.listLeft || hs.fieldLeft) throw ErrorCode.decode_error;
  if (!hs.count) throw ErrorCode.certificate_missing;
  hs.part = HandshakePart.leaf;
  c.content = hs.messages;
  c.step = hs.load;
}
