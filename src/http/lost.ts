/** What becomes of a request that got no response: another attempt after a while, or its end (client.ts). Loaded for this moment only. */
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { backoffDelay, mayRetry } from "./backoff";
import type { HttpApp, HttpClient } from "./client";

/**
 * The connection ended with `code` before there was a response.
 * @param least milliseconds to wait at least, as the server asked
 */
export function lostRequest(c: HttpClient, code: number, least: number): void {
  if (c.isBusy) c.app((app) => judgeLoss(c, app, code || ErrorCode.connection_closed, least));
}

function judgeLoss(c: HttpClient, app: HttpApp, code: number, least: number): void {
  let reason = code;
  let delay = -1;
  if (!c.isBusy) return;
  if (mayRetry(code, c.isWritten > c.mayRepeat) && c.attempt < app.retry.attempts) {
    try {
      // A kept connection that broke was no attempt to connect.
      delay = backoffDelay(c.board, app.retry, c.attempt || 1, At.temp);
      if (delay < least) delay = least;
      c.board.clock.after(c.open.bind(c), delay);
    } catch (error) {
      if (typeof error !== "number") throw error;
      reason = error;
    }
  }
  if (delay < 0) {
    c.isBusy = 0;
    app.done.call(c, reason, null);
  } else app.retrying.call(c, reason, delay);
}

/** Sends the last request again, whose response said that it failed, as lostRequest does; the client must be closed. Attempts are counted on. */
export function repeatRequest(c: HttpClient, code: number, least: number): void {
  c.isBusy = 1;
  lostRequest(c, code, least);
}
