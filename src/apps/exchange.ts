/** The questions and their answers, once the server is known to be the right one. Loaded for this long only. */
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { openResponse, Progress, responseKeepsAlive, responseProgress, startResponse } from "../http/response";
import { type AnswerResponse, startAnswer, takeAnswer } from "../status/answer";
import { unknownStatus } from "../status/build-status";
import { pollsToSkip } from "../status/manners";
import { Source, takeTarget, targetPath, targetRequest } from "../status/poll-target";
import { ContentType, type Tls } from "../tls";
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
  // A byte of what was drawn for the handshake: as random as the board can make it, and known to the server anyway.
  poll.job.chance = tls.ram[At.publicKey + 1];
  const exchange = openResponse(poll.job.board, takeAnswer) as Exchange;
  exchange.poll = poll;
  exchange.phase = Phase.asking;
  tls.sink = exchange;
  tls.taken = goOn;
  tls.taken();
  poll.job.board.clock.after(tls.resume.bind(tls), 0);
}

/** Goes on with the exchange when bytes were taken: looks at the answer, and when it is whole asks the next question or closes. */
function goOn(this: Tls): void {
  const exchange = this.sink as Exchange;
  const poll = exchange.poll;
  const board = poll.job.board;
  const status = poll.job.status();
  let target = status.targets[poll.results.length];
  if (exchange.phase === Phase.over) return;
  if (exchange.phase) {
    const progress = responseProgress(exchange);
    if (exchange.phase === Phase.head && progress) {
      exchange.phase = Phase.body;
      board.console.line("headers received");
    }
    if (progress < Progress.complete) return;
    takeTarget(poll, exchange, target);
    const last = poll.results[poll.results.length - 1];
    const error = last ? last.error : 0;
    // Whoever is refused for the rate, or for the token, is so for all targets.
    if (error === ErrorCode.status_rate_limited || error === ErrorCode.status_bad_token)
      while (poll.results.length < status.targets.length) poll.results.push(unknownStatus(error, ""));
    target = status.targets[poll.results.length];
    if (!target || !responseKeepsAlive(exchange)) {
      const skips = pollsToSkip(exchange.now, poll.requests, error, status.intervalSeconds);
      poll.job.skips = skips;
      poll.goesOn = !!target;
      exchange.phase = Phase.over;
      this.finish(ErrorCode.none);
      return;
    }
  }
  const path = targetPath(poll, target);
  startResponse(exchange);
  startAnswer(exchange, poll.side === Source.checks, target.check);
  exchange.phase = Phase.head;
  this.limit(board.patience.response, ErrorCode.response_timeout);
  board.console.line("requesting URL: " + path);
  this.send(ContentType.application_data, targetRequest(poll, path, poll.host, status.token));
  board.console.line("request sent");
}
