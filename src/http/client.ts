/**
 * Requests, for any application: connects when it has to, tries again as backoff.ts says, sends several requests over one connection as long
 * as the server keeps it, and connects anew when it does not. What a connection is, the application says; HTTP does not know of TLS.
 *
 *   const app: HttpApp = {
 *     make: () => ({ method: "GET", path: "/", headers: ["Host", "example.com"], body: "", mayRepeat: true, wanted: ["server"], keep: 200, take: null }),
 *     done(code, reply) {
 *       // code 0: reply.status, replyHeader(reply, "Server"), reply.text; else an ErrorCode
 *       closeClient(this, ErrorCode.none);
 *     },
 *     retrying(code, delay) {},
 *     retry: defaultBackoff(),
 *   };
 *   function open() {
 *     if (beginAttempt(this)) this.connection = openTls(board, options, this);
 *   }
 *   const client = openClient({}, board, open, ContentType.application_data, (use) => use(app));
 *   sendRequest(client);
 *
 * Here is what stays while a client is in use. What a request needs (sending.ts), then what its response needs (exchange.ts) is loaded while there
 * is one, and what comes after a failure (lost.ts) when there was one. The application's functions can be such parts as well:
 * `(use) => import("./app").then((part) => use({ make: part.makeMine, done: part.mineDone, retrying: part.mineRetried, retry }))`.
 */
import type { Board, ByteSink, Bytes } from "../transport";
import type { BackoffOptions } from "./backoff";

/** A request, and what is wanted of its response. */
export interface HttpRequest {
  method: string;
  /** Path and query, percent-encoded. */
  path: string;
  /** Name, value, name, value…; Host among them. */
  headers: string[];
  /** May be empty. */
  body: Bytes;
  /** The server may see the request twice, as with GET (RFC 9110 section 9.2.2): it may be sent again though it was written. */
  mayRepeat: boolean;
  /** Names, in lower case, of the response's headers to keep. */
  wanted: string[];
  /** Bytes of the response's body to keep. */
  keep: number;
  /** Takes the body instead, as it streams: ram[at .. at+length), which is provisional until `done` says that all of it was right. */
  take: ((at: number, length: number) => void) | null;
}

/** A response, whole and authentic. */
export interface HttpReply {
  status: number;
  /** Seconds that Retry-After asks for, at most an hour; 0 if it is not there. */
  retryAfter: number;
  /** Names as HttpRequest.wanted has them, and for each the lines it came with, line feeds between; undefined where it did not come. */
  names: string[];
  values: (Bytes | undefined)[];
  /** The body's beginning, HttpRequest.keep bytes of it, and how many bytes it had; "" and 0 where HttpRequest.take took it. */
  text: Bytes;
  total: number;
}

/** HttpConnection.wait, as far as it is of interest. */
export const enum HttpWait {
  /** What came is still being read, which takes memory. */
  reading = 2,
  /** Data came before there was a sink. */
  sink = 3,
}

/** An open connection as HTTP needs it: the board's TLS is one. */
export interface HttpConnection {
  /** Takes what the server sends. */
  sink: ByteSink;
  /** What it waits for, if it is one that says so (TLS does). */
  wait?: number;
  /** What it sends through; null once nothing can be sent any more, and its `closed` is still to come. */
  stream: unknown;
  /** Called when the sink has taken all that came. */
  taken(): void;
  send(kind: number, bytes: Bytes): void;
  /** Lets the server's bytes come, once there is a sink. @param nothing an empty chunk */
  resume(nothing: ""): void;
  /** Ends it with `code` after `ms` milliseconds, unless called anew. */
  limit(ms: number, code: number): void;
  finish(code: number): void;
}

/** What a connection has to say: `opened` at most once, `closed` exactly once and last. */
export interface HttpEvents {
  opened(): void;
  /** @param code 0 if it was closed in order, else the ErrorCode that ended it */
  closed(code: number): void;
}

/** The application's functions, whose `this` is the client, and how to try again. */
export interface HttpApp {
  retry: BackoffOptions;
  /** Gives the request, once the connection is open, and each time when it is written anew: it takes no memory before. */
  make(this: HttpClient): HttpRequest;
  /**
   * The request is over. Called once, in a turn of its own.
   * @param code 0 if the response is complete and authentic, else the ErrorCode that ended it, without a reply
   */
  done(this: HttpClient, code: number, reply: HttpReply | null): void;
  /** An attempt failed, and another one follows. @param delay milliseconds until then */
  retrying(this: HttpClient, code: number, delay: number): void;
}

/** Gives the application's functions to `use`, now or in a later turn. */
export type AppLoader = { app(this: HttpClient, use: (app: HttpApp) => void): void }["app"];
/**
 * Begins a connection, now or in a later turn, unless beginAttempt says that there is no need any more, and puts it at HttpClient.connection.
 * The client takes its events; nothing is said of it before it is there.
 */
export type ConnectionOpener = { open(this: HttpClient): void }["open"];

/** On the board a variable less than a boolean. */
type Flag = 0 | 1;

/** A client of one server; its connection's events come to itself. */
export interface HttpClient extends HttpEvents {
  board: Board;
  open(): void;
  app: AppLoader;
  /** What HttpConnection.send is told besides the bytes. */
  kind: number;
  /** The connection; null while there is none. */
  connection: HttpConnection | null;
  /** We have ended it; its `closed` is still to come. */
  isClosing: Flag;
  /** Attempts to connect for the present request. */
  attempt: number;
  /** A request is under way; it may be sent twice; it was written. */
  isBusy: Flag;
  mayRepeat: Flag;
  isWritten: Flag;
}

/**
 * Makes a client of one server out of an object. Nothing is sent and no connection made before the first request.
 * @param kind for TLS, ContentType.application_data
 */
export function openClient<T extends object>(
  settings: T,
  board: Board,
  open: ConnectionOpener,
  kind: number,
  app: AppLoader,
): T & HttpClient {
  const c = settings as T & HttpClient;
  c.board = board;
  c.open = open;
  c.app = app;
  c.kind = kind;
  c.connection = null;
  c.isClosing = 0;
  c.opened = openedClient;
  c.closed = closedClient;
  return c;
}

/** Whether a connection is still wanted for the present request; HttpClient.attempt then says which one it is. */
export function beginAttempt(c: HttpClient): boolean {
  if (!c.isBusy) return false;
  c.attempt++;
  c.isWritten = 0;
  return true;
}

function openedClient(this: HttpClient): void {
  import("./sending").then((part) => part.sendOut(this));
}

function closedClient(this: HttpClient, code: number): void {
  const isOurs = this.isClosing;
  this.connection = null;
  this.isClosing = 0;
  if (this.isBusy && !isOurs) import("./lost").then((part) => part.lostRequest(this, code, 0));
}

/**
 * Has one request made and sent, and its response read; the one before must be over. It fails with the connection's ErrorCode, with the http_
 * errors of writeRequest and of the response, with response_timeout, or with random_stuck.
 */
export function sendRequest(c: HttpClient): void {
  c.isBusy = 1;
  c.attempt = 0;
  c.isWritten = 0;
  if (c.connection && !c.isClosing) c.opened();
  // A connection that is closing says so before this.
  else c.board.clock.after(c.open.bind(c), 0);
}

/** Ends the connection, if there is one, and forgets a request that is under way: it is not told. @param code as HttpConnection.finish */
export function closeClient(c: HttpClient, code: number): void {
  c.isBusy = 0;
  if (!c.connection || c.isClosing) return;
  c.isClosing = 1;
  c.connection.finish(code);
}
