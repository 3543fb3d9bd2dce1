/**
 * One poll, from Wi-Fi to the closed connection:
 *
 *   joinNetwork     unless Wi-Fi is up (join.ts, loaded for that)
 *   connectPoll     TCP, TLS, and the proof that this is the server
 *   ask             the request, and the response as it streams in (exchange.ts, loaded once the connection is open)
 *   closedPoll      what was found out, or why not (verdict.ts, loaded for that)
 */
import { ErrorCode } from "../errors/codes";
import { openTls, type Tls, type TlsEvents, type TlsOptions } from "../tls";
import type { BuildStatusJob } from "./build-status";

/** A poll under way. */
export interface Poll {
  job: BuildStatusJob;
  options: TlsOptions;
  tls: Tls | null;
  /** What job.abort is while this poll is the one under way. */
  abort(code: number): void;
  /** Something was printed about the status: success, or why it is not known. */
  isTold: boolean;
}

/** Begins a poll. It sets job.abort, and takes it back when it is over. */
export function runPoll(job: BuildStatusJob): void {
  const server = job.server();
  const poll: Poll = {
    job,
    options: {
      host: server.host,
      port: server.port,
      address: server.address,
      fingerprints: server.fingerprints,
      alpn: null,
      identity: null,
      seen: "",
    },
    tls: null,
    abort(code) {
      if (poll.tls) poll.tls.finish(code);
      else closedPoll(poll, code);
    },
    isTold: false,
  };
  job.abort = poll.abort;
  if (job.board.network.isUp()) connectPoll(poll);
  else import("./join").then((part) => part.joinNetwork(job, (code) => (code ? closedPoll(poll, code) : connectPoll(poll))));
}

/** Wi-Fi is up: opens the connection. */
function connectPoll(poll: Poll): void {
  const events: TlsEvents = {
    opened() {
      poll.job.board.console.line("certificate matches");
      import("./exchange").then((part) => part.ask(poll));
    },
    closed(code) {
      closedPoll(poll, code);
    },
  };
  poll.job.board.console.line("connecting to " + poll.options.host);
  poll.tls = openTls(poll.job.board, poll.options, events);
}

/** The poll is over: says so if it was not told already, and lets everything go. */
function closedPoll(poll: Poll, code: number): void {
  const job = poll.job;
  const reason = poll.tls && !job.board.network.isUp() ? ErrorCode.wifi_lost : code;
  poll.tls = null;
  // An aborted poll closes when the next one has begun.
  if (job.abort === poll.abort) job.abort = null;
  if (poll.isTold) return;
  poll.isTold = true;
  import("./verdict").then((part) => part.tellUnknown(poll, reason));
}
