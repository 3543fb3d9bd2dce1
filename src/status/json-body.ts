/** A JSON body as it streams in. The scanner's state lies at At.json. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import type { BodySink } from "../http/response";
import type { Board, Bytes } from "../transport";
import { Badness } from "./build-status";
import { JsonState, JsonStep } from "./json-state";

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

/**
 * To be given to openResponse. It raises nothing: what is wrong with a body is said when it is judged. Its `bytes` is the reader's: it runs
 * the scanner over the piece and takes what the scanner stops at, all in one function, because it lies at the bottom of a deep chain of
 * calls.
 */
export interface JsonBody extends BodySink {
  board: Board;
  /** The name of the check runs that count, or "" for all. */
  filter: Bytes;
  now: Findings;
  marked: Findings;
  /** The scanner's state at the mark. */
  scanner: Bytes;
}

/** Ends a text that was longer than the scanner keeps. */
export const truncatedMark = "...";

/** Where the scanner's fields lie. */
export const enum JsonAt {
  scan = Op.jsonScan + At.json,
  event = At.json + JsonState.event,
  depth = At.json + JsonState.depth,
  key = At.json + JsonState.key,
  flags = At.json + JsonState.flags,
  length = At.json + JsonState.length,
  text = At.json + JsonState.text,
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
 * @param bytes the reader's
 */
export function openJsonBody(board: Board, keys: Bytes, closes: number, filter: Bytes, bytes: JsonBody["bytes"]): JsonBody {
  const now: Findings = { values: [], repeated: false, inRuns: false, runs: 0, worst: Badness.nothing, sha: "", word: "" };
  const ram = board.ram;
  // Espruino walks all of an array to fill a part of it.
  ram.subarray(At.json, At.json + JsonState.size).fill(0);
  ram[At.json + JsonState.closes] = closes;
  ram[At.json + JsonState.keys] = At.jsonKeys & 255;
  ram[At.json + JsonState.keys + 1] = At.jsonKeys >> 8;
  board.copyIn(keys + "\0", At.jsonKeys);
  return { board, filter, now, marked: now, scanner: "", mark: markJsonBody, bytes, rollback: rollbackJsonBody };
}

/** Whether all of a JSON text came. */
export function jsonBodyIsWhole(b: JsonBody): boolean {
  return b.board.ram[At.json + JsonState.step] === JsonStep.end;
}
