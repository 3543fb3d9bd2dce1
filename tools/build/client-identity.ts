/** What the firmware is given of a client certificate: its Certificate message (RFC 8446 section 4.4.2) in pieces. */
import type { PublishConfig, PublishSettings } from "../../src/apps/config";
import { type Identity, IdentityPiece } from "../../src/handshake/state";
import type { Bytes } from "../../src/transport";

/** Bytes of a piece: few enough that its copies on the way out take little memory. */
const pieceBytes = 124;
const certificateType = "\x0b";

function vector24(body: Bytes): Bytes {
  return String.fromCharCode(body.length >> 16, (body.length >> 8) & 255, body.length & 255) + body;
}

/** @param certificates DER, leaf first */
export function certificatePieces(certificates: Bytes[]): Bytes[] {
  // An empty context, and of each certificate its data and no extensions.
  const list = certificates.map((one) => `${vector24(one)}\0\0`).join("");
  const message = certificateType + vector24(`\0${vector24(list)}`);
  return message.match(new RegExp(`[^]{1,${pieceBytes}}`, "g"))!;
}

/** The Identity that the build writes into the script, for boards of Node. */
export function identityOf(certificates: Bytes[], key: Bytes | null): Identity | null {
  if (key === null) return null;
  const pieces = certificatePieces(certificates);
  return (index) => (index === IdentityPiece.key ? key : (pieces[index] ?? ""));
}

/** What the build makes of the config's section, for boards of Node. */
export function publishSection({ certificates, key, ...plain }: PublishSettings): PublishConfig {
  return { ...plain, identity: identityOf(certificates, key) };
}
