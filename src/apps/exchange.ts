/** The questions and their answers, once the server is known to be the right one. Loaded for this long only. */
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { openResponse, Progress, responseKeepsAlive, responseProgress, startResponse } from "../http/response";
import { type AnswerResponse, startAnswer, takeAnswer } from "../status/answer";
import { packStatus, unknownStatus } from "../status/build-status";
import { pollsToSkip } from "../status/manners";
import { Source, takeTarget, targetPath, targetRequest } from "../status/poll-target";
import { ContentType, type Tls, Wait } from "../tls";
import type { Bytes } from "../transport";
import type { Poll } from "./poll";

/** Where the exchange is. */
const enum Phase {
  /** The next request is to be sent. */
  asking,
  head,
  body,
  over,
}

/** The response being read, and for whom. */
interface Exchange extends AnswerResponse {
  poll: Poll;
  phase: Phase;
}

/** Asks for all targets, one after the other. The connection is open and waits for its sink. */
export function ask(poll: Poll): void {
  const tls = poll.tls;
  if (!tls) return;
  if (tls.wait === Wait.sink) {
    // What was said before anything was asked is no answer to it.
    tls.finish(ErrorCode.http_no_response);
    return;
  }
  // About to say that it is closed.
  if (!tls.stream) return;
  // A byte of what was drawn for the handshake: as random as the board can make it, and known to the server anyway.
  poll.job.chance = tls.ram[At.publicKey + 1];
  if (!poll.requests) {
    poll.result = null;
    poll.side = 0;
    poll.page = 1;
    poll.requests = 0;
    poll.place = 0;
  }
  const exchange = openResponse(poll.job.board, takeAnswer) as Exchange;
  exchange.poll = poll;
  exchange.phase = Phase.asking;
  tls.sink = exchange;
  tls.taken = goOn;
  tls.taken();
  poll.job.board.clock.after(tls.resume.bind(tls, ""), 0);
}

/** Whether the answer is whole; says when its head is. */
function isAnswered(exchange: Exchange): boolean {
  const progress = responseProgress(exchange);
  if (exchange.phase === Phase.head && progress) {
    exchange.phase = Phase.body;
    exchange.board.console.line("headers received");
  }
  return progress === Progress.complete;
}

/** Judges the answer if there is one, and gives the next request; "" if nothing more can be asked over this connection. */
function nextRequest(exchange: Exchange): Bytes {
  const poll = exchange.poll;
  const status = poll.job.status();
  let target = status.target(poll.results.length);
  let isAsked = true;
  let request = "";
  if (exchange.phase) {
    const error = takeTarget(poll, exchange, target);
    // Whoever is refused for the rate, or for the token, is so for all targets.
    if (error === ErrorCode.status_rate_limited || error === ErrorCode.status_bad_token)
      while (poll.results.length < status.count) poll.results.push(packStatus(unknownStatus(error, "")));
    const isDone = poll.results.length === status.count;
    if (!isDone) target = status.target(poll.results.length);
    const skips = pollsToSkip(exchange.now, poll.requests, error, status.intervalSeconds);
    if (skips > poll.job.skips) poll.job.skips = skips;
    // A record that has begun belongs to this answer, and so would what is provisional of the next one.
    if (isDone || exchange.isMarked || !responseKeepsAlive(exchange)) {
      poll.goesOn = !isDone;
      isAsked = false;
    }
  }
  if (isAsked) {
    const path = targetPath(poll, target);
    startResponse(exchange);
    startAnswer(exchange, poll.side === Source.checks, target.check || "");
    exchange.board.console.line("requesting URL: " + path);
    const written = targetRequest(poll, path, poll.host, status.token);
    request = written;
  }
  return request;
}

/** Goes on with the exchange when bytes were taken: looks at the answer, and when it is whole asks the next question or closes. */
function goOn(this: Tls): void {
  const exchange = this.sink as Exchange;
  if (exchange.phase === Phase.over) return;
  let isDue = true;
  if (exchange.phase) isDue = isAnswered(exchange);
  if (!isDue) return;
  const request = nextRequest(exchange);
  exchange.phase = request ? Phase.head : Phase.over;
  if (request) {
    this.limit(exchange.board.patience.response, ErrorCode.response_timeout);
    this.send(ContentType.application_data, request);
    exchange.board.console.line("request sent");
  } else this.finish(ErrorCode.none);
}
