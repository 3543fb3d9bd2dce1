/**
 * The memory that the portable twins work in: the workspace, seen as bytes and as 32-bit words, and the layout of its scratch area.
 * Nothing that outlives an operation is kept anywhere else, except SHA-256's constants and what RSA is at.
 *
 * A stretch is filled by way of subarray everywhere: Espruino's fill(value, from, to) walks the whole array.
 */
import type { RsaWork } from "./rsa";
import { At } from "./workspace";

export interface CryptoMemory {
  /** The workspace as bytes. */
  b: Uint8Array;
  /** The same bytes as signed 32-bit words in the machine's order (little-endian on every board). */
  w: Int32Array;
  /** SHA-256's 64 round constants. */
  k: Int32Array;
  /** The RSA operation that rsaStep goes on with. */
  rsa: RsaWork | null;
}

/** Word indices of the twins' temporaries within At.scratch. */
export const enum Scratch {
  /** A padded HMAC key, 64 bytes. */
  hmacKey = At.scratch / 4,
  /** K and V of RFC 6979's generator, 32 bytes each. */
  nonceKey = 289,
  nonceValue = 297,
  /** A digest, 32 bytes. */
  digest = 305,
  /** A hash state that an operation uses within itself, 26 words. */
  work = 313,
  /** The copy of a hash state that is padded and finished, 26 words. */
  final = 339,
  /** SHA's message schedule, 64 words. */
  schedule = 365,
  /** Field elements of 11 words for the curves, and what else is not a hash: below At.stored where it is neither a curve's nor RSA's. */
  fields = 429,
  fieldsEnd = 760,
  end = 760,
}
