/**
 * One poll, from Wi-Fi to the closed connection:
 *
 *   joinNetwork     unless it is up
 *   connectPoll     TCP, TLS, and the proof that this is the server
 *   ask             the request, and the response as it streams in (exchange.ts, loaded once the connection is open)
 *   closedPoll      what was found out, or why not (verdict.ts, loaded for that)
 */
import { ErrorCode } from "../errors/codes";
import { openTls, type Tls, type TlsEvents, type TlsOptions } from "../tls";
import { Glow } from "../transport";
import type { BuildStatusJob } from "./build-status";

/** How often a dot is printed while Wi-Fi is joined, in milliseconds. */
const DOT_INTERVAL = 500;

/** A poll under way. */
export interface Poll {
  job: BuildStatusJob;
  options: TlsOptions;
  tls: Tls | null;
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
    isTold: false,
  };
  job.abort = (code) => {
    if (poll.tls) poll.tls.finish(code);
    else closedPoll(poll, code);
  };
  if (job.board.network.isUp()) connectPoll(poll);
  else joinNetwork(poll);
}

/** Joins Wi-Fi, a dot every half second. */
function joinNetwork(poll: Poll): void {
  const board = poll.job.board;
  const console = board.console;
  let dots: unknown = 0;
  const dot = () => {
    console.put(".");
    dots = board.clock.after(dot, DOT_INTERVAL);
  };
  console.line("connecting to " + poll.job.wifi().ssid);
  dot();
  const joined = (code: number, address: string) => {
    if (!dots) return;
    board.clock.cancel(dots);
    board.clock.cancel(limit);
    dots = 0;
    console.line("");
    if (code) {
      closedPoll(poll, code);
      return;
    }
    console.line("WiFi connected");
    console.line("IP address:");
    console.line(address);
    connectPoll(poll);
  };
  const limit = board.clock.after(() => joined(ErrorCode.wifi_timeout, ""), board.patience.join);
  board.network.join(joined);
}

function connectPoll(poll: Poll): void {
  const events: TlsEvents = {
    opened() {
      poll.job.board.console.line("certificate matches");
      import("./exchange").then((part) => part.ask(poll));
    },
    read() {},
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
  poll.tls = null;
  job.abort = null;
  if (poll.isTold) return;
  poll.isTold = true;
  job.board.light.show(Glow.unknown);
  const reason = job.board.network.isUp() ? code : ErrorCode.wifi_lost;
  import("./verdict").then((part) => part.tellUnknown(poll, reason));
}
