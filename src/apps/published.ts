/** What is asked in a publication (publish.ts) and what becomes of it. Loaded for these moments only. */
import { ErrorCode } from "../errors/codes";
import { closeClient, type HttpReply, type HttpRequest } from "../http/client";
import { printable } from "../report/printable";
import type { Publication } from "./publication";
import { hexPairs } from "./verdict";

/** Bytes of the reply's body that are printed. */
const SHOWN_BYTES = 200;
const DEFAULT_PORT = 443;

/** Status codes (RFC 9110 section 15). */
const enum StatusClass {
  successful = 200,
  redirection = 300,
  serverError = 500,
}

export function makePublication(this: Publication): HttpRequest {
  const console = this.board.console;
  console.line("publish: certificate matches");
  console.line("publish: sending HTTP POST request to " + this.host + this.path);
  const host = this.port === DEFAULT_PORT ? this.host : this.host + ":" + this.port;
  return {
    method: "POST",
    path: this.path,
    headers: ["Host", host, "User-Agent", "Buildlamp", "Content-Type", "application/json", "Connection", "close"],
    body: this.body,
    mayRepeat: this.retryUnsafe,
    wanted: [],
    keep: SHOWN_BYTES,
    take: null,
  };
}

export function retryPublication(this: Publication, code: number, delay: number): void {
  const text = "publish: attempt " + this.attempt + " failed, the next one comes in " + delay + " ms: ";
  const console = this.board.console;
  import("./verdict").then((part) => part.tellMeaning(console, text, code));
}

/** Prints a response, and gives 0 for success (2xx), else http_refused. */
function tellReply(p: Publication, reply: HttpReply): number {
  const console = p.board.console;
  console.line("publish: received HTTP response from " + p.host);
  console.line("publish: status code " + reply.status);
  if (reply.text) console.line("publish: reply was " + printable(reply.text));
  const traceId = (reply.text.split('"traceId"')[1] || "").split('"')[1];
  if (traceId) console.line("publish: traceId " + printable(traceId));
  return reply.status >= StatusClass.successful && reply.status < StatusClass.redirection ? ErrorCode.none : ErrorCode.http_refused;
}

/**
 * Prints the end of a publication. It has published what was answered 2xx, and nothing else. An answer that was none begins the server's
 * Retry-After; one of 5xx is tried again where the config says that a request may be repeated.
 * @param code 0 if there is a reply
 */
export function tellPublication(this: Publication, code: number, reply: HttpReply | null): void {
  const board = this.board;
  const job = this.job;
  const console = board.console;
  if (job.publication !== this) return;
  if (reply) {
    closeClient(this, ErrorCode.none);
    code = tellReply(this, reply);
    const wait = code ? reply.retryAfter * 1000 : 0;
    if (wait) {
      const quiet = [wait];
      job.quiet = quiet;
      // A function of its own would hold this part for that long; and the clock may be set meanwhile, which timers do not mind.
      board.clock.after(quiet.pop.bind(quiet), wait);
    }
    if (code && reply.status >= StatusClass.serverError && this.retryUnsafe) {
      import("../http/lost").then((part) => part.repeatRequest(this, code, wait));
      return;
    }
  }
  job.publication = null;
  job.abort = null;
  if (code === ErrorCode.fingerprint_mismatch) {
    console.line("publish: certificate doesn't match");
    console.line(hexPairs(this.seen));
  }
  if (code) import("./verdict").then((part) => part.tellMeaning(console, "publish: failed: ", code));
  else console.line("publish: completed successfully");
}
