/** A poll's connection. Loaded for as long as it lasts. */
import { openTls } from "../tls";
import type { Poll } from "./poll";

/** Opens the connection; Wi-Fi is up. */
export function connectPoll(poll: Poll): void {
  if (poll.isOver) return;
  poll.job.board.console.line("connecting to " + poll.host);
  poll.tls = openTls(poll.job.board, poll, poll);
}
