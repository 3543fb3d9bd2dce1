/** What became of a publication (publish.ts). Loaded for this moment only. */
import { ErrorCode } from "../errors/codes";
import { closeClient, type HttpReply } from "../http/client";
import { printable } from "../report/printable";
import type { Publication } from "./publication";
import { hexPairs } from "./verdict";

/** Status codes (RFC 9110 section 15). */
const enum StatusClass {
  successful = 200,
  redirection = 300,
  serverError = 500,
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
export function endPublication(p: Publication, code: number, reply: HttpReply | null): void {
  const board = p.board;
  const job = p.job;
  const console = board.console;
  if (job.publication !== p) return;
  if (reply) {
    closeClient(p, ErrorCode.none);
    code = tellReply(p, reply);
    const wait = code ? reply.retryAfter * 1000 : 0;
    if (wait) {
      const quiet = [wait];
      job.quiet = quiet;
      // A function of its own would hold p part for that long; and the clock may be set meanwhile, which timers do not mind.
      board.clock.after(quiet.pop.bind(quiet), wait);
    }
    if (code && reply.status >= StatusClass.serverError && p.mayRepeat) {
      import("../http/lost").then((part) => part.repeatRequest(p, code, wait));
      return;
    }
  }
  job.publication = null;
  job.abort = null;
  if (code === ErrorCode.fingerprint_mismatch) {
    console.line("publish: certificate doesn't match");
    console.line(hexPairs(p.seen));
  }
  if (code) import("./verdict").then((part) => part.tellMeaning(console, "publish: failed: ", code));
  else console.line("publish: completed successfully");
}
