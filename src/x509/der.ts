/**
 * DER as certificates use it (X.690): definite, minimal lengths of up to 65,535 bytes and tags of one byte. An element is known by the place
 * of its tag; its contents begin at `derContents` and end at `skipDer`. There is no tree: a walk names the tags that it expects, in order.
 */
import { ErrorCode } from "../errors/codes";

/** Identifier octets (X.690 section 8.1.2; class, constructed bit and number in one). */
export const enum DerTag {
  boolean = 0x01,
  integer = 0x02,
  bitString = 0x03,
  octetString = 0x04,
  objectIdentifier = 0x06,
  utcTime = 0x17,
  generalizedTime = 0x18,
  sequence = 0x30,
  /** [0], constructed: a certificate's version. */
  context0 = 0xa0,
  /** [3], constructed: a certificate's extensions. */
  context3 = 0xa3,
}

const enum Length {
  /** Up to here a length is one byte. */
  short = 127,
  /** One byte, of 128 or more, follows. */
  long1 = 0x81,
  /** Two bytes, making 256 or more, follow. */
  long2 = 0x82,
  /** A long length's first byte minus this is the size of the element's whole header. */
  header = 126,
}

/**
 * Walks over sibling elements, the first of which begins at `at`, and gives the place after the last. Whether that place is inside the parent
 * the caller knows, who compares it with the parent's end: lengths only ever lead forward.
 *
 * @param tags the tags that must come, one character each
 * Raises certificate_malformed for another tag, an indefinite or non-minimal length, or one over 65,535.
 */
export function skipDer(bytes: Uint8Array, at: number, tags: string): number {
  let i = 0;
  while (i < tags.length) {
    if (bytes[at] !== tags.charCodeAt(i++)) throw ErrorCode.certificate_malformed;
    at += bytes[at + 1] <= Length.short ? bytes[at + 1] + 2 : longElement(bytes, at);
  }
  return at;
}

/** Bytes of the element at `at`, header and contents, whose length is not a short one. */
function longElement(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 2] | 0;
  if (bytes[at + 1] === Length.long2 && first) return 4 + ((first << 8) | bytes[at + 3]);
  if (bytes[at + 1] !== Length.long1 || first <= Length.short) throw ErrorCode.certificate_malformed;
  return 3 + first;
}

/** The place where the contents begin of the element at `at`, over which `skipDer` has led. */
export function derContents(bytes: Uint8Array, at: number): number {
  return at + (bytes[at + 1] > Length.short ? bytes[at + 1] - Length.header : 2);
}

/** The bytes from `from` to before `to` as `48,130,…`: what a fixed stretch of DER is compared with in one go. */
export function derText(bytes: Uint8Array, from: number, to: number): string {
  return bytes.subarray(from, to).join();
}
