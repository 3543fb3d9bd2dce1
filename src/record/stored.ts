/** Input that waits in the workspace while certificates are judged: variables are shortest then. */
import { At } from "../crypto/workspace";
import { usesCaKeys, usesClientCertificate } from "../features";
import type { Bytes } from "../transport";
import type { Connection } from "./connection";

/**
 * What comes from now on while work goes on lies at At.stored, as far as there is room, and what is left of the input as well where memory is shortest: where CA
 * keys are judged, or an application with a client certificate waits. What goes on may not need that place.
 */
export function startStoring(c: Connection): void {
  c.input = c.input.substr(c.pos);
  if (c.queue) {
    // It came before what will be stored.
    c.input += c.queue;
    c.queue = "";
  }
  c.pos = c.stored = 0;
  if (!usesCaKeys && !usesClientCertificate) return;
  storeInput(c, c.input);
  c.input = "";
}

/** Takes input: stores what there is room for, and queues the rest. */
export function storeInput(c: Connection, chunk: Bytes): void {
  const room = At.arena - At.stored - c.stored;
  if (chunk.length > room) {
    c.queue += chunk.substr(room);
    chunk = chunk.substr(0, room);
  }
  if (chunk) c.board.copyIn(chunk, At.stored + c.stored);
  c.stored += chunk.length;
}

/** Puts what lies there at the head of the queue, and gives the place free. */
export function queueStored(c: Connection): void {
  if (c.stored > 0) c.queue = c.board.copyOut(At.stored, At.stored + c.stored) + c.queue;
  c.stored = -1;
}
