/**
 * ClientHello (RFC 8446 section 4.1.2): TLS 1.3 only, without early data, resumption, or the compatibility mode of appendix D.4. One key
 * share is sent: X25519, or P-256 after a HelloRetryRequest.
 */
import { uint16Bytes, vector16 } from "../bytes/text";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { usesAlpn } from "../features";
import { ContentType } from "../record/record-out";
import type { Bytes } from "../transport";
import { ExtensionType, type Handshaking, NamedGroup } from "./state";

/** legacy_session_id (empty), cipher_suites (ChaCha20 first: it is faster here), legacy_compression_methods (null) */
const SUITES = "\x00\x00\x04\x13\x03\x13\x01\x01\x00";
/**
 * The extensions that are always the same: supported_versions (TLS 1.3), supported_groups (x25519, secp256r1), signature_algorithms
 * (ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256) and signature_algorithms_cert (these, ecdsa_secp384r1_sha384, rsa_pkcs1_sha256).
 */
const EXTENSIONS =
  "\x00\x2b\x00\x03\x02\x03\x04\x00\x0a\x00\x06\x00\x04\x00\x1d\x00\x17\x00\x0d\x00\x06\x00\x04\x04\x03\x08\x04" +
  "\x00\x32\x00\x0a\x00\x08\x04\x03\x08\x04\x05\x03\x04\x01";

/** An extension of RFC 8446 section 4.2. */
function extensionBytes(type: ExtensionType, body: Bytes): Bytes {
  return uint16Bytes(type) + vector16(body);
}

const NINE = 0x39;

/** server_name (RFC 6066 section 3); none for an address, as that section asks. */
function serverNameBytes(host: string): Bytes {
  // No name ends in a digit (RFC 3696 section 2).
  if (host.charCodeAt(host.length - 1) <= NINE) return "";
  return extensionBytes(ExtensionType.server_name, vector16("\x00" + vector16(host)));
}

/** Step: sends the ClientHello and hashes it. The public key of hs.group is at At.publicKey; hs.cookie is a HelloRetryRequest's, or "". */
export function sendClientHello(c: Handshaking): void {
  const hs = c.handshake;
  const length = hs.group === NamedGroup.x25519 ? 32 : 65;
  const share = c.board.copyOut(At.publicKey, At.publicKey + length);
  let extensions = serverNameBytes(c.options.host) + EXTENSIONS;
  extensions += extensionBytes(ExtensionType.key_share, vector16(uint16Bytes(hs.group) + vector16(share)));
  if (usesAlpn && c.options.alpn)
    extensions += extensionBytes(ExtensionType.application_layer_protocol_negotiation, vector16(alpnEntry(c.options.alpn)));
  if (hs.cookie) extensions += extensionBytes(ExtensionType.cookie, vector16(hs.cookie));
  const body = "\x03\x03" + hs.random + SUITES + vector16(extensions);
  const hello = "\x01\x00" + vector16(body);
  c.board.copyIn(hello, At.message);
  c.crypto(Op.sha256Update + At.transcript, At.message, hello.length);
  c.send(ContentType.handshake, hello);
  c.step = c.more;
}

/** A ProtocolName (RFC 7301 section 3.1). @param protocol 1 to 255 bytes */
export function alpnEntry(protocol: Bytes): Bytes {
  return String.fromCharCode(protocol.length) + protocol;
}
