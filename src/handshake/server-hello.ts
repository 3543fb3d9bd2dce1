/** ServerHello and HelloRetryRequest (RFC 8446 sections 4.1.3 and 4.1.4). */
import { MAX_COOKIE } from "../bytes/limits";
import { closeVector, expectEnd, openVector, type Reader, readUint8, readUint16, skipBytes } from "../bytes/reader";
import { Suite } from "../crypto/crypto";
import { ErrorCode } from "../errors/codes";
import { Wait } from "../record/connection";
import type { Bytes } from "../transport";
import { deriveHandshakeKeys } from "./key-schedule";
import { ExtensionType, HandshakeType, type Handshaking, MESSAGE_HEADER, NamedGroup } from "./state";
import { messageDone, replaceByMessageHash } from "./transcript";

/** The random of a HelloRetryRequest: SHA-256 of "HelloRetryRequest". */
const RETRY_RANDOM =
  "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";
/** How the random of a TLS 1.3 server ends when it speaks TLS 1.2 or less (section 4.1.3); the last byte is 1 or 0. */
const DOWNGRADE = "DOWNGRD";
const TLS_1_2 = 0x303;
const TLS_1_3 = 0x304;

/** Step: the message at hs.message. Leads to the handshake keys, or to a second ClientHello, as soon as its record ends. */
export function readServerHello(c: Handshaking): void {
  const hs = c.handshake;
  const r: Reader = { bytes: c.ram, at: hs.message + MESSAGE_HEADER, end: hs.message + hs.length };
  if (readUint16(r) !== TLS_1_2) throw ErrorCode.unsupported_version;
  const random = skipBytes(r, 32);
  if (readUint8(r)) throw ErrorCode.session_id_mismatch;
  const suite = readUint16(r);
  if (readUint8(r)) throw ErrorCode.illegal_parameter;
  const isRetry = c.board.copyOut(random, random + 32) === RETRY_RANDOM;
  const found = readHelloExtensions(c, r, isRetry);
  if (found.version !== TLS_1_3) {
    if (c.board.copyOut(random + 24, random + 31) === DOWNGRADE) throw ErrorCode.downgrade;
    throw ErrorCode.unsupported_version;
  }
  if (found.isForeign) throw ErrorCode.unsupported_extension;
  if (suite !== Suite.TLS_CHACHA20_POLY1305_SHA256 && suite !== Suite.TLS_AES_128_GCM_SHA256) throw ErrorCode.bad_cipher_suite;
  if (c.suite && suite !== c.suite) throw ErrorCode.bad_cipher_suite;
  c.suite = suite;
  if (isRetry) takeRetry(c, found);
  else takeHello(c, found);
}

/** What the extensions say; 0, -1 and "" where one is not there. */
interface HelloExtensions {
  version: number;
  group: number;
  /** Place and length of the key share. */
  share: number;
  length: number;
  cookie: Bytes;
  /** There is one that we did not ask for. */
  isForeign: boolean;
}

function readHelloExtensions(c: Handshaking, r: Reader, isRetry: boolean): HelloExtensions {
  const found: HelloExtensions = { version: 0, group: 0, share: 0, length: 0, cookie: "", isForeign: false };
  // A server of TLS 1.2 may send no extensions at all.
  if (r.at === r.end) return found;
  const message = openVector(r, readUint16(r));
  while (r.at < r.end) {
    const type = readUint16(r);
    const extensions = openVector(r, readUint16(r));
    if (type === ExtensionType.supported_versions) {
      if (found.version) throw ErrorCode.duplicate_extension;
      found.version = readUint16(r);
    } else if (type === ExtensionType.key_share) {
      if (found.group) throw ErrorCode.duplicate_extension;
      found.group = readUint16(r);
      if (!isRetry) {
        found.length = readUint16(r);
        found.share = skipBytes(r, found.length);
      }
    } else if (type === ExtensionType.cookie && isRetry) {
      if (found.cookie) throw ErrorCode.duplicate_extension;
      const length = readUint16(r);
      if (!length || length > MAX_COOKIE) throw ErrorCode.bad_hello_retry;
      const at = skipBytes(r, length);
      found.cookie = c.board.copyOut(at, at + length);
    } else {
      found.isForeign = true;
      r.at = r.end;
    }
    closeVector(r, extensions);
  }
  closeVector(r, message);
  expectEnd(r);
  return found;
}

function takeHello(c: Handshaking, found: HelloExtensions): void {
  const hs = c.handshake;
  if (!found.group) throw ErrorCode.missing_extension;
  if (found.group !== hs.group) throw ErrorCode.bad_group;
  if (found.length !== (hs.group === NamedGroup.x25519 ? 32 : 65)) throw ErrorCode.bad_key_share;
  hs.share = found.share;
  hs.random = "";
  messageDone(c, HandshakeType.encrypted_extensions);
  c.pending = deriveHandshakeKeys;
}

/** A HelloRetryRequest may ask for P-256, for its cookie to be sent back, or for both; only once, and for nothing else. */
function takeRetry(c: Handshaking, found: HelloExtensions): void {
  const hs = c.handshake;
  if (hs.hasRetried) throw ErrorCode.unexpected_message;
  if (found.group ? found.group !== NamedGroup.secp256r1 : !found.cookie) throw ErrorCode.bad_hello_retry;
  hs.hasRetried = true;
  hs.cookie = found.cookie;
  if (found.group) hs.group = NamedGroup.secp256r1;
  replaceByMessageHash(c);
  messageDone(c, HandshakeType.server_hello);
  c.pending = retryHello;
}

/** Step between two records: has the ClientHello sent once more. */
function retryHello(c: Handshaking): void {
  c.wait = Wait.work;
  import("./hello").then((part) => c.resume(part.sendSecondHello));
}
