/** A JSON body as it streams in: runs the scanner over it and hands on what it stops at. The scanner's state lies at At.json. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import type { BodySink } from "../http/response";
import type { Board, Bytes } from "../transport";
import { Badness } from "./build-status";
import { JsonEvent, JsonFlag, JsonState, JsonStep } from "./json-state";

/** What a reader has found so far. */
export interface Findings {
  /** The values of the keys, in the key list's order; a key that has not come has none. */
  values: (Bytes | undefined)[];
  /** A key came twice in one object. */
  repeated: boolean;
  /** For check runs: within their array. */
  inRuns: boolean;
  /** How many counted, and the worst of them. */
  runs: number;
  worst: Badness;
  /** The first one's commit, and the first word that is unknown. */
  sha: Bytes;
  word: Bytes;
}

/** To be given to openResponse. It raises nothing: what is wrong with a body is said when it is judged. */
export interface JsonBody extends BodySink {
  board: Board;
  /**
   * Takes one event of the scanner. It may not call anything that would be missed on a rollback.
   * @param key place in the key list from 1 on; for JsonEvent.closed the depth that is left
   * @param text the value of a string or number, else ""
   */
  take(body: JsonBody, event: number, key: number, text: Bytes): void;
  /** The name of the check runs that count, or "" for all. */
  filter: Bytes;
  now: Findings;
  marked: Findings;
  /** The scanner's state at the mark. */
  scanner: Bytes;
}

function scanJsonBody(this: JsonBody, start: number, length: number): void {
  const board = this.board;
  const ram = board.ram;
  const end = start + length;
  const text = At.json + JsonState.text;
  let at = start;
  while (at < end) {
    at += board.crypto(Op.jsonScan + At.json, at, end - at);
    const event = ram[At.json + JsonState.event];
    if (event === JsonEvent.none || event === JsonEvent.failed) return;
    let value = event > JsonEvent.number ? "" : board.copyOut(text, text + ram[At.json + JsonState.length]);
    if (value && ram[At.json + JsonState.flags] & JsonFlag.truncated) value += "...";
    this.take(this, event, ram[At.json + (event === JsonEvent.closed ? JsonState.depth : JsonState.key)], value);
  }
}

function markJsonBody(this: JsonBody): void {
  const f = this.now;
  this.scanner = this.board.copyOut(At.json, At.json + JsonState.size);
  this.marked = f;
  this.now = { values: f.values.slice(), repeated: f.repeated, inRuns: f.inRuns, runs: f.runs, worst: f.worst, sha: f.sha, word: f.word };
}

function rollbackJsonBody(this: JsonBody): void {
  this.board.copyIn(this.scanner, At.json);
  this.now = this.marked;
}

/**
 * Begins a body.
 * @param keys the key list (JsonState.keys), without its last zero byte; at most 107 bytes
 * @param closes JsonState.closes
 */
export function openJsonBody(board: Board, keys: Bytes, closes: number, filter: Bytes, take: JsonBody["take"]): JsonBody {
  const now: Findings = { values: [], repeated: false, inRuns: false, runs: 0, worst: Badness.nothing, sha: "", word: "" };
  const ram = board.ram;
  ram.fill(0, At.json, At.json + JsonState.size);
  ram[At.json + JsonState.closes] = closes;
  ram[At.json + JsonState.keys] = At.jsonKeys & 255;
  ram[At.json + JsonState.keys + 1] = At.jsonKeys >> 8;
  board.copyIn(keys + "\0", At.jsonKeys);
  return { board, take, filter, now, marked: now, scanner: "", mark: markJsonBody, bytes: scanJsonBody, rollback: rollbackJsonBody };
}

/** Whether all of a JSON text came. */
export function jsonBodyIsWhole(b: JsonBody): boolean {
  return b.board.ram[At.json + JsonState.step] === JsonStep.end;
}
