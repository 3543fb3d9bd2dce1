/** When a poll is over and what came of it, told from the serial lines alone. */

import type { VirtualBoard } from "./board";

export interface PollOutcome {
  /** A status was found out: success, failure or pending. */
  isKnown: boolean;
  /** The line that says it. */
  line: string;
  /** Index of the first line that does not belong to this poll. */
  next: number;
}

const KNOWN = / CI (successful!|has failed|is pending)$/;
const OUTCOME = / CI (successful!|has failed|is pending|is unknown: .*)$|^certificate doesn't match$/;
const CLOSED = /^closing connection$/;
/** More than all of the firmware's own patience together. */
const LONGEST_POLL = 180_000;
/** How long the last lines of a poll may take after the one that tells its outcome. */
const LAST_WORDS = 300;

/**
 * Waits for the end of a poll. Rejects if the board stops or never says what came of it.
 * @param from index of the first serial line that counts
 */
export async function pollOutcome(board: VirtualBoard, from = 0, timeout = LONGEST_POLL): Promise<PollOutcome> {
  const [line] = await board.waitForLine(OUTCOME, { timeout, from });
  const at = board.lines.findIndex((text, index) => index >= from && OUTCOME.test(text));
  await board.waitForLine(CLOSED, { timeout: LAST_WORDS, from: at }).catch(() => undefined);
  return { isKnown: KNOWN.test(board.lines[at]!), line: board.lines[at] ?? line, next: board.lines.length };
}
