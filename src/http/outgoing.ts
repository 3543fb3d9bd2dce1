/** A request on its way to the server (client.ts). */
import type { Bytes } from "../transport";
import type { HttpClient, HttpConnection, HttpRequest } from "./client";
import type { Response } from "./response";

/** Bytes that are sent at once: a record of them is a piece of memory without gaps, and long ones are hard to find. */
export const SENT_PIECE = 128;

/** What is still to be sent, and what is wanted of the response. */
export interface Outgoing {
  client: HttpClient;
  connection: HttpConnection;
  text: Bytes;
  /** Bytes of the text that are sent when the response can be read: 0 where it waits until then. */
  rest: number;
  keep: number;
  wanted: string[];
  take: HttpRequest["take"];
}

/** Whether nobody wants it sent any more. */
export function isStale(out: Outgoing): boolean {
  const c = out.client;
  return c.connection !== out.connection || !!c.isClosing || !c.isBusy;
}

/** Whether a record has begun on a kept connection: it belongs to the response before, and so would what is provisional of the next one. */
export function isBetween(connection: HttpConnection): boolean {
  return !!connection.sink && (connection.sink as Response).isMarked;
}

/** Sends a piece: one a turn, so that they do not pile up in the socket's queue. */
export function sendPiece(out: Outgoing): void {
  const text = out.text;
  out.connection.send(out.client.kind, text.substr(0, SENT_PIECE));
  out.text = text.substr(SENT_PIECE);
}
