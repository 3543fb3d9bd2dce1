/**
 * The state of one TLS connection and the loop that drives it (RFC 8446). Nothing here does I/O on its own: chunks go in with
 * `feedConnection`, records go out through `stream.write`, and `wait` says why the loop stopped. Each `step` does one small thing and names
 * the next one: so calls stay flat, and the loop can stop between any two.
 */
import { MAX_QUEUED_INPUT } from "../bytes/limits";
import type { Suite } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { Alert, alertFor } from "../errors/alerts";
import { ErrorCode } from "../errors/codes";
import type { Board, ByteSink, ByteStream, Bytes, CryptoCall } from "../transport";
import { ContentType, sendRecord } from "./record-out";

/** Why the loop does not go on. */
export const enum Wait {
  /** It goes on. */
  none,
  /** More bytes from the peer. */
  input,
  /** Work that goes on in a later turn, after which `resumeConnection` is called; bytes that come meanwhile are queued. */
  work,
  /** Nothing: the connection is over. */
  over,
}

/** A place in the records' stream; the methods are steps that the rooms put in. */
export interface Connection {
  board: Board;
  ram: Uint8Array;
  crypto: CryptoCall;
  /** The transport; not there before TCP was tried. */
  stream: ByteStream;
  /** What takes the application data once the connection is open. */
  sink: ByteSink;

  wait: Wait;
  step(c: Connection): void;
  /** The step that takes the handshake bytes ram[at .. end). It leads to `more` when it has taken them all. */
  content(c: Connection): void;
  /** The record layer's step that comes after the bytes were taken. */
  more(c: Connection): void;
  /** The step between two records: as a rule `between`, which begins the next one. */
  next(c: Connection): void;
  between(c: Connection): void;
  /** Sends content in protected records; for the parts, which do not hold the record layer's functions. */
  send(type: number, content: Bytes): void;
  /** Goes on after Wait.work. */
  resume(): void;
  /** Ends the connection with an ErrorCode, or in order with 0. */
  finish(code: number): void;
  /** Called once, when application data may be sent. */
  opened(): void;
  /** Called in a turn of its own each time when all application data that came was taken; whoever reads the data puts it in. */
  taken(): void;
  /** Called once: with 0 after close_notify, else with the ErrorCode that ended it. */
  over(code: number): void;

  /** The chunk being read, how far it is read, and what came while the loop waited for work. */
  input: Bytes;
  pos: number;
  queue: Bytes;

  /** Bytes of the present record gathered at At.record, and ciphertext bytes still to come before its tag. */
  have: number;
  left: number;
  /** The bytes to take: ram[at .. end). */
  at: number;
  end: number;
  /** The last non-zero byte held back of a long record (-1: none yet), and the zeros that followed it: they may be type and padding. */
  held: number;
  zeros: number;
  /** Of a long record: the length of its content with type and padding, and its first two bytes, which may be an alert. */
  inner: number;
  first: number;
  /** While zeros held back are handed on as content: how many still, and where the piece behind them ends. */
  zerosDue: number;
  pieceEnd: number;
  /** True while bytes are handed on whose tag is not checked yet; an error then waits in `blame`. */
  provisional: boolean;
  blame: number;

  /** Records are protected in this direction. */
  canOpen: boolean;
  canSeal: boolean;
  /** The handshake is complete: application data may come. */
  isOpen: boolean;
  /** A handshake message is incomplete, so that no other record type may come. */
  midMessage: boolean;
  /** After the handshake: bytes of a message's header read so far, its type and length as far as read, and its body bytes still to come. */
  ticketHave: number;
  ticketHead: number;
  ticketLeft: number;
  /** The long record being read may still turn out to hold nothing but NewSessionTickets. */
  isTickets: boolean;
  /** The negotiated cipher suite. */
  suite: Suite;
  /** Records in a row that brought nothing. */
  useless: number;
}

/** Takes a chunk from the transport; raises nothing. A chunk that comes while work goes on waits, MAX_QUEUED_INPUT bytes in all. */
export function feedConnection(c: Connection, chunk: Bytes): void {
  if (c.wait === Wait.input) {
    c.input = chunk;
    c.pos = 0;
    c.wait = Wait.none;
    runConnection(c);
    if (c.isOpen && (c.wait as Wait) === Wait.input) c.board.clock.after(c.taken.bind(c), 0);
  } else if (c.wait === Wait.work) {
    c.queue += chunk;
    if (c.queue.length > MAX_QUEUED_INPUT) c.finish(ErrorCode.input_overflow);
  }
}

/** Goes on after work that had its own turn. */
export function resumeConnection(this: Connection): void {
  if (this.wait !== Wait.work) return;
  this.wait = Wait.none;
  runConnection(this);
}

/** Steps until there is something to wait for. An error before the tag is checked waits for it (decision: a bad tag is always bad_record_mac). */
export function runConnection(c: Connection): void {
  do {
    try {
      while (c.wait === Wait.none) c.step(c);
    } catch (error) {
      if (typeof error !== "number") throw error;
      if (c.provisional) {
        if (!c.blame) c.blame = error;
        c.step = c.more;
      } else c.finish(error);
    }
  } while (c.wait === Wait.none);
}

/**
 * Ends the connection: with 0 in order, by close_notify (RFC 8446 section 6.1), else with the alert that belongs to the code. Wipes every secret
 * and says so once.
 */
export function endConnection(this: Connection, code: number): void {
  if (this.wait === Wait.over) return;
  this.wait = Wait.over;
  const alert = code ? alertFor(code) : Alert.close_notify;
  if (this.stream) {
    // RFC 8446 section 6: close_notify as a warning, all others as fatal
    if (alert >= 0) sendRecord(this, ContentType.alert, String.fromCharCode(alert ? 2 : 1, alert));
    this.stream.end();
  }
  this.ram.subarray(0, At.end).fill(0);
  this.over(code);
}
