/**
 * Requests, for any application: connects when it has to, tries again as backoff.ts says, sends several requests over one connection as long
 * as the server keeps it, and connects anew when it does not. What a connection is, its transport says; HTTP does not know of TLS.
 *
 *   const transport: HttpTransport<Tls> = {
 *     open: (events) => openTls(board, options, events),
 *     write: (tls, bytes) => tls.send(ContentType.application_data, bytes),
 *     read(tls, sink) {
 *       tls.sink = sink;
 *       tls.resume();
 *     },
 *     limit: (tls, ms, code) => tls.limit(ms, code),
 *     close: (tls) => tls.finish(ErrorCode.none),
 *   };
 *   const client = openClient(board, transport, defaultBackoff());
 *   const body = collectBody(board, 200);
 *   const response = openResponse(board, ["etag"], body);
 *   sendRequest(client, writeRequest("GET", "/", ["Host", "example.com"], ""), response, true, (code) => {
 *     // code 0: responseStatus(response), responseHeader(response, "etag"), body.text
 *     closeClient(client);
 *   });
 */
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import type { Board, ByteSink, Bytes } from "../transport";
import { type BackoffOptions, backoffDelay, mayRetry } from "./backoff";
import { Progress, type Response, responseKeepsAlive, responseProgress } from "./response";

/** Called once a request is over. @param code 0 if the response is complete, else the ErrorCode that ended it */
type RequestDone = (code: number) => void;

/** What a connection has to say: `opened` at most once, `closed` exactly once and last. */
export interface TransportEvents {
  opened(): void;
  /** Bytes came and were taken by the sink. */
  read(): void;
  /** @param code 0 if it was closed in order, else the ErrorCode that ended it */
  closed(code: number): void;
}

/** How connections to one server are made and used. */
export interface HttpTransport<Connection> {
  /** Nothing is said to `events` before it has returned. */
  open(events: TransportEvents): Connection;
  write(connection: Connection, bytes: Bytes): void;
  /** Says where the server's bytes go from now on. */
  read(connection: Connection, sink: ByteSink): void;
  /** Ends it with `code` after `ms` milliseconds, unless called anew. */
  limit(connection: Connection, ms: number, code: number): void;
  close(connection: Connection): void;
}

export interface HttpClient<Connection> {
  board: Board;
  transport: HttpTransport<Connection>;
  backoff: BackoffOptions;
  /** Told of each attempt that failed and will be followed by another. @param delay milliseconds until then */
  retrying: ((attempt: number, delay: number, code: number) => void) | null;
  /** The connection; null while there is none. */
  connection: Connection | null;
  /** Attempts to connect for the present request. */
  attempt: number;
  /** The present request; its `done` is null when there is none. */
  request: Bytes;
  response: Response | null;
  mayRepeat: boolean;
  isWritten: boolean;
  /** The connection had carried a response before. */
  isReused: boolean;
  done: RequestDone | null;
}

/** A client of one server. Nothing is sent and no connection made before the first request. */
export function openClient<C>(board: Board, transport: HttpTransport<C>, backoff: BackoffOptions): HttpClient<C> {
  return {
    board,
    transport,
    backoff,
    retrying: null,
    connection: null,
    attempt: 0,
    request: "",
    response: null,
    mayRepeat: false,
    isWritten: false,
    isReused: false,
    done: null,
  };
}

/** The request is over. The turn ends before `done` is called, so that what it does begins on a flat stack. */
function finishRequest<C>(c: HttpClient<C>, code: number): void {
  const done = c.done;
  c.done = null;
  c.response = null;
  c.request = "";
  if (done) c.board.clock.after(() => done(code), 0);
}

function writeClientRequest<C>(c: HttpClient<C>, connection: C, response: Response): void {
  const transport = c.transport;
  c.isWritten = true;
  transport.limit(connection, c.board.patience.response, ErrorCode.response_timeout);
  transport.write(connection, c.request);
  transport.read(connection, response);
}

function connectClient<C>(c: HttpClient<C>): void {
  if (!c.done) return;
  c.attempt++;
  c.isReused = false;
  const connection = c.transport.open({
    opened() {
      if (c.response) writeClientRequest(c, connection, c.response);
    },
    read() {
      readClient(c, connection);
    },
    closed(code) {
      c.connection = null;
      if (c.done) lostClient(c, code);
    },
  });
  c.connection = connection;
}

/** Some of the response came. */
function readClient<C>(c: HttpClient<C>, connection: C): void {
  const response = c.response;
  if (!response || responseProgress(response) !== Progress.complete) return;
  const keeps = responseKeepsAlive(response);
  finishRequest(c, ErrorCode.none);
  c.isReused = true;
  if (!keeps) c.transport.close(connection);
}

/**
 * The connection ended before the response was complete. A server may close a kept connection at any time: what was written into such a one
 * without a byte of an answer is sent once more over a new one, but only what may be repeated (RFC 9110 section 9.2.2).
 */
function lostClient<C>(c: HttpClient<C>, code: number): void {
  const response = c.response;
  const isUnanswered = !response || (responseProgress(response) === Progress.nothing && !response.now.line);
  if (c.isWritten && c.isReused && isUnanswered && c.mayRepeat) {
    c.isWritten = false;
    c.board.clock.after(() => connectClient(c), 0);
    return;
  }
  if (!mayRetry(code, c.isWritten) || c.attempt >= c.backoff.attempts) {
    finishRequest(c, code || ErrorCode.connection_closed);
    return;
  }
  try {
    const delay = backoffDelay(c.board, c.backoff, c.attempt, At.temp);
    if (c.retrying) c.retrying(c.attempt, delay, code);
    c.board.clock.after(() => connectClient(c), delay);
  } catch (error) {
    if (typeof error !== "number") throw error;
    finishRequest(c, error);
  }
}

/**
 * Sends one request and reads its response; the one before must be over.
 * @param request what writeRequest gave
 * @param response fresh, from openResponse
 * @param mayRepeat whether the server may see the request twice (as with GET); never sent again otherwise once a byte of it was written
 * @param done called once, in a turn of its own
 */
export function sendRequest<C>(c: HttpClient<C>, request: Bytes, response: Response, mayRepeat: boolean, done: RequestDone): void {
  c.request = request;
  c.response = response;
  c.mayRepeat = mayRepeat;
  c.isWritten = false;
  c.attempt = 0;
  c.done = done;
  if (c.connection) writeClientRequest(c, c.connection, response);
  else connectClient(c);
}

/** Ends the connection, if there is one, and forgets a request that is under way: its `done` is not called. */
export function closeClient<C>(c: HttpClient<C>): void {
  c.done = null;
  c.response = null;
  if (c.connection) c.transport.close(c.connection);
  c.connection = null;
}
