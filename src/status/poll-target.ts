/**
 * The requests that find out one target's state, one after the other over one connection:
 *
 *   startTarget
 *   targetRequest       the next request, or "" when `result` is complete
 *   openTarget          the response to it, about to be read
 *   takeTarget          judges the response when it is whole
 */
import { ErrorCode } from "../errors/codes";
import { encodePathSegment, writeRequest } from "../http/request";
import { openResponse, type Response, responseHeader, responseStatus } from "../http/response";
import { type Board, type Bytes, Glow } from "../transport";
import { type BuildStatus, joinStatuses, unknownStatus } from "./build-status";
import { nextPageOf, openCheckRuns, readCheckRuns } from "./check-runs";
import { openCombinedStatus, readCombinedStatus } from "./combined-status";
import type { JsonBody } from "./json-body";
import { mannersHeaders } from "./manners";
import { Http } from "./refusal";

/** Where a target's state comes from. */
export const enum Source {
  /** Commit statuses, by their combined status. */
  statuses = 1,
  /** Check runs. */
  checks = 2,
  /** Both; the worse counts. */
  auto = 3,
}

export interface Target {
  owner: string;
  repo: string;
  ref: string;
  source: Source;
  /** The name of the check runs that count, or "" for all. */
  check: string;
}

/** What is remembered of one side of a target between polls. */
export interface SideMemory {
  /** The ETag of the last answer; "" if it had none, or if it was not the only page. */
  etag: Bytes;
  last: BuildStatus | null;
}

export interface TargetMemory {
  statuses: SideMemory;
  checks: SideMemory;
}

export function emptyTargetMemory(): TargetMemory {
  return { statuses: { etag: "", last: null }, checks: { etag: "", last: null } };
}

export interface TargetPoll {
  board: Board;
  target: Target;
  memory: TargetMemory;
  host: string;
  token: string | null;
  /** The side that is asked for now (statuses or checks); 0 when all is known. */
  side: number;
  /** Page of the check runs, from 1 on. */
  page: number;
  body: JsonBody | null;
  /** Requests so far. */
  requests: number;
  /** What was found out so far; null before the first answer. */
  result: BuildStatus | null;
}

/** Check runs on a page: a request's cost in time against the number of requests. */
const RUNS_A_PAGE = 30;
const MAX_CHECK_PAGES = 10;
/** A longer ETag is not remembered. */
const MAX_ETAG = 128;

/** @param host for the Host header @param token sent as a bearer token, or null */
export function startTarget(board: Board, target: Target, memory: TargetMemory, host: string, token: string | null): TargetPoll {
  const side = target.source === Source.checks ? Source.checks : Source.statuses;
  return { board, target, memory, host, token, side, page: 1, body: null, requests: 0, result: null };
}

/** The path that is asked for now. */
export function targetPath(p: TargetPoll): string {
  const t = p.target;
  const commit = "/repos/" + encodePathSegment(t.owner) + "/" + encodePathSegment(t.repo) + "/commits/" + encodePathSegment(t.ref);
  if (p.side === Source.statuses) return commit + "/status";
  const name = t.check ? "&check_name=" + encodePathSegment(t.check) : "";
  return commit + "/check-runs?per_page=" + RUNS_A_PAGE + (p.page > 1 ? "&page=" + p.page : "") + name;
}

function sideMemory(p: TargetPoll): SideMemory {
  return p.side === Source.statuses ? p.memory.statuses : p.memory.checks;
}

/** The request to send now; "" when all is known. Raises what writeRequest raises. */
export function targetRequest(p: TargetPoll): Bytes {
  const memory = sideMemory(p);
  let headers = ["Host", p.host, "User-Agent", "Buildlamp", "Accept", "application/vnd.github+json"];
  if (!p.side) return "";
  if (p.token) headers = headers.concat(["Authorization", "Bearer " + p.token]);
  if (memory.etag) headers = headers.concat(["If-None-Match", memory.etag]);
  p.requests++;
  return writeRequest("GET", targetPath(p), headers, "");
}

/** The response to the request that was written last. */
export function openTarget(p: TargetPoll): Response {
  p.body = p.side === Source.statuses ? openCombinedStatus(p.board) : openCheckRuns(p.board, p.target.check);
  return openResponse(p.board, mannersHeaders().concat(["etag", "link"]), p.body);
}

/** Whether an answer says more of the response than of the build: it is neither shown again after a 304 nor worth a further page. */
function isPassing(answer: BuildStatus): boolean {
  return answer.error !== ErrorCode.none && answer.error !== ErrorCode.status_no_builds;
}

/** Remembers a side's answer if all of it came with one ETag, else nothing. @param goesOn there are more pages */
function rememberSide(p: TargetPoll, response: Response, answer: BuildStatus, goesOn: boolean): void {
  const memory = sideMemory(p);
  const etag = responseHeader(response, "etag");
  const isWorthIt = p.page === 1 && !goesOn && etag !== "" && etag.length <= MAX_ETAG && !isPassing(answer);
  memory.etag = isWorthIt ? etag : "";
  memory.last = isWorthIt ? answer : null;
}

/** The judgement on a complete response, that of 304 included. */
function judgeTarget(p: TargetPoll, response: Response): BuildStatus {
  const body = p.body as JsonBody;
  const last = sideMemory(p).last;
  if (responseStatus(response) === Http.notModified && last) {
    last.notModified = true;
    return last;
  }
  return p.side === Source.checks ? readCheckRuns(body, response) : readCombinedStatus(body, response);
}

/** Judges a complete response, and decides what is asked next. */
export function takeTarget(p: TargetPoll, response: Response): void {
  let answer = judgeTarget(p, response);
  const next = p.side === Source.checks ? nextPageOf(response) : 0;
  const goesOn = next !== 0 && answer.glow !== Glow.failure && !isPassing(answer);
  const isLast = p.page === MAX_CHECK_PAGES;
  if (goesOn && next !== p.page + 1) answer = unknownStatus(ErrorCode.status_no_state, "");
  else if (goesOn && isLast) answer = unknownStatus(ErrorCode.status_too_many_pages, "");
  if (!answer.notModified) rememberSide(p, response, answer, goesOn);
  p.body = null;
  p.result = p.result ? joinStatuses(p.result, answer) : answer;
  if (goesOn && !isPassing(answer)) {
    p.page = next;
    return;
  }
  // Whoever refuses one side is not asked for the other.
  const isRefused = responseStatus(response) !== Http.ok && !answer.notModified;
  p.side = p.side === Source.statuses && p.target.source === Source.auto && !isRefused ? Source.checks : 0;
}
