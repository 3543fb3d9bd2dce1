/**
 * A body from GitHub as it streams in: the combined status of a ref (GET /repos/{owner}/{repo}/commits/{ref}/status), a page of its check
 * runs (…/check-runs), what GitHub Actions makes, or the message of a refusal. However long it is, what is kept are counts, the worst and a
 * few short texts. The scanner's state lies at At.json, what was found in the response's own numbers and texts; so its rollback undoes both.
 */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { usesCheckName, usesChecks, usesStatuses } from "../features";
import { parseCount } from "../http/count";
import { Answer, type Response } from "../http/response";
import type { Bytes } from "../transport";
import { Badness } from "./build-status";
import { JsonEvent, JsonFlag, JsonState } from "./json-state";
import { Http } from "./refusal";

/** A response that is read as an answer on a target. */
export interface AnswerResponse extends Response {
  /** The name of the check runs that count, at most 76 bytes; "" for all. */
  filter: Bytes;
}

/** Places in Response.now, from Answer.body on. */
export const enum Found {
  /** Bits of the keys that came, of a run's keys only the present run's. */
  seen = 12,
  /** A key came twice in one object. */
  repeated,
  /** Badness of the combined status. */
  state,
  /** One more than total_count; 0 if that is no number. */
  count,
  /** Within the array of check runs. */
  inRuns,
  /** How many runs counted, and the worst of them. */
  runs,
  worst,
  /** Of the present run: whether it is completed or not (RunState), its conclusion's badness, and whether it has the name that counts. */
  run,
  conclusion,
  isNamed,
}

/** Places in Response.texts, from Text.body on; undefined is "". */
export const enum Said {
  /** What GitHub says of a refusal, or the first word that is unknown. */
  word = 2,
  /** The commit. */
  sha,
  /** The present run's conclusion. */
  conclusion,
}

const enum RunState {
  unknown,
  completed,
  underWay,
}

/** The key list: each key with its depth and length before it. Key has its order. */
const statusKeys = "\x01\x03sha\x01\x07message\x01\x0btotal_count\x01\x05state";
const runKeys = "\x01\x0acheck_runs\x03\x08head_sha\x03\x06status\x03\x0aconclusion\x03\x04name";

export const enum Key {
  sha,
  message,
  totalCount,
  state,
  checkRuns,
  headSha,
  status,
  conclusion,
  name,
}

/** Bits of the keys that are not a run's. */
const OUTER_KEYS = (1 << Key.headSha) - 1;

/** The array of runs is left at depth 1, a run at depth 2; the scanner stops at the ends of both. */
const enum CheckDepth {
  root = 1,
  closes = (1 << 2) | (1 << 3),
}

/** Ends a text that was longer than the scanner keeps. */
const truncatedMark = "...";

/** Where the scanner's fields lie. */
const enum JsonAt {
  scan = Op.jsonScan + At.json,
  event = At.json + JsonState.event,
  depth = At.json + JsonState.depth,
  key = At.json + JsonState.key,
  closes = At.json + JsonState.closes,
  flags = At.json + JsonState.flags,
  length = At.json + JsonState.length,
  keys = At.json + JsonState.keys,
  text = At.json + JsonState.text,
}

/** Begins a body: after startResponse. @param isChecks whether it is a page of check runs @param filter as AnswerResponse has it */
export function startAnswer(r: AnswerResponse, isChecks: boolean, filter: Bytes): void {
  const ram = r.board.ram;
  r.filter = filter;
  // Espruino walks all of an array to fill a part of it.
  ram.subarray(At.json, At.jsonKeys).fill(0);
  if (isChecks) ram[JsonAt.closes] = CheckDepth.closes;
  ram[JsonAt.keys] = At.jsonKeys & 255;
  ram[JsonAt.keys + 1] = At.jsonKeys >> 8;
  r.board.copyIn((usesChecks ? statusKeys + runKeys : statusKeys) + "\0", At.jsonKeys);
}

