/**
 * Certificate (RFC 8446 section 4.4.2), read as it streams in: only the leaf is kept until it is judged, and hashed on its way, and
 * then, where its issuer is looked for, one other certificate at a time; the rest of the chain is stepped over.
 */
import { MAX_CERTIFICATE, MAX_CERTIFICATE_MESSAGE, MAX_CHAIN } from "../bytes/limits";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesCaKeys, usesClientCertificate } from "../features";
import { queueStored, startStoring } from "../record/stored";
import { HandshakePart, type HandshakeState, HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";
import { expectMessage } from "./transcript";

/**
 * Where the bytes before a certificate are gathered (At.message is free meanwhile): certificate_request_context's length (1 byte, it must be 0)
 * and certificate_list's length (3 bytes), in their place the extensions' length of the certificate before (2 bytes at the end; 0, as we asked for
 * none), then cert_data's length (3 bytes).
 */
const HEAD = At.message;
const enum Head {
  list = 1,
  extensions = 2,
  certificate = 4,
  /** Bytes of the first one, of those between two certificates, and of what comes after the last. */
  first = 7,
  between = 5,
  last = 2,
}

/** Bytes of the first head of an empty list. */
const EMPTY = 4;

/**
 * Step: the header of the message at hs.message was read; c.at is behind it. Or a certificate of it was judged, and it goes on. Raises
 * certificate_too_large.
 */
export function takeCertificate(c: Handshaking): void {
  const hs = c.handshake;
  hs.take = takeCertificate;
  c.content = readCertificatePiece;
  if (hs.count) {
    queueStored(c);
    c.step = readCertificateFields;
    return;
  }
  c.crypto(Op.sha256Update + At.transcript, hs.message, MESSAGE_HEADER);
  hs.bodyLeft = hs.length - MESSAGE_HEADER;
  if (hs.bodyLeft > MAX_CERTIFICATE_MESSAGE) throw ErrorCode.certificate_too_large;
  if (hs.bodyLeft < EMPTY) throw ErrorCode.decode_error;
  hs.count = 0;
  hs.isLast = false;
  if (usesClientCertificate) {
    // Memory is short: the certificate that is to be kept takes a hundred variables.
    c.input = c.input.substr(c.pos);
    c.pos = 0;
  }
  hs.listLeft = hs.bodyLeft;
  beginHead(hs, HEAD, hs.bodyLeft < Head.first ? EMPTY : Head.first);
  c.midMessage = true;
  c.step = c.at < c.end ? readCertificatePiece : c.more;
}

function beginHead(hs: HandshakeState, at: number, length: number): void {
  if (hs.listLeft < length) throw ErrorCode.decode_error;
  hs.listLeft -= length;
  hs.headAt = at;
  hs.fieldLeft = length;
}

/** Step: hashes what ram[at .. end) holds of the message, and reads it. */
function readCertificatePiece(c: Handshaking): void {
  const hs = c.handshake;
  const n = c.end - c.at < hs.bodyLeft ? c.end - c.at : hs.bodyLeft;
  hs.stop = c.at + n;
  hs.bodyLeft -= n;
  c.crypto(Op.sha256Update + At.transcript, c.at, n);
  readCertificateFields(c);
}

/** Step: reads the piece up to the end of a certificate that is to be judged, or to its own. */
function readCertificateFields(c: Handshaking): void {
  const hs = c.handshake;
  while (c.at < hs.stop) {
    const n = hs.stop - c.at < hs.fieldLeft ? hs.stop - c.at : hs.fieldLeft;
    if (hs.headAt) {
      c.ram.set(c.ram.subarray(c.at, c.at + n), hs.headAt);
      hs.headAt += n;
    } else if (hs.cert) keepCertificate(c, hs.cert, n);
    c.at += n;
    hs.fieldLeft -= n;
    if (!hs.fieldLeft) {
      if (hs.headAt) takeHead(c);
      else {
        hs.isLast = hs.listLeft <= Head.last;
        beginHead(hs, HEAD + Head.extensions, hs.isLast ? Head.last : Head.between);
        if (hs.cert) {
          judgeCertificate(c);
          return;
        }
      }
    }
  }
  if (hs.bodyLeft) c.step = c.more;
  else endCertificate(c);
}

/** Keeps the next n bytes of a certificate, and hashes those of the leaf for its fingerprints. */
function keepCertificate(c: Handshaking, cert: Uint8Array, n: number): void {
  const hs = c.handshake;
  cert.set(c.ram.subarray(c.at, c.at + n), cert.length - hs.fieldLeft);
  if (hs.count > 1) return;
  c.crypto(Op.sha1Update + At.sha1, c.at, n);
  c.crypto(Op.sha256Update + At.hash, c.at, n);
}

/** Has a part judge the certificate, in this one's place; it comes back here then. */
function judgeCertificate(c: Handshaking): void {
  const hs = c.handshake;
  hs.part = hs.count > 1 ? HandshakePart.issuer : HandshakePart.leaf;
  c.content = hs.messages;
  c.step = hs.load;
  startStoring(c);
}

function takeHead(c: Handshaking): void {
  const hs = c.handshake;
  const ram = c.ram;
  if (hs.count) {
    if (ram[HEAD + Head.extensions] | ram[HEAD + Head.extensions + 1]) throw ErrorCode.unsupported_extension;
  } else {
    if (ram[HEAD]) throw ErrorCode.illegal_parameter;
    const list = (ram[HEAD + Head.list] << 16) | (ram[HEAD + Head.list + 1] << 8) | ram[HEAD + Head.list + 2];
    if (list !== hs.length - MESSAGE_HEADER - EMPTY) throw ErrorCode.decode_error;
    if (!list) throw ErrorCode.certificate_missing;
  }
  if (!hs.isLast)
    beginCertificate(c, (ram[HEAD + Head.certificate] << 16) | (ram[HEAD + Head.certificate + 1] << 8) | ram[HEAD + Head.certificate + 2]);
}

function beginCertificate(c: Handshaking, length: number): void {
  const hs = c.handshake;
  // The extensions' length comes after it.
  if (!length || length + Head.last > hs.listLeft) throw ErrorCode.decode_error;
  if (++hs.count > MAX_CHAIN) throw ErrorCode.certificate_chain_too_long;
  hs.cert = null;
  if (hs.count === 1 || (usesCaKeys && hs.facts)) {
    if (length > MAX_CERTIFICATE) throw ErrorCode.certificate_too_large;
    hs.cert = new Uint8Array(length);
  }
  if (hs.count === 1) {
    c.crypto(Op.sha1Init + At.sha1);
    c.crypto(Op.sha256Init + At.hash);
  }
  hs.listLeft -= length;
  hs.headAt = 0;
  hs.fieldLeft = length;
}

/** The message is whole. Raises issuer_missing if no certificate of it vouched for the leaf. */
function endCertificate(c: Handshaking): void {
  const hs = c.handshake;
  if (!hs.isLast || hs.fieldLeft) throw ErrorCode.decode_error;
  if (!hs.trusted) throw ErrorCode.issuer_missing;
  c.content = hs.messages;
  expectMessage(c, HandshakeType.certificate_verify);
}
