/** Keeps a body's beginning in memory, for those who want to see it whole or print its start. */
import type { Board, Bytes } from "../transport";
import type { BodySink } from "./response";

export interface CollectedBody {
  board: Board;
  limit: number;
  /** At most `limit` bytes. */
  text: Bytes;
  /** Bytes of the body that were not kept: more than 0 says that `text` is not all of it. */
  dropped: number;
  markedText: Bytes;
  markedDropped: number;
}

function collectBytes(c: CollectedBody, at: number, length: number): void {
  const room = c.limit - c.text.length;
  const taken = length < room ? length : room;
  c.dropped += length - taken;
  if (taken) c.text += c.board.copyOut(at, at + taken);
}

function markCollected(c: CollectedBody): void {
  c.markedText = c.text;
  c.markedDropped = c.dropped;
}

function rollbackCollected(c: CollectedBody): void {
  c.text = c.markedText;
  c.dropped = c.markedDropped;
}

/** @param limit bytes that are kept, 0 to drop the body */
export function collectBody(board: Board, limit: number): CollectedBody {
  return { board, limit, text: "", dropped: 0, markedText: "", markedDropped: 0 };
}

/** What openResponse is given. */
export function collectedSink(c: CollectedBody): BodySink {
  return { mark: markCollected.bind(null, c), bytes: collectBytes.bind(null, c), rollback: rollbackCollected.bind(null, c) };
}
