/** Waiting for the time that certificates are checked against. Loaded where the config says so and the time is not known yet. */

import type { Board } from "../transport";
import { TIME_KNOWN } from "../trust/ca";

/** How often the clock is looked at, in milliseconds, and how many times: SNTP's second question comes after half a minute. */
const LOOK_INTERVAL = 1000;
const LOOKS = 60;

/** Calls `done` when the time is known, or will not be in time: the connection then ends with time_unknown if it needs it. */
export function waitForTime<T extends { job: { board: Board } }>(waiting: T, done: (waiting: T) => void): void {
  const board = waiting.job.board;
  let looks = 0;
  const look = () => {
    if (board.time() < TIME_KNOWN && ++looks < LOOKS) board.clock.after(look, LOOK_INTERVAL);
    else done(waiting);
  };
  board.console.line("waiting for the time");
  look();
}
