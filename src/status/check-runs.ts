/**
 * The check runs of a ref, what GitHub Actions makes: GET /repos/{owner}/{repo}/commits/{ref}/check-runs. However long the list, what is
 * kept of it is a count, the worst and the run under way.
 */
import { ErrorCode } from "../errors/codes";
import { parseCount } from "../http/head";
import { type Response, responseHeader } from "../http/response";
import { type Board, type Bytes, Glow } from "../transport";
import { Badness, type BuildStatus, glowOf, unknownStatus } from "./build-status";
import { type JsonBody, jsonBodyIsWhole, openJsonBody } from "./json-body";
import { JsonEvent } from "./json-state";
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

function takeCheckRun(b: JsonBody, event: number, key: number, text: Bytes): void {
  const f = b.now;
  const values = f.values;
  let badness = Badness.unknown;
  if (event !== JsonEvent.closed) {
    if (key - 1 <= Check.name && !f.inRuns) return;
    if (key - 1 === Check.checkRuns) f.inRuns = event === JsonEvent.arrayOpened;
    if (values[key - 1] !== undefined) f.repeated = true;
    values[key - 1] = text;
    return;
  }
  if (key === CheckDepth.root) f.inRuns = false;
  if (!f.inRuns) return;
  const word = values[Check.status] === "completed" ? values[Check.conclusion] : values[Check.status] && "pending";
  if (!b.filter || values[Check.name] === b.filter) {
    f.runs++;
    f.sha = f.sha || values[Check.headSha] || "";
    switch (word) {
      case "success":
      case "neutral":
      case "skipped":
        badness = Badness.success;
        break;
      case "pending":
        badness = Badness.pending;
        break;
      case "failure":
      case "timed_out":
      case "cancelled":
      case "action_required":
      case "startup_failure":
        badness = Badness.failure;
        break;
      default:
        f.word = f.word || word || "";
    }
    if (badness > f.worst) f.worst = badness;
  }
  values[Check.status] = values[Check.conclusion] = values[Check.headSha] = values[Check.name] = undefined;
}

/** A body about to be read as a page of check runs. @param filter name of the runs that count, at most 76 bytes; "" for all */
export function openCheckRuns(board: Board, filter: Bytes): JsonBody {
  return openJsonBody(board, checkKeys, CheckDepth.closes, filter, takeCheckRun);
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
