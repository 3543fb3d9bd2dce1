/** A reply's headers by name (RFC 9110 section 5.1: in any case). */
import type { Bytes } from "../transport";
import type { HttpReply } from "./client";

/** All values of a header that was asked for, one a line of the head, in their order; an empty list if it did not come. */
export function replyHeaders(reply: HttpReply, name: string): Bytes[] {
  const value = reply.values[reply.names.indexOf(name.toLowerCase())];
  if (value === undefined) return [];
  // Espruino splits the empty string into nothing.
  return value ? value.split("\n") : [value];
}

/** The first value of a header that was asked for, or "". */
export function replyHeader(reply: HttpReply, name: string): Bytes {
  return replyHeaders(reply, name)[0] || "";
}
