/**
 * Reading of TLS's presentation language (RFC 8446 section 3): fixed numbers and vectors with a length before them. A vector's length
 * narrows the reader; what is left over in it when it is closed is an error. Purpose: no index arithmetic in the parsers.
 */
import { ErrorCode } from "../errors/codes";

/** Reads `bytes` from `at` to before `end`. */
export interface Reader {
  bytes: Uint8Array;
  at: number;
  end: number;
}

/** One byte. Raises decode_error past the end. */
export function readUint8(r: Reader): number {
  if (r.at >= r.end) throw ErrorCode.decode_error;
  return r.bytes[r.at++];
}

/** Two bytes, big-endian. Raises decode_error past the end. */
export function readUint16(r: Reader): number {
  if (r.at + 2 > r.end) throw ErrorCode.decode_error;
  r.at += 2;
  return (r.bytes[r.at - 2] << 8) | r.bytes[r.at - 1];
}

/** Steps over `length` bytes and gives the place where they begin. Raises decode_error past the end. */
export function skipBytes(r: Reader, length: number): number {
  const from = r.at;
  if (from + length > r.end) throw ErrorCode.decode_error;
  r.at = from + length;
  return from;
}

/** Narrows the reader to the next `length` bytes. Gives the end to close the vector with. Raises decode_error past the end. */
export function openVector(r: Reader, length: number): number {
  const outer = r.end;
  if (r.at + length > outer) throw ErrorCode.decode_error;
  r.end = r.at + length;
  return outer;
}

/** Raises decode_error unless all was read. */
export function expectEnd(r: Reader): void {
  if (r.at !== r.end) throw ErrorCode.decode_error;
}

/** Widens the reader again to `outer`. Raises decode_error if the vector was not read to its end. */
export function closeVector(r: Reader, outer: number): void {
  if (r.at !== r.end) throw ErrorCode.decode_error;
  r.end = outer;
}