/** @param word the combined status's */
function badnessOfState(word: Bytes): Badness {
  if (word === "success") return Badness.success;
  if (word === "failure" || word === "error") return Badness.failure;
  if (word === "pending") return Badness.pending;
  return word ? Badness.unknown : Badness.nothing;
}

/** @param word a completed run's conclusion */
function badnessOfConclusion(word: Bytes): Badness {
  if (word === "success" || word === "neutral" || word === "skipped") return Badness.success;
  if (word === "failure" || word === "timed_out" || word === "cancelled") return Badness.failure;
  return word === "action_required" || word === "startup_failure" ? Badness.failure : Badness.unknown;
}

/** A run is over, or the array of them. */
function endRun(r: AnswerResponse): void {
  const s = r.now;
  const texts = r.texts;
  if (r.board.ram[JsonAt.depth] === CheckDepth.root) s[Found.inRuns] = 0;
  if (!s[Found.inRuns]) return;
  if (!usesCheckName || !r.filter || s[Found.isNamed]) {
    const run = s[Found.run];
    let badness = Badness.unknown;
    if (run === RunState.underWay) badness = Badness.pending;
    else if (run === RunState.completed && s[Found.conclusion]) badness = s[Found.conclusion];
    s[Found.runs]++;
    if (badness > s[Found.worst]) s[Found.worst] = badness;
    if (badness === Badness.unknown && run && !texts[Said.word]) texts[Said.word] = texts[Said.conclusion] || "";
  }
  s[Found.seen] &= OUTER_KEYS;
  s[Found.run] = s[Found.conclusion] = s[Found.isNamed] = 0;
  texts[Said.conclusion] = "";
}

/** The body of openResponse. It raises nothing: what is wrong with a body is said when it is judged. */
export function takeAnswer(this: AnswerResponse, start: number, length: number): void {
  const board = this.board;
  const ram = board.ram;
  const s = this.now;
  const end = start + length;
  let at = start;
  while (at < end) {
    at += board.crypto(JsonAt.scan, at, end - at);
    const event = ram[JsonAt.event];
    const key = ram[JsonAt.key] - 1;
    if (event === JsonEvent.none || event === JsonEvent.failed) return;
    if (usesChecks && event === JsonEvent.closed) {
      endRun(this);
      continue;
    }
    if (usesChecks && key >= Key.headSha && !s[Found.inRuns]) continue;
    let text = event > JsonEvent.number ? "" : board.copyOut(JsonAt.text, JsonAt.text + ram[JsonAt.length]);
    if (text && ram[JsonAt.flags] & JsonFlag.truncated) text += truncatedMark;
    if (s[Found.seen] & (1 << key)) s[Found.repeated] = 1;
    s[Found.seen] |= 1 << key;
    const isRefusal = s[Answer.status] !== Http.ok;
    if (key === Key.totalCount) s[Found.count] = parseCount(text, 10) + 1;
    else if (key === Key.message && isRefusal) this.texts[Said.word] = text;
    else if (key === Key.sha || key === Key.headSha) this.texts[Said.sha] = this.texts[Said.sha] || text;
    else if (usesStatuses && key === Key.state) {
      s[Found.state] = badnessOfState(text);
      if (s[Found.state] === Badness.unknown && !isRefusal) this.texts[Said.word] = text;
    }
    if (!usesChecks) continue;
    if (key === Key.checkRuns) s[Found.inRuns] = event === JsonEvent.arrayOpened ? 1 : 0;
    else if (key === Key.status && text) s[Found.run] = text === "completed" ? RunState.completed : RunState.underWay;
    else if (key === Key.conclusion && text) {
      s[Found.conclusion] = badnessOfConclusion(text);
      this.texts[Said.conclusion] = text;
    } else if (usesCheckName && key === Key.name) s[Found.isNamed] = text === this.filter ? 1 : 0;
  }
}
