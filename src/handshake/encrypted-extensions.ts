/** EncryptedExtensions (RFC 8446 section 4.3.1). */
import { closeVector, expectEnd, openVector, type Reader, readUint16, skipBytes } from "../bytes/reader";
import { vector16 } from "../bytes/text";
import { ErrorCode } from "../errors/codes";
import { usesAlpn } from "../features";
import { alpnEntry } from "./client-hello";
import { ExtensionType, HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";
import { messageDone } from "./transcript";

/** Step: the message at hs.message. Takes server_name, supported_groups and the protocol that we offered; all else was not asked for. */
export function readEncryptedExtensions(c: Handshaking): void {
  const hs = c.handshake;
  const alpn = usesAlpn && c.options.alpn;
  const r: Reader = { bytes: c.ram, at: hs.message + MESSAGE_HEADER, end: hs.message + hs.length };
  const message = openVector(r, readUint16(r));
  let seen = 0;
  while (r.at < r.end) {
    const type = readUint16(r);
    const length = readUint16(r);
    const body = skipBytes(r, length);
    if (type > ExtensionType.application_layer_protocol_negotiation) throw ErrorCode.unsupported_extension;
    if (seen & (1 << type)) throw ErrorCode.duplicate_extension;
    seen |= 1 << type;
    if (type === ExtensionType.application_layer_protocol_negotiation && alpn) {
      if (c.board.copyOut(body, body + length) !== vector16(alpnEntry(alpn))) throw ErrorCode.bad_alpn;
    } else if (type === ExtensionType.server_name) {
      if (length) throw ErrorCode.decode_error;
    } else if (type !== ExtensionType.supported_groups) throw ErrorCode.unsupported_extension;
  }
  closeVector(r, message);
  expectEnd(r);
  messageDone(c, HandshakeType.certificate_request);
}
