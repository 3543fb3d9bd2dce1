/**
 * The first job: every `intervalSeconds`, ask GitHub for the targets' build status and show it. What is here stays loaded between the
 * polls; a poll itself (poll.ts) is loaded when it begins and gone when it is over.
 */
import { ErrorCode } from "../errors/codes";
import { MAX_AGE_INTERVALS, spreadInterval } from "../status/manners";
import { type Board, type Bytes, Glow } from "../transport";
import type { PublishConfig, ServerConfig, StatusConfig, WifiConfig } from "./config";

/** What the job is made of. */
export interface BuildStatusOptions {
  board: Board;
  /** The config's sections, made anew at each call. */
  server(): ServerConfig;
  status(): StatusConfig;
  wifi(): WifiConfig;
  publish?(): PublishConfig | null;
  /** Ends the poll that is under way; null when none is. */
  abort: ((code: number) => void) | null;
}

/** The job between polls. */
export interface BuildStatusJob extends BuildStatusOptions {
  /** Polls to be left out because the server wants fewer requests. */
  skips: number;
  /** How many intervals old the state is that the light shows; MAX_AGE_INTERVALS if it shows none. */
  age: number;
  /** A random byte, for the time between two polls. */
  chance: number;
  /** What restarts the board unless a poll is told before: the handle of Clock.after, 0 at first. */
  guard: unknown;
  /** See TargetWalk.memory. */
  memory: Bytes[];
}

const enum Pause {
  /** Milliseconds after which an aborted poll has let go of its memory: it has told what became of it, and its socket is closed. */
  lettingGo = 1000,
  /** Intervals without a poll that was told, or rightly left out, after which the board is restarted. */
  guarded = 4,
}

/** BuildStatusJob.age while nothing is told yet of the poll that is under way. */
const UNTOLD = -1;

/** Shows that it is starting, polls at once, and from then on every `intervalSeconds` or somewhat more, whatever became of the poll before. */
export function startBuildStatus(options: BuildStatusOptions): void {
  const job = options as BuildStatusJob;
  job.skips = 0;
  job.age = 0;
  job.chance = 0;
  job.guard = 0;
  job.memory = [];
  job.board.light.show(Glow.starting);
  job.board.clock.after(pollBuildStatus.bind(null, job), 0);
}

/**
 * Begins a poll or leaves it out; if one still hangs, ends that, and begins when what it took is free. Where memory has run out even for this, or for
 * telling what became of the polls, the guard restarts the board: it is a timer already, and calls what takes no memory.
 */
function pollBuildStatus(job: BuildStatusJob): void {
  const clock = job.board.clock;
  const abort = job.abort;
  // First, because what goes wrong in this turn (even memory running out) must not take the next one with it.
  let pause: number = Pause.lettingGo;
  if (!abort) pause = spreadInterval(job.status().intervalSeconds * 1000, job.chance);
  clock.after(pollBuildStatus.bind(null, job), pause);
  job.abort = null;
  if (abort) {
    // A poll's is bound to the poll, and Espruino's bind would bind it anew.
    abort.call(job, ErrorCode.response_timeout);
    return;
  }
  if (job.age !== UNTOLD) {
    const guard = job.guard;
    job.guard = clock.after(job.board.restart, pause * Pause.guarded);
    if (guard) clock.cancel(guard);
  }
  if (!job.skips) {
    job.age = UNTOLD;
    import("./poll").then((part) => part.runPoll(job));
    return;
  }
  job.skips--;
  if (++job.age === MAX_AGE_INTERVALS) import("./verdict").then((part) => part.tellTooOld(job));
}
