/** Records that we send (RFC 8446 sections 5.1 and 5.2). One record at a time, made at At.message. */

import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import type { Bytes } from "../transport";
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

/**
 * Sends content of any length, in as many records as it takes, protected if keys are there; nothing once the connection is over, because its
 * keys are wiped then, or the transport is closed.
 */
export function sendContent(this: Connection, type: ContentType, content: Bytes): void {
  const stream = this.stream;
  if (this.wait === Wait.over || !stream) return;
  for (let from = 0; from < content.length; from += RecordSize.maxSent) {
    // No copies that need not be: what is sent may be long, and memory is short.
    const piece = content.length > RecordSize.maxSent ? content.substr(from, RecordSize.maxSent) : content;
    const inner = piece.length + 1;
    const length = this.canSeal ? inner + RecordSize.tag : piece.length;
    const header = String.fromCharCode(this.canSeal ? ContentType.application_data : type, 3, 3, length >> 8, length & 255);
    if (this.canSeal) {
      this.board.copyIn(header, At.message);
      this.board.copyIn(piece, At.message + RecordSize.header);
      this.ram[At.message + RecordSize.header + piece.length] = type;
      this.crypto(Op.seal + At.writeState, At.message + RecordSize.header, inner);
      stream.write(this.board.copyOut(At.message, At.message + RecordSize.header + length));
    } else stream.write(header + piece);
  }
}
