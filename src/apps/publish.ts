/**
 * Publishing: what a poll found out goes to the `publish` server of the config, over a connection of its own, which begins when the poll's is closed.
 *
 *   publishStatus      the client (http/client.ts), and the first attempt
 *   openPublication    each attempt: TCP, TLS, and who both of us are
 *   makePublication    the request, once the connection is open
 *   toldPublication    what became of it (published.ts, loaded for that)
 *
 * A state that is unknown is published as such, with the error's name: whoever looks at a dashboard wants to know that nobody knows.
 */
import { closeClient, type HttpClient, type HttpEvents, type HttpReply, type HttpRequest, openClient, sendRequest } from "../http/client";
import { stateWord } from "../report/report";
import type { BuildStatus } from "../status/build-status";
import { ContentType, openTls, type Tls, type TlsOptions } from "../tls";
import { Glow } from "../transport";
import type { BuildStatusJob } from "./build-status";
import type { PublishConfig } from "./config";

/** Bytes of the reply's body that are printed. */
const SHOWN_BYTES = 200;
const DEFAULT_PORT = 443;

/** A job whose result is published. */
export interface PublishJob extends BuildStatusJob {
  publish(): PublishConfig;
  /** Not empty while the server wants to be left alone (Retry-After). */
  quiet?: number[];
}

/** A publication under way: the client that sends it, with what is sent. Its methods are the client's. */
export interface Publication extends HttpClient {
  job: PublishJob;
  /** It was said what became of it. */
  isTold: boolean;
  status: BuildStatus;
  /** Target.path of what it is the status of. */
  path: string;
  /** The name of the status's error. */
  reason: string;
  options: PublishConfig & TlsOptions;
  /** What job.abort is while this is under way. */
  abort(code: number): void;
}

function openPublication(this: Publication, events: HttpEvents): Tls {
  const attempts = this.attempt + " of " + this.retry.attempts;
  this.board.console.line("publish: connecting to " + this.options.host + ", attempt " + attempts);
  return openTls(this.board, this.options, events);
}

/** @part */
function makePublication(this: Publication): HttpRequest {
  const options = this.options;
  const status = this.status;
  // /repos/{owner}/{repo}/commits/{ref}
  const target = this.path.split("/");
  const console = this.board.console;
  let body = '{"repo":' + JSON.stringify(target[2] + "/" + target[3]) + ',"ref":' + JSON.stringify(decodeURIComponent(target[5]));
  body += ',"state":"' + stateWord(status.glow) + '"';
  if (status.sha) body += ',"sha":' + JSON.stringify(status.sha);
  if (status.statuses >= 0) body += ',"statuses":' + status.statuses;
  if (status.checks >= 0) body += ',"checks":' + status.checks;
  if (status.glow === Glow.unknown) body += ',"error":"' + this.reason + '"';
  console.line("publish: certificate matches");
  console.line("publish: sending HTTP POST request to " + options.host + options.path);
  const host = options.port === DEFAULT_PORT ? options.host : options.host + ":" + options.port;
  return {
    method: "POST",
    path: options.path,
    headers: ["Host", host, "User-Agent", "Buildlamp", "Content-Type", "application/json", "Connection", "close"],
    body: body + "}",
    mayRepeat: options.retryUnsafe,
    wanted: [],
    keep: SHOWN_BYTES,
    take: null,
  };
}

function retryPublication(this: Publication, code: number, delay: number): void {
  const text = "publish: attempt " + this.attempt + " failed, the next one comes in " + delay + " ms: ";
  const console = this.board.console;
  import("./verdict").then((part) => part.tellMeaning(console, text, code));
}

export function toldPublication(this: Publication, code: number, reply: HttpReply | null): void {
  import("./published").then((part) => part.tellPublication(this, code, reply));
}

/**
 * Publishes the status of the target at `path`; nothing without Wi-Fi. Sets job.abort, and takes it back when it is over. No other connection
 * may be open.
 * @param reason the name of the status's error
 */
export function publishStatus(job: PublishJob, status: BuildStatus, path: string, reason: string): void {
  const board = job.board;
  if (!board.network.isUp()) return;
  const quiet = job.quiet || [];
  if (quiet.length) {
    board.console.line("publish: not yet, the server asked to wait");
    return;
  }
  const options = job.publish() as Publication["options"];
  const p = openClient(board, openPublication, ContentType.application_data, options.retry) as Publication;
  options.seen = "";
  p.job = job;
  p.status = status;
  p.path = path;
  p.reason = reason;
  p.options = options;
  p.retrying = retryPublication;
  p.isTold = false;
  p.abort = (code) => {
    closeClient(p, code);
    toldPublication.call(p, code, null);
  };
  job.abort = p.abort;
  sendRequest(p, makePublication, toldPublication);
}
