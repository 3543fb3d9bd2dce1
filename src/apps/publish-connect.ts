/** A publication's connection. Loaded for as long as it lasts. */
import { beginAttempt } from "../http/client";
import { openTls } from "../tls";
import type { Publication } from "./publication";

/**
 * Opens the connection, if it is still wanted.
 *
 * @once
 */
export function connectPublication(p: Publication): void {
  if (!beginAttempt(p)) return;
  const attempts = p.job.publish().retry.attempts;
  p.board.console.line("publish: connecting to " + p.host + ", attempt " + p.attempt + " of " + attempts);
  p.connection = openTls(p.board, p, p);
}
