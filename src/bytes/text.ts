/** Numbers as byte strings (big-endian), for what we send. */
import type { Bytes } from "../transport";

/** @param n 0 to 65535; gives 2 bytes */
export function uint16Bytes(n: number): Bytes {
  return String.fromCharCode(n >> 8, n & 255);
}

/** A vector with a 2-byte length before it (RFC 8446 section 3.4). @param body at most 65,535 bytes */
export function vector16(body: Bytes): Bytes {
  return String.fromCharCode(body.length >> 8, body.length & 255) + body;
}
