/**
 * How often to ask (docs.github.com: best practices and rate limits for the REST API): what the server says lengthens the interval and never
 * shortens it.
 */

import { ErrorCode } from "../errors/codes";
import { retryAfterSeconds } from "../http/backoff";
import { parseCount } from "../http/count";
import { type Response, responseHeader } from "../http/response";
import type { Board } from "../transport";

/** Requests an hour without and with a token. */
export const enum HourlyLimit {
  anonymous = 60,
  withToken = 5000,
}

const SECONDS_AN_HOUR = 3600;
const SECONDS_A_MINUTE = 60;

/** After this many intervals without news the last known state is no longer shown. */
const MAX_AGE_INTERVALS = 3;

/** Polls are spread over this part of their interval: one tenth. */
const JITTER_PARTS = 10;
/** Two random bytes make the jitter. */
const JITTER_STEPS = 65536;

/** The headers that manners need, for openResponse. */
export function mannersHeaders(): string[] {
  return ["date", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"];
}

/**
 * Seconds, 1 to 3600, until the server's limit is reset; 3600 if it does not say. The reset is a moment in Unix time, and within the hour to
 * come; so minutes and seconds of the server's own Date are all of the present time that is needed.
 */
function secondsToReset(response: Response): number {
  const reset = parseCount(responseHeader(response, "x-ratelimit-reset"), 10);
  const clock = responseHeader(response, "date").split(":");
  const minutes = parseCount(clock[1] || "", 10);
  const seconds = parseCount((clock[2] || "").substr(0, 2), 10);
  if (reset < 0 || minutes < 0 || seconds < 0) return SECONDS_AN_HOUR;
  const wait = (reset - minutes * SECONDS_A_MINUTE - seconds) % SECONDS_AN_HOUR;
  return wait > 0 ? wait : wait + SECONDS_AN_HOUR;
}

/**
 * The least number of seconds until the next poll that one complete response asks for; 0 if any interval will do.
 * @param requests how many requests a poll makes
 * @param error what the response was judged to be
 */
export function waitSeconds(response: Response, requests: number, error: number): number {
  const after = retryAfterSeconds(responseHeader(response, "retry-after"));
  const remaining = parseCount(responseHeader(response, "x-ratelimit-remaining"), 10);
  if (after) return after;
  if (remaining >= 0 && remaining < requests) return secondsToReset(response);
  if (error === ErrorCode.status_rate_limited) return SECONDS_A_MINUTE;
  return 0;
}

/**
 * The interval, in seconds, at which the requests that remain suffice until the limit is reset; never less than `interval`.
 * @param requests how many requests a poll makes
 */
export function stretchInterval(response: Response, requests: number, interval: number): number {
  const remaining = parseCount(responseHeader(response, "x-ratelimit-remaining"), 10);
  if (remaining < 0) return interval;
  const polls = Math.floor(remaining / requests);
  const needed = Math.ceil(secondsToReset(response) / (polls + 1));
  return needed > interval ? needed : interval;
}

/** The shortest interval, in seconds, that the hourly limit allows. @param requests how many requests a poll makes */
export function leastInterval(requests: number, hasToken: boolean): number {
  return Math.ceil((requests * SECONDS_AN_HOUR) / (hasToken ? HourlyLimit.withToken : HourlyLimit.anonymous));
}

/**
 * Milliseconds to wait for a poll that is due after `interval` milliseconds: up to a tenth longer, at random, so that lamps that were
 * switched on together do not stay together. Without randomness (Wi-Fi down) just the interval.
 * @param place two bytes of the workspace that may be overwritten
 */
export function spreadInterval(board: Board, interval: number, place: number): number {
  if (board.random(place, 2)) return interval;
  const part = board.ram[place] * 256 + board.ram[place + 1];
  return interval + Math.floor(((interval / JITTER_PARTS) * part) / JITTER_STEPS);
}

/** Whether a state is too old to be shown. @param age and interval in the same unit */
export function isTooOld(age: number, interval: number): boolean {
  return age > MAX_AGE_INTERVALS * interval;
}
