/** One request and its response, over a connection that is open (client.ts). Loaded for this long only. */
import { MAX_KEPT_HEADER } from "../bytes/limits";
import { ErrorCode } from "../errors/codes";
import type { Bytes } from "../transport";
import type { HttpApp, HttpClient, HttpConnection, HttpReply } from "./client";
import { writeRequestHead } from "./request";
import {
  Answer,
  openResponse,
  Progress,
  type Response,
  responseKeepsAlive,
  responseProgress,
  responseRetryAfter,
  responseStatus,
  startResponse,
  Text,
} from "./response";

/** Milliseconds that a connection without a request is kept. */
const IDLE_LIMIT = 60000;
/** Bytes that are sent at once: a record of them is a piece of memory without gaps, and long ones are hard to find. */
const SENT_PIECE = 128;

/** Places in Response.texts: the body's beginning, and the wanted headers after it. */
const enum Kept {
  body = Text.body,
  headers = Text.body + 1,
}

/** A response of which something is kept. */
interface KeptResponse extends Response {
  client: HttpClient;
  keep: number;
  wanted: string[];
}

function keepBody(this: Response, at: number, length: number): void {
  const r = this as KeptResponse;
  const text = r.texts[Kept.body] || "";
  const room = r.keep - text.length;
  r.now[Answer.body] += length;
  if (room > 0) r.texts[Kept.body] = text + r.board.copyOut(at, at + (length < room ? length : room));
}

/** Raises http_header_too_long. */
function keepHeader(this: Response, name: string, value: Bytes): void {
  const texts = this.texts;
  const field = (this as KeptResponse).wanted.indexOf(name) + Kept.headers;
  if (field < Kept.headers) return;
  texts[field] = texts[field] === undefined ? value : texts[field] + "\n" + value;
  if (texts[field].length > MAX_KEPT_HEADER) throw ErrorCode.http_header_too_long;
}

/** The request is over: says so in a later turn, so that what is done then begins on a flat stack. */
function endRequest(c: HttpClient, code: number, reply: HttpReply | null): void {
  c.isBusy = false;
  c.board.clock.after(() => c.app((app) => app.done.call(c, code, reply)), 0);
}

/** Some of the response was taken. It may be called once more after the request was over. */
function takenResponse(this: HttpConnection): void {
  const r = this.sink as KeptResponse;
  const c = r.client;
  if (!c.isBusy || c.isClosing || responseProgress(r) !== Progress.complete) return;
  const reply: HttpReply = {
    status: responseStatus(r),
    retryAfter: responseRetryAfter(r),
    names: r.wanted,
    values: r.texts.slice(Kept.headers),
    text: r.texts[Kept.body] || "",
    total: r.now[Answer.body],
  };
  endRequest(c, ErrorCode.none, reply);
  if (responseKeepsAlive(r)) this.limit(IDLE_LIMIT, ErrorCode.none);
  else {
    c.isClosing = true;
    this.finish(ErrorCode.none);
  }
}

/** Has the request made, writes it, and gives its response to whoever asked. */
export function exchangeRequest(c: HttpClient): void {
  c.app((app) => writeTo(c, app));
}

function writeTo(c: HttpClient, app: HttpApp): void {
  const connection = c.connection;
  if (!connection || c.isClosing || !c.isBusy) return;
  try {
    const request = app.make.call(c);
    const body = request.body;
    const head = writeRequestHead(request.method, request.path, request.headers, body);
    const r = openResponse(c.board, request.take || keepBody) as KeptResponse;
    startResponse(r);
    r.client = c;
    r.keep = request.keep;
    r.wanted = request.wanted;
    r.header = keepHeader;
    c.mayRepeat = request.mayRepeat;
    c.isWritten = true;
    connection.limit(c.board.patience.response, ErrorCode.response_timeout);
    connection.sink = r;
    connection.taken = takenResponse;
    for (let at = 0; at < head.length; at += SENT_PIECE) connection.send(c.kind, head.substr(at, SENT_PIECE));
    for (let at = 0; at < body.length; at += SENT_PIECE) connection.send(c.kind, body.substr(at, SENT_PIECE));
    c.board.clock.after(connection.resume.bind(connection), 0);
  } catch (error) {
    if (typeof error !== "number") throw error;
    endRequest(c, error, null);
    c.isClosing = true;
    connection.finish(error);
  }
}
