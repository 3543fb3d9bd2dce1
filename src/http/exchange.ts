/** The end of a request (client.ts) whose head sending.ts has sent, and its response. Loaded for this long only. */
import { MAX_KEPT_HEADER } from "../bytes/limits";
import { ErrorCode } from "../errors/codes";
import type { Bytes } from "../transport";
import type { HttpClient, HttpConnection, HttpReply } from "./client";
import { endRequest } from "./end";
import { isBetween, isStale, type Outgoing, sendPiece } from "./outgoing";
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

/** Places in Response.texts: the body's beginning, and the wanted headers after it. */
const enum Kept {
  body = Text.body,
  headers = Text.body + 1,
}

/** A response of which something is kept. */
interface KeptResponse extends Response {
  /** null once the reply was given out. */
  client: HttpClient | null;
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

/** Some of the response was taken. It may be called once more after the request was over. */
function takenResponse(this: HttpConnection): void {
  const r = this.sink as KeptResponse;
  const c = r.client;
  if (!c) return;
  if (!c.isBusy || c.isClosing || responseProgress(r) !== Progress.complete) return;
  const reply: HttpReply = {
    status: responseStatus(r),
    retryAfter: responseRetryAfter(r),
    names: r.wanted,
    values: r.texts.slice(Kept.headers),
    text: r.texts[Kept.body] || "",
    total: r.now[Answer.body],
  };
  r.client = null;
  endRequest(c, ErrorCode.none, reply);
  if (responseKeepsAlive(r)) this.limit(IDLE_LIMIT, ErrorCode.none);
  else {
    c.isClosing = 1;
    this.finish(ErrorCode.none);
  }
}

/** Sends the rest, and has the response read and given to whoever asked. */
export function readReply(out: Outgoing): void {
  if (isStale(out)) return;
  const c = out.client;
  const connection = out.connection;
  const r = openResponse(c.board, out.take || keepBody) as KeptResponse;
  if (connection.sink && (isBetween(connection) || !responseKeepsAlive(r))) {
    // On a kept connection, bytes that came before the head was sent answer nothing that was asked.
    connection.finish(ErrorCode.http_no_response);
    return;
  }
  startResponse(r);
  r.client = c;
  r.keep = out.keep;
  r.wanted = out.wanted;
  r.header = keepHeader;
  connection.sink = r;
  connection.taken = takenResponse;
  if (connection.stream) c.isWritten = 1;
  sendRest(out);
}

function sendRest(out: Outgoing): void {
  if (isStale(out)) return;
  sendPiece(out);
  const connection = out.connection;
  out.client.board.clock.after(out.text ? sendRest.bind(null, out) : connection.resume.bind(connection, ""), 0);
}
