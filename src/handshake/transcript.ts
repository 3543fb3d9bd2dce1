/** The transcript hash (RFC 8446 section 4.4.1). At.digest always holds the hash up to the last message taken. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ContentType, RecordSize } from "../record/record-out";
import type { Bytes } from "../transport";
import type { HandshakeType, Handshaking } from "./state";

/** The message at hs.message is done with: hashes it, and goes on with what is left of the record. @param expect the message to come next */
export function messageDone(c: Handshaking, expect: HandshakeType): void {
  const hs = c.handshake;
  c.crypto(Op.sha256Update + At.transcript, hs.message, hs.length);
  expectMessage(c, expect);
}

/** The same where the message was hashed already, piece by piece. */
export function expectMessage(c: Handshaking, expect: HandshakeType): void {
  const hs = c.handshake;
  c.crypto(Op.sha256Final + At.transcript, At.digest);
  hs.have = 0;
  hs.expect = expect;
  c.midMessage = false;
  c.step = c.at < c.end ? c.content : c.more;
}

/** Replaces the transcript so far, a ClientHello, by its message_hash (section 4.4.1), as a HelloRetryRequest wants. */
export function replaceByMessageHash(c: Handshaking): void {
  c.crypto(Op.sha256Final + At.transcript, At.digest);
  c.crypto(Op.sha256Init + At.transcript);
  c.board.copyIn("\xfe\x00\x00\x20", At.temp);
  c.crypto(Op.sha256Update + At.transcript, At.temp, 4);
  c.crypto(Op.sha256Update + At.transcript, At.digest, 32);
}

/** Sends a message of any length between two records (At.record is free then), hashes it, and leaves the hash at At.digest. */
export function sendMessage(c: Handshaking, message: Bytes): void {
  for (let from = 0; from < message.length; from += RecordSize.maxSent) {
    const piece = message.substr(from, RecordSize.maxSent);
    c.board.copyIn(piece, At.record);
    c.crypto(Op.sha256Update + At.transcript, At.record, piece.length);
    c.send(ContentType.handshake, piece);
  }
  c.crypto(Op.sha256Final + At.transcript, At.digest);
}
