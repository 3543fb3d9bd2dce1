/**
 * The requests that find out one target's state after the other, over one connection:
 *
 *   targetRequest       the request for the present side and page of the present target
 *   takeTarget          judges the answer to it when it is whole, and decides what is asked next
 */
import { ErrorCode } from "../errors/codes";
import { usesCheckName, usesChecks, usesStatuses, usesToken } from "../features";
import { Page } from "../http/link";
import { Answer, Text } from "../http/response";
import { type Bytes, Glow } from "../transport";
import { type AnswerResponse, Found } from "./answer";
import { type BuildStatus, joinStatus, KEPT_SHA, packStatus, unknownStatus } from "./build-status";
import { judgeAnswer } from "./judgement";
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
  /** "owner/repo", or the config's own. */
  label: string;
  /** The path of the commit, percent-encoded: /repos/{owner}/{repo}/commits/{ref} */
  path: string;
  source: Source;
  /** The name of the check runs that count, UTF-8, and the same percent-encoded; not there if all count. */
  check?: Bytes;
  checkQuery?: string;
}

/** How far the targets are asked. */
export interface TargetWalk {
  /** What was found out of the targets that are done, in their order: each packed by packStatus. */
  results: Bytes[];
  /** What was found out of the present one so far; null before its first answer. */
  result: BuildStatus | null;
  /** The side that is asked for now (statuses or checks); 0 before the target's first request. */
  side: number;
  /** Page of the check runs, from 1 on. */
  page: number;
  /** Requests so far. */
  requests: number;
  /** Where in `memory` the present side of the present target is. */
  place: number;
  /**
   * What is remembered of the targets between polls: of the statuses of the target at place i at 2i, of its check runs at 2i + 1. State,
   * count and commit with the ETag that they came with, or "" or nothing.
   */
  memory: Bytes[];
}

/** Check runs on a page: however many, they take the same memory; these take at most a few seconds. */
const RUNS_A_PAGE = 30;
const MAX_CHECK_PAGES = 10;
/** Sides of targets of which something is remembered, the first ones: each takes eleven variables between the polls. */
const MAX_REMEMBERED = 6;

/** The path that is asked for next; decides the side of a target that is new, and its place. */
export function targetPath(walk: TargetWalk, target: Target): string {
  if (!walk.side) walk.side = !usesStatuses || target.source === Source.checks ? Source.checks : Source.statuses;
  walk.place = 2 * walk.results.length + walk.side - 1;
  if (!usesChecks || walk.side === Source.statuses) return target.path + "/status";
  const name = usesCheckName && target.check ? "&check_name=" + target.checkQuery : "";
  return target.path + "/check-runs?per_page=" + RUNS_A_PAGE + (walk.page > 1 ? "&page=" + walk.page : "") + name;
}

/**
 * The request for a path. All of it is the checked config's, or was checked when it came.
 * @param token sent as a bearer token, or null
 */
export function targetRequest(walk: TargetWalk, path: string, host: string, token: string | null): Bytes {
  const known = walk.page > 1 ? "" : walk.memory[walk.place];
  let request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: Buildlamp\r\nAccept: application/vnd.github+json\r\n";
  if (usesToken && token) request += "Authorization: Bearer " + token + "\r\n";
  if (known) request += "If-None-Match: " + known.split(" ")[2] + "\r\n";
  walk.requests++;
  request += "\r\n";
  return request;
}

/** What was remembered, as the state that it was. */
function recallStatus(known: Bytes, isChecks: boolean): BuildStatus {
  const parts = known.split(" ");
  const count = parseInt(parts[1], 10);
  const status = unknownStatus(0, "");
  status.glow = parseInt(parts[0], 10);
  if (status.glow === Glow.unknown) status.error = ErrorCode.status_no_builds;
  if (isChecks) status.checks = count;
  else status.statuses = count;
  status.sha = parts[3];
  status.notModified = true;
  return status;
}

/**
 * Judges a complete answer, and moves on: to a further page, to the target's other side, or to the next target. Gives the answer's own error, which the
 * target's result may not show: a failure of the other side is worse.
 */
export function takeTarget(walk: TargetWalk, r: AnswerResponse, target: Target): ErrorCode {
  const isChecks = usesChecks && walk.side === Source.checks;
  const place = walk.place;
  const known = walk.memory[place];
  const next = isChecks ? r.now[Answer.nextPage] : 0;
  const etag = r.texts[Text.etag];
  // Looked at only here: while the head is read the C stack has no room for a regular expression.
  const isTag = /^[!-~]+$/.test(etag);
  let answer: BuildStatus;
  // Whether it says more of the response than of the build: then it is neither shown again after a 304 nor worth a further page.
  let isPassing = false;
  let goesOn = false;
  if (known && walk.page === 1 && r.now[Answer.status] === Http.notModified) answer = recallStatus(known, isChecks);
  else {
    answer = judgeAnswer(r, isChecks);
    isPassing = answer.error !== ErrorCode.none && answer.error !== ErrorCode.status_no_builds;
    // A failure counts more than a word that is unknown, and may be on a later page.
    goesOn = next > 0 && answer.glow !== Glow.failure && (!isPassing || answer.error === ErrorCode.status_word_unknown);
    if (goesOn) {
      // Pages only lead forward.
      let error = ErrorCode.none;
      if (next !== walk.page + 1 || next === Page.unnumbered) error = ErrorCode.status_no_state;
      else if (next > MAX_CHECK_PAGES) error = ErrorCode.status_too_many_pages;
      if (error) {
        answer = unknownStatus(error, "");
        isPassing = true;
        goesOn = false;
      }
    } else if (isChecks && !isPassing && !next && !target.check && answer.glow !== Glow.failure) {
      // All that there are must have been seen; an answer without Link may be one of several.
      const seen = answer.checks + (walk.page > 1 && walk.result ? walk.result.checks : 0);
      if (seen < r.now[Found.count] - 1) {
        answer = unknownStatus(ErrorCode.status_no_state, "");
        isPassing = true;
      }
    }
    if (place < MAX_REMEMBERED) walk.memory[place] = "";
    if (walk.page === 1 && !next && isTag && !isPassing && place < MAX_REMEMBERED)
      walk.memory[place] =
        answer.glow + " " + (isChecks ? answer.checks : answer.statuses) + " " + etag + " " + answer.sha.substr(0, KEPT_SHA);
  }
  if (walk.result) joinStatus(walk.result, answer);
  else walk.result = answer;
  walk.page = 1;
  // Whoever refuses one side is not asked for the other.
  const isRefused = r.now[Answer.status] !== Http.ok && !answer.notModified;
  if (goesOn) walk.page = next;
  else if (usesStatuses && usesChecks && !isChecks && target.source === Source.auto && !isRefused) walk.side = Source.checks;
  else {
    walk.results.push(packStatus(walk.result));
    walk.result = null;
    walk.side = 0;
  }
  return answer.error;
}
