/**
 * When to try again, and after how long: exponential backoff with full jitter (a random delay between 0 and a ceiling that doubles), and
 * Retry-After (RFC 9110 section 10.2.3).
 */
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";

export interface BackoffOptions {
  /** The first ceiling, milliseconds. */
  base: number;
  /** The last ceiling, milliseconds. */
  cap: number;
  /** How often it is tried in all. */
  attempts: number;
}

/** What is used where the config says nothing. */
export function defaultBackoff(): BackoffOptions {
  return { base: 500, cap: 5000, attempts: 5 };
}

/** Two random bytes: a delay's resolution, 1/65536 of its ceiling. */
const RANDOM_STEPS = 65536;

/** The highest delay after a failed attempt, in milliseconds. @param attempt counted from 1 */
export function backoffCeiling(options: BackoffOptions, attempt: number): number {
  let ceiling = options.base;
  for (let i = 1; i < attempt && ceiling < options.cap; i++) ceiling += ceiling;
  return ceiling < options.cap ? ceiling : options.cap;
}

/**
 * A random delay before the next attempt, 0 to the ceiling, in whole milliseconds. Raises the ErrorCode of a source of randomness that
 * failed.
 * @param attempt the one that failed, from 1 on
 * @param place two bytes of the workspace that may be overwritten
 */
export function backoffDelay(board: Board, options: BackoffOptions, attempt: number, place: number): number {
  const ceiling = backoffCeiling(options, attempt) + 1;
  const code = board.random(place, 2);
  if (code) throw code;
  return Math.floor(((board.ram[place] * 256 + board.ram[place + 1]) * ceiling) / RANDOM_STEPS);
}

/**
 * Whether a failure may go away by itself and nothing is done twice by trying again: name service, refusal, timeouts and resets, as long
 * as no byte of the request was written or it may be sent twice. A certificate that doesn't match, and whatever else the handshake refused,
 * stays as it is.
 * @param isWritten a request that may not be sent twice was written
 */
export function mayRetry(code: number, isWritten: boolean): boolean {
  if (isWritten) return false;
  switch (code) {
    case ErrorCode.host_not_found:
    case ErrorCode.connection_refused:
    case ErrorCode.connection_reset:
    case ErrorCode.connect_timeout:
    case ErrorCode.connection_closed:
    case ErrorCode.network_failed:
    case ErrorCode.handshake_timeout:
    case ErrorCode.truncated:
    case ErrorCode.response_timeout:
    case ErrorCode.http_no_response:
    case ErrorCode.http_head_incomplete:
    case ErrorCode.http_body_incomplete:
    case ErrorCode.http_refused:
      return true;
  }
  return false;
}
