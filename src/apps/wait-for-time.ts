/** Waiting for the time that certificates are checked against. Loaded where the config says so and the time is not known yet. */
import { TIME_KNOWN } from "../trust/ca";
import type { Poll } from "./poll";

/** How often the clock is looked at, in milliseconds, and how many times: SNTP's second question comes after half a minute. */
const LOOK_INTERVAL = 1000;
const LOOKS = 60;

/** Calls `done` when the time is known, or will not be in time: the connection then ends with time_unknown if it needs it. */
export function waitForTime(poll: Poll, done: (poll: Poll) => void): void {
  const board = poll.job.board;
  let looks = 0;
  const look = () => {
    if (board.time() < TIME_KNOWN && ++looks < LOOKS) board.clock.after(look, LOOK_INTERVAL);
    else done(poll);
  };
  board.console.line("waiting for the time");
  look();
}
