/**
 * HKDF-Expand-Label (RFC 8446 section 7.1 over RFC 5869 section 2.3) for outputs of up to 32 bytes, that is one HMAC.
 * HKDF-Extract is HMAC itself. Constant time in the secrets.
 */
import { Label } from "./crypto";
import { hmacSha256 } from "./hmac";
import { type CryptoMemory, Scratch } from "./memory";
import { Sha256 } from "./sha256";

const enum Context {
  none = -1,
  bytes = 32,
  /** The part of an operand that is a place; the rest is the Label. */
  placeMask = 0xffff,
}

/** The label's bytes are in the scratch's field area, which no HMAC touches. */
const enum Info {
  at = Scratch.fields * 4,
}

/**
 * @param secret 32 bytes
 * @param label without "tls13 "
 * @param context place of a 32-byte hash, or a negative number for an empty context
 * @param length bytes wanted, at most 32
 * @part
 */
export function expandLabelText(m: CryptoMemory, secret: number, label: string, context: number, length: number, out: number): void {
  const b = m.b;
  const text = "tls13 " + label;
  const digest = Scratch.digest * 4;
  let at: number = Info.at;
  let i = 0;
  b[at++] = 0;
  b[at++] = length;
  b[at++] = text.length;
  for (i = 0; i < text.length; i++) b[at++] = text.charCodeAt(i);
  if (context < 0) b[at++] = 0;
  else {
    b[at++] = Context.bytes;
    b.set(b.subarray(context, context + Context.bytes), at);
    at += Context.bytes;
  }
  b[at++] = 1;
  hmacSha256(m, secret, Info.at, at - Info.at, digest);
  b.set(b.subarray(digest, digest + length), out);
}

/** Op.expandLabel: `labelAndContext` is a Label plus the place of the context. */
export function expandLabel(m: CryptoMemory, secret: number, labelAndContext: number, out: number): void {
  const number = labelAndContext >> 16;
  const bare = number >= Label.finished >> 16;
  const label = ["derived", "c hs traffic", "s hs traffic", "c ap traffic", "s ap traffic", "finished", "traffic upd"][number - 1];
  expandLabelText(m, secret, label, bare ? Context.none : labelAndContext & Context.placeMask, Sha256.digestBytes, out);
}
