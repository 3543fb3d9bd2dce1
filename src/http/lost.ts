/** What becomes of a request that got no response: another attempt after a while, or its end (client.ts). Loaded for this moment only. */
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { backoffDelay, mayRetry } from "./backoff";
import { connectClient, type HttpClient, type RequestDone } from "./client";

/**
 * The connection ended with `code` before there was a response.
 * @param least milliseconds to wait at least, as the server asked
 */
export function lostRequest(c: HttpClient, code: number, least: number): void {
  const done = c.done;
  if (!done) return;
  let reason = code || ErrorCode.connection_closed;
  if (mayRetry(reason, c.isWritten && !c.mayRepeat) && c.attempt < c.retry.attempts) {
    try {
      // A kept connection that broke was no attempt to connect.
      const delay = backoffDelay(c.board, c.retry, c.attempt || 1, At.temp);
      const wait = delay < least ? least : delay;
      if (c.retrying) c.retrying(reason, wait);
      c.board.clock.after(connectClient.bind(null, c), wait);
      return;
    } catch (error) {
      if (typeof error !== "number") throw error;
      reason = error;
    }
  }
  c.done = null;
  done.call(c, reason, null);
}

/** Tries the last request again, whose response said that it failed, as lostRequest does; the client must be closed. Attempts are counted on. */
export function repeatRequest(c: HttpClient, done: RequestDone, code: number, least: number): void {
  c.done = done;
  lostRequest(c, code, least);
}
