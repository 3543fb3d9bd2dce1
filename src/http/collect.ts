/** Keeps a body's beginning in memory, for those who want to see it whole or print its start. */
import type { Board, Bytes } from "../transport";
import type { BodySink } from "./response";

export interface CollectedBody extends BodySink {
  board: Board;
  limit: number;
  /** At most `limit` bytes. */
  text: Bytes;
  /** Bytes of the body that were not kept: more than 0 says that `text` is not all of it. */
  dropped: number;
  markedText: Bytes;
  markedDropped: number;
}

function collectBytes(this: CollectedBody, at: number, length: number): void {
  const room = this.limit - this.text.length;
  const taken = length < room ? length : room;
  this.dropped += length - taken;
  if (taken) this.text += this.board.copyOut(at, at + taken);
}

function markCollected(this: CollectedBody): void {
  this.markedText = this.text;
  this.markedDropped = this.dropped;
}

function rollbackCollected(this: CollectedBody): void {
  this.text = this.markedText;
  this.dropped = this.markedDropped;
}

/** A body to give to openResponse. @param limit bytes that are kept, 0 to drop the body */
export function collectBody(board: Board, limit: number): CollectedBody {
  return {
    board,
    limit,
    text: "",
    dropped: 0,
    markedText: "",
    markedDropped: 0,
    mark: markCollected,
    bytes: collectBytes,
    rollback: rollbackCollected,
  };
}
