/**
 * Certificate (RFC 8446 section 4.4.2), read as it streams in: only the leaf is kept, and hashed on its way; the rest of the chain is
 * stepped over.
 */
import { MAX_CERTIFICATE, MAX_CERTIFICATE_MESSAGE, MAX_CHAIN } from "../bytes/limits";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { HandshakePart, type HandshakeState, type Handshaking, MESSAGE_HEADER } from "./state";

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

/** Step: the header of the message at hs.message was read; c.at is behind it. Raises certificate_too_large. */
export function takeCertificate(c: Handshaking): void {
  const hs = c.handshake;
  hs.take = takeCertificate;
  c.crypto(Op.sha256Update + At.transcript, hs.message, MESSAGE_HEADER);
  hs.bodyLeft = hs.length - MESSAGE_HEADER;
  if (hs.bodyLeft > MAX_CERTIFICATE_MESSAGE) throw ErrorCode.certificate_too_large;
  if (hs.bodyLeft < EMPTY) throw ErrorCode.decode_error;
  hs.count = 0;
  hs.isLast = false;
  hs.listLeft = hs.bodyLeft;
  beginHead(hs, HEAD, hs.bodyLeft < Head.first ? EMPTY : Head.first);
  c.midMessage = true;
  c.content = readCertificatePiece;
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
  let n = c.end - c.at;
  if (n > hs.bodyLeft) n = hs.bodyLeft;
  const end = c.at + n;
  hs.bodyLeft -= n;
  c.crypto(Op.sha256Update + At.transcript, c.at, n);
  while (c.at < end) {
    n = end - c.at;
    if (n > hs.fieldLeft) n = hs.fieldLeft;
    if (hs.headAt) {
      c.ram.set(c.ram.subarray(c.at, c.at + n), hs.headAt);
      hs.headAt += n;
    } else if (hs.count === 1) keepLeaf(c, n);
    c.at += n;
    hs.fieldLeft -= n;
    if (!hs.fieldLeft) {
      if (hs.headAt) takeHead(c);
      else if (hs.listLeft > Head.last) beginHead(hs, HEAD + Head.extensions, Head.between);
      else {
        hs.isLast = true;
        beginHead(hs, HEAD + Head.extensions, Head.last);
      }
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
  if (hs.count === 1) {
    if (length > MAX_CERTIFICATE) throw ErrorCode.certificate_too_large;
    hs.leaf = new Uint8Array(length);
    c.crypto(Op.sha1Init + At.sha1);
    c.crypto(Op.sha256Init + At.hash);
  }
  hs.listLeft -= length;
  hs.headAt = 0;
  hs.fieldLeft = length;
}

/** The message is whole: has the leaf judged. */
function endCertificate(c: Handshaking): void {
  const hs = c.handshake;
  if (!hs.isLast || hs.fieldLeft) throw ErrorCode.decode_error;
  hs.part = HandshakePart.leaf;
  // Memory is shortest now: what is read of the chunk is let go.
  c.input = c.input.substr(c.pos);
  c.pos = 0;
  c.content = hs.messages;
  c.step = hs.load;
}
