/**
 * The check runs of a ref, what GitHub Actions makes: GET /repos/{owner}/{repo}/commits/{ref}/check-runs. However long the list, what is
 * kept of it is a count, the worst and the run under way.
 */
import { ErrorCode } from "../errors/codes";
import { parseCount } from "../http/count";
import { type Response, responseHeader } from "../http/response";
import { type Board, type Bytes, Glow } from "../transport";
import { Badness, type BuildStatus, glowOf, unknownStatus } from "./build-status";
import { JsonAt, type JsonBody, jsonBodyIsWhole, openJsonBody, truncatedMark } from "./json-body";
import { JsonEvent, JsonFlag } from "./json-state";
import { refusalOf } from "./refusal";

/** The key list: each key with its depth and length before it. The enum has its order. */
const checkKeys = "\x03\x06status\x03\x0aconclusion\x03\x08head_sha\x03\x04name\x01\x0acheck_runs\x01\x0btotal_count\x01\x07message";

const enum Check {
  status,
  conclusion,
  headSha,
  name,
  checkRuns,
  totalCount,
  message,
}

/** The array of runs is left at depth 1, a run at depth 2; the scanner stops at the ends of both. */
const enum CheckDepth {
  root = 1,
  closes = (1 << 2) | (1 << 3),
}

/** @param word a conclusion, "pending" for a run that is not completed, or nothing */
function badnessOfRun(word: Bytes | undefined): Badness {
  switch (word) {
    case "success":
    case "neutral":
    case "skipped":
      return Badness.success;
    case "pending":
      return Badness.pending;
    case "failure":
    case "timed_out":
    case "cancelled":
    case "action_required":
    case "startup_failure":
      return Badness.failure;
  }
  return Badness.unknown;
}

function takeCheckRuns(this: JsonBody, start: number, length: number): void {
  const board = this.board;
  const ram = board.ram;
  const end = start + length;
  let at = start;
  while (at < end) {
    at += board.crypto(JsonAt.scan, at, end - at);
    const event = ram[JsonAt.event];
    if (event === JsonEvent.none || event === JsonEvent.failed) return;
    const f = this.now;
    const values = f.values;
    if (event !== JsonEvent.closed) {
      const key = ram[JsonAt.key] - 1;
      if (key <= Check.name && !f.inRuns) continue;
      let text = event > JsonEvent.number ? "" : board.copyOut(JsonAt.text, JsonAt.text + ram[JsonAt.length]);
      if (text && ram[JsonAt.flags] & JsonFlag.truncated) text += truncatedMark;
      if (key === Check.checkRuns) f.inRuns = event === JsonEvent.arrayOpened;
      if (values[key] !== undefined) f.repeated = true;
      values[key] = text;
      continue;
    }
    if (ram[JsonAt.depth] === CheckDepth.root) f.inRuns = false;
    if (!f.inRuns) continue;
    // A run is over.
    if (!this.filter || values[Check.name] === this.filter) {
      const word = values[Check.status] === "completed" ? values[Check.conclusion] : values[Check.status] && "pending";
      const badness = badnessOfRun(word);
      f.runs++;
      f.sha = f.sha || values[Check.headSha] || "";
      if (badness === Badness.unknown) f.word = f.word || word || "";
      if (badness > f.worst) f.worst = badness;
    }
    values[Check.status] = values[Check.conclusion] = values[Check.headSha] = values[Check.name] = undefined;
  }
}

/** A body about to be read as a page of check runs. @param filter name of the runs that count, at most 76 bytes; "" for all */
export function openCheckRuns(board: Board, filter: Bytes): JsonBody {
  return openJsonBody(board, checkKeys, CheckDepth.closes, filter, takeCheckRuns);
}

/** Judges a complete response: of this page. No run at all is status_no_builds, with `checks` 0. */
export function readCheckRuns(b: JsonBody, response: Response): BuildStatus {
  const f = b.now;
  let error = refusalOf(response);
  if (error) return unknownStatus(error, f.values[Check.message] || "");
  if (!jsonBodyIsWhole(b)) error = ErrorCode.status_not_json;
  else if (f.repeated) error = ErrorCode.status_ambiguous;
  else if (f.values[Check.checkRuns] === undefined || parseCount(f.values[Check.totalCount] || "", 10) < 0)
    error = ErrorCode.status_no_state;
  if (error) return unknownStatus(error, "");
  const glow = f.runs ? glowOf(f.worst) : Glow.unknown;
  if (glow === Glow.unknown) error = f.runs ? ErrorCode.status_word_unknown : ErrorCode.status_no_builds;
  return { glow, error, statuses: -1, checks: f.runs, sha: f.sha, message: glow === Glow.unknown ? f.word : "", notModified: false };
}

/**
 * The number of the page that a Link header (RFC 8288) calls the next; nothing else of that link is used, so that no host or path is ever
 * followed.
 * @returns 0 if there is none, -1 if it has no number
 */
export function nextPageOf(response: Response): number {
  const links = responseHeader(response, "link").split(",");
  for (let i = 0; i < links.length; i++) {
    const parts = links[i].split(">");
    if (parts.length !== 2 || parts[1].split('rel="next"').length !== 2) continue;
    const query = ("&" + parts[0].split("?")[1]).split("&page=");
    return query.length === 2 ? parseCount(query[1].split("&")[0], 10) : -1;
  }
  return 0;
}
