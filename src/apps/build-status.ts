/**
 * The first job: every `intervalSeconds`, ask GitHub for a repository's build status and show it. What is here stays loaded between the
 * polls; a poll itself (poll.ts) is loaded when it begins and gone when it is over.
 */
import { ErrorCode } from "../errors/codes";
import { type Board, Glow } from "../transport";
import type { ServerConfig, StatusConfig, WifiConfig } from "./config";

/** The job between polls. */
export interface BuildStatusJob {
  board: Board;
  /** The config's sections, made anew at each call. */
  server(): ServerConfig;
  status(): StatusConfig;
  wifi(): WifiConfig;
  /** Ends the poll that is under way; null when none is. */
  abort: ((code: number) => void) | null;
}

/** Shows that it is starting, polls at once, and from then on every `intervalSeconds`, whatever became of the poll before. */
export function startBuildStatus(job: BuildStatusJob): void {
  job.board.light.show(Glow.starting);
  job.board.clock.repeat(() => {
    // A turn of its own: what goes wrong in it (even memory running out) must not take the interval with it.
    job.board.clock.after(() => pollBuildStatus(job), 0);
  }, job.status().intervalSeconds * 1000);
  job.board.clock.after(() => pollBuildStatus(job), 0);
}

/** Ends a poll that still hangs, then begins a new one. */
function pollBuildStatus(job: BuildStatusJob): void {
  if (job.abort) job.board.clock.after(job.abort.bind(job, ErrorCode.response_timeout), 0);
  job.abort = null;
  import("./poll").then((part) => part.runPoll(job));
}
