/** The question and its answer, once the server is known to be the right one. Loaded for this long only. */
import { ErrorCode } from "../errors/codes";
import { encodePathSegment, writeRequest } from "../http/request";
import { openResponse, Progress, type Response, responseProgress } from "../http/response";
import { openCombinedStatus, readCombinedStatus } from "../status/combined-status";
import type { JsonBody } from "../status/json-body";
import { ContentType } from "../tls";
import type { StatusConfig } from "./config";
import type { Poll } from "./poll";

/** Headers that a refusal is judged by. */
const WANTED_HEADERS = ["retry-after", "x-ratelimit-remaining"];

function statusPath(target: StatusConfig): string {
  const repository = encodePathSegment(target.owner) + "/" + encodePathSegment(target.repo);
  return "/repos/" + repository + "/commits/" + encodePathSegment(target.ref) + "/status";
}

function statusHeaders(host: string, token: string | null): string[] {
  const headers = ["Host", host, "User-Agent", "Buildlamp", "Accept", "application/vnd.github+json", "Connection", "close"];
  return token ? headers.concat(["Authorization", "Bearer " + token]) : headers;
}

/** Sends the request and reads the response. The connection is open and waits for its sink. */
export function ask(poll: Poll): void {
  const tls = poll.tls;
  if (!tls) return;
  const board = poll.job.board;
  const target = poll.job.status();
  const path = statusPath(target);
  const body = openCombinedStatus(board);
  const response = openResponse(board, WANTED_HEADERS, body);
  board.console.line("requesting URL: " + path);
  tls.limit(board.patience.response, ErrorCode.response_timeout);
  let hasHead = false;
  tls.taken = () => {
    const progress = responseProgress(response);
    if (progress !== Progress.nothing && !hasHead) {
      hasHead = true;
      board.console.line("headers received");
    }
    // It may be called once more after the connection was closed and the workspace wiped.
    if (progress === Progress.complete && !poll.isTold) tell(poll, body, response);
  };
  tls.send(ContentType.application_data, writeRequest("GET", path, statusHeaders(poll.options.host, target.token), ""));
  board.console.line("request sent");
  tls.sink = response;
  board.clock.after(tls.resume.bind(tls), 0);
}

/** The response is whole and authentic: says what it means, and closes. */
function tell(poll: Poll, body: JsonBody, response: Response): void {
  const board = poll.job.board;
  const status = readCombinedStatus(body, response);
  poll.isTold = true;
  board.light.show(status.glow);
  if (poll.tls) poll.tls.finish(ErrorCode.none);
  import("./verdict").then((part) => part.tellStatus(poll, status));
}
