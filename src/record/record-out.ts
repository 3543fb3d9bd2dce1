/** Records that we send (RFC 8446 sections 5.1 and 5.2). One record at a time, made at At.message. */

import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import type { ByteStream, Bytes } from "../transport";
import { type Connection, Wait } from "./connection";

/** RFC 8446 section 5.1 */
export const enum ContentType {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
}

/** Bytes of a record's header and of its tag. */
export const enum RecordSize {
  header = 5,
  tag = 16,
  /** Most content bytes of a record that is held whole until it is verified. */
  held = 512,
  /** The same, with type and tag. */
  heldCiphertext = held + 1 + tag,
  /** RFC 8446 section 5.2: an inner plaintext of 2^14 + 1 bytes, and the tag. */
  maxCiphertext = 16384 + 1 + tag,
  /** Most content bytes of a record that we send: At.message (528 bytes) less header, type and tag. */
  maxSent = 506,
}

/** Sends one record, protected if keys are there. @param content 1 to RecordSize.maxSent bytes */
function sendRecord(c: Connection, type: ContentType, content: Bytes): void {
  if (!c.canSeal) {
    (c.stream as ByteStream).write(
      String.fromCharCode(type) + "\x03\x03" + String.fromCharCode(content.length >> 8, content.length & 255) + content,
    );
    return;
  }
  const inner = content.length + 1;
  const at = At.message + RecordSize.header;
  c.board.copyIn(
    String.fromCharCode(ContentType.application_data, 3, 3, (inner + RecordSize.tag) >> 8, (inner + RecordSize.tag) & 255) +
      content +
      String.fromCharCode(type),
    At.message,
  );
  c.crypto(Op.seal + At.writeState, at, inner);
  (c.stream as ByteStream).write(c.board.copyOut(At.message, at + inner + RecordSize.tag));
}

/**
 * Sends content of any length, in as many records as it takes; nothing once the connection is over, because its keys are wiped then, or the
 * transport is closed.
 */
export function sendContent(this: Connection, type: ContentType, content: Bytes): void {
  if (this.wait === Wait.over || !this.stream) return;
  for (let from = 0; from < content.length; from += RecordSize.maxSent) sendRecord(this, type, content.substr(from, RecordSize.maxSent));
}
