/**
 * How often to ask (docs.github.com: best practices and rate limits for the REST API): what the server says lengthens the interval and never
 * shortens it.
 */
import { ErrorCode } from "../errors/codes";
import { Answer } from "../http/response";

/** Requests an hour without and with a token. */
export const enum HourlyLimit {
  anonymous = 60,
  withToken = 5000,
}

const SECONDS_AN_HOUR = 3600;

/** After this many intervals without news the last known state is no longer shown. */
export const MAX_AGE_INTERVALS = 3;

/** Polls are spread over this part of their interval: one tenth. */
const JITTER_PARTS = 10;
/** Values of a random byte. */
const JITTER_STEPS = 256;

/**
 * Seconds, 1 to 3600, until the server's limit is reset; 3600 if it does not say. The reset is a moment in Unix time, and within the hour to
 * come; so minutes and seconds of the server's own Date are all of the present time that is needed.
 */
function secondsToReset(s: Uint32Array): number {
  if (!s[Answer.reset] || !s[Answer.moment]) return SECONDS_AN_HOUR;
  return ((s[Answer.reset] - s[Answer.moment]) % SECONDS_AN_HOUR) + 1;
}

/**
 * How many polls to leave out after one complete response, so that the next one is not sooner than it asks for: the longest of Retry-After and the limit's
 * reset where too few requests remain for a poll, or an even share of those that remain. A refusal for the rate that names no time leaves out one.
 * @param s Response.now
 * @param requests how many requests a poll makes
 * @param error what the response was judged to be
 * @param interval seconds between two polls
 */
export function pollsToSkip(s: Uint32Array, requests: number, error: number, interval: number): number {
  let wait = s[Answer.retryAfter];
  const share = s[Answer.remaining] ? secondsToReset(s) / (Math.floor((s[Answer.remaining] - 1) / requests) + 1) : 0;
  if (share > wait) wait = share;
  const polls = Math.ceil(wait / interval) - 1;
  if (error === ErrorCode.status_rate_limited && polls < 1) return 1;
  return polls > 0 ? polls : 0;
}

/** The shortest interval, in seconds, that the hourly limit allows. @param requests how many requests a poll makes */
export function leastInterval(requests: number, hasToken: boolean): number {
  return Math.ceil((requests * SECONDS_AN_HOUR) / (hasToken ? HourlyLimit.withToken : HourlyLimit.anonymous));
}

/**
 * Milliseconds to wait for a poll that is due after `interval` milliseconds: up to a tenth longer, so that lamps that were switched on together
 * do not stay together.
 * @param chance a random byte
 */
export function spreadInterval(interval: number, chance: number): number {
  return interval + Math.floor((interval * chance) / (JITTER_PARTS * JITTER_STEPS));
}
