/**
 * One poll, from Wi-Fi to the closed connection:
 *
 *   joinNetwork     unless Wi-Fi is up (join.ts, loaded for that)
 *   connectPoll     TCP, TLS, and the proof that this is the server (connect.ts, loaded for each connection)
 *   ask             the requests, and the responses as they stream in (exchange.ts, loaded once the connection is open)
 *   closedPoll      what was found out, or why not (verdict.ts, loaded for that)
 */
import { ErrorCode } from "../errors/codes";
import { usesCaKeys } from "../features";
import type { TargetWalk } from "../status/poll-target";
import type { Tls, TlsEvents, TlsOptions } from "../tls";
import { TIME_KNOWN } from "../trust/ca";
import type { BuildStatusJob } from "./build-status";

/** A poll under way: made of the config's section on the server. */
export interface Poll extends TlsOptions, TlsEvents, TargetWalk {
  job: BuildStatusJob;
  tls: Tls | null;
  /** What job.abort is while this poll is the one under way. */
  abort(code: number): void;
  /** The server closed the connection in order, and not all targets are asked yet. */
  goesOn: boolean;
  isOver: boolean;
  /** The time is to be waited for before anything is connected, if it is not known. */
  waitForTime?: boolean;
}

/** Begins a poll. It sets job.abort, and takes it back when it is over. */
export function runPoll(job: BuildStatusJob): void {
  const poll = job.server() as unknown as Poll;
  poll.job = job;
  poll.tls = null;
  poll.opened = openedPoll;
  poll.closed = closedPoll;
  poll.abort = abortPoll.bind(poll);
  poll.goesOn = false;
  poll.isOver = false;
  poll.results = [];
  poll.memory = job.memory;
  job.abort = poll.abort;
  if (job.board.network.isUp()) loadConnection(poll);
  else import("./join").then((part) => part.joinNetwork(job, (code) => (code ? poll.closed(code) : loadConnection(poll))));
}

/** Wi-Fi is up: has the connection opened, once the time is known if the config wants that. */
function loadConnection(poll: Poll): void {
  if (usesCaKeys && poll.waitForTime && poll.job.board.time() < TIME_KNOWN) {
    poll.waitForTime = false;
    import("./wait-for-time").then((part) => part.waitForTime(poll, loadConnection));
  } else import("./connect").then((part) => part.connectPoll(poll));
}

function openedPoll(this: Poll): void {
  this.job.board.console.line("certificate matches");
  import("./exchange").then((part) => part.ask(this));
}

function abortPoll(this: Poll, code: number): void {
  if (this.tls) this.tls.finish(code);
  else this.closed(code);
}

/** The connection is closed: connects anew for what is not asked yet; or the poll is over, is told, and lets everything go. */
export function closedPoll(this: Poll, code: number): void {
  const job = this.job;
  const reason = this.tls && !job.board.network.isUp() ? ErrorCode.wifi_lost : code;
  this.tls = null;
  if (this.goesOn && !code) {
    this.goesOn = false;
    loadConnection(this);
    return;
  }
  // An aborted poll closes when the next one has begun.
  if (job.abort === this.abort) job.abort = null;
  if (this.isOver) return;
  this.isOver = true;
  import("./verdict").then((part) => part.tellPoll(this, reason));
}
