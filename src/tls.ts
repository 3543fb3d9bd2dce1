/**
 * TLS 1.3 over a board's network: what the applications use. The bytes of the server go to a ByteSink, because they are provisional until
 * their record's tag is checked.
 */
import { ErrorCode } from "./errors/codes";
import type { Handshaking, TlsPeer } from "./handshake/state";
import { driveConnection, endConnection, Wait } from "./record/connection";
import { loadControl } from "./record/control";
import { readRecord } from "./record/record-in";
import { ContentType, sendContent } from "./record/record-out";
import type { Board, StreamEvents } from "./transport";

export { ContentType, Wait };

/** Milliseconds after which a connection that the peer closed is looked at again, while what it sent is not taken yet. */
const QUEUE_CHECK = 10;

export interface TlsOptions extends TlsPeer {
  port: number;
  /** Connect here instead of looking the host up; null to look it up. */
  address: string | null;
}

/** What a TLS connection has to say. `opened` comes at most once, `closed` exactly once and last. */
export interface TlsEvents {
  /** The server is proven to be the right one. The data that it sends is read as soon as `sink`, and `taken` if wanted, are set and `resume("")` is called. */
  opened(): void;
  /** @param code 0 after close_notify or our own close, else the ErrorCode that ended it */
  closed(code: number): void;
}

/** A TLS connection as the applications see it. */
export interface Tls extends Handshaking, StreamEvents {
  events: TlsEvents;
  options: TlsOptions;
  timer: unknown;
  /** Ends the connection with `code` unless it comes further within `ms` milliseconds. */
  limit(ms: number, code: number): void;
}

/**
 * Connects and shakes hands. Wi-Fi must be up. The handshake's code is loaded only while it goes on. After board.patience.tcp
 * milliseconds without TCP it ends with connect_timeout, after board.patience.handshake more with handshake_timeout.
 *
 * @once
 */
export function openTls(board: Board, options: TlsOptions, events: TlsEvents): Tls {
  const c = {
    wait: Wait.work,
    board,
    ram: board.ram,
    crypto: board.crypto,
    base: board.base,
    events,
    options,
    limit: limitTls,
    send: sendContent,
    resume: driveConnection,
    finish: finishTls,
    ready: connectTls,
    connected: connectedTls,
    closed: closedTls,
    opened: openedTls,
    taken() {},
    step: readRecord,
    more: readRecord,
    pending: null,
    input: "",
    queue: "",
    stored: -1,
    pos: 0,
    have: 0,
    total: 0,
    useless: 0,
    suite: 0,
    ticketHave: 0,
    provisional: false,
    canOpen: false,
    canSeal: false,
    isOpen: false,
    midMessage: false,
  } as unknown as Tls;
  import("./handshake/hello").then((part) => c.resume(part.startHandshake));
  return c;
}

/**
 * Opens TCP and puts the connection's loop behind its events.
 *
 * @once
 */
function connectTls(this: Tls): void {
  this.ready = null as never;
  const options = this.options;
  this.limit(this.board.patience.tcp, ErrorCode.connect_timeout);
  this.data = this.resume.bind(this);
  this.stream = this.board.network.open(options.address || options.host, options.port, this);
}

/** @once */
function connectedTls(this: Tls): void {
  this.connected = null as never;
  this.limit(this.board.patience.handshake, ErrorCode.handshake_timeout);
  this.board.clock.after(this.resume.bind(this, this.begin), 0);
}

/** TCP is over. Tells in a later turn, because who was told of the last bytes may still look at the workspace, and what came last may wait for work. */
function closedTls(this: Tls, code: number): void {
  // What is still written has nobody to take it: Espruino's closed socket would throw.
  this.stream = null;
  if (!code) code = this.isOpen ? ErrorCode.truncated : ErrorCode.connection_closed;
  // connectedTls lets go of itself.
  if ((this.connected as unknown) && (code === ErrorCode.connection_closed || code === ErrorCode.connection_reset))
    code = ErrorCode.connection_refused;
  const isBusy = this.wait === Wait.sink || (this.wait === Wait.work && (this.isOpen || this.queue || this.stored > 0));
  this.board.clock.after(isBusy ? this.closed.bind(this, code) : this.finish.bind(this, code), isBusy ? QUEUE_CHECK : 0);
}

function limitTls(this: Tls, ms: number, code: number): void {
  const clock = this.board.clock;
  if (this.timer) clock.cancel(this.timer);
  this.timer = clock.after(this.finish.bind(this, code), ms);
}

/** @once */
function openedTls(this: Tls): void {
  // Lets go of the handshake and of its parts.
  this.handshake = null as never;
  this.opened = null as never;
  this.content = loadControl;
  this.wait = Wait.work;
  this.board.clock.cancel(this.timer);
  this.timer = 0;
  this.board.clock.after(tellOpened.bind(this), 0);
}

/**
 * Tells that the connection is open, and reads on: tickets, and what a server says of our certificate, come before the answer to any request and would pile
 * up. Both in one turn: where memory runs out in the one, Espruino has none for the other.
 *
 * @once
 */
function tellOpened(this: Tls): void {
  this.events.opened();
  this.resume();
}

/** @part */
function finishTls(this: Tls, code: number): void {
  if (!endConnection(this, code)) return;
  const clock = this.board.clock;
  if (this.timer) clock.cancel(this.timer);
  clock.after(this.events.closed.bind(this.events, code), 0);
}
