/**
 * The state of one TLS connection and the loop that drives it (RFC 8446). Nothing here does I/O on its own: chunks go in with
 * `resume`, records go out through `stream.write`, and `wait` says why the loop stopped. Each `step` does one small thing and names
 * the next one: so calls stay flat, and the loop can stop between any two.
 */
import { MAX_QUEUED_INPUT } from "../bytes/limits";
import type { Suite } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { Alert, alertFor } from "../errors/alerts";
import { ErrorCode } from "../errors/codes";
import type { Board, ByteSink, ByteStream, Bytes, CryptoCall } from "../transport";
import { ContentType } from "./record-out";
import { queueStored, storeInput } from "./stored";

/** Why the loop does not go on. */
export const enum Wait {
  /** It goes on. */
  none,
  /** More bytes from the peer. */
  input,
  /** Work that goes on in a later turn, after which `resume` is called; bytes that come meanwhile are queued. */
  work,
  /** Somebody who takes application data: `sink`. Bytes are queued likewise. */
  sink,
  /** Nothing: the connection is over. */
  over,
}

/** One small thing that the loop does with a connection. A method's type, so that the handshake's steps may ask for a Handshaking. */
export type Step = { step(c: Connection): void }["step"];

/** A place in the records' stream; the methods are steps that the rooms put in. */
export interface Connection {
  board: Board;
  ram: Uint8Array;
  crypto: CryptoCall;
  /** As Board's. */
  base?: number;
  /** The transport; not there before TCP was tried, nor once it is closed. */
  stream: ByteStream | null;
  /** What takes the application data of the open connection; not there until somebody puts it in. */
  sink: ByteSink;

  wait: Wait;
  step: Step;
  /** The step that takes the handshake bytes ram[at .. end). It leads to `more` when it has taken them all. */
  content: Step;
  /** The record layer's step that comes after the bytes were taken. */
  more: Step;
  /** What is to be done between this record and the next one, because the next one has other keys; null for nothing. It leads to `more`. */
  pending: Step | null;
  /** Sends content in protected records; for the parts, which do not hold the record layer's functions. */
  send(type: number, content: Bytes): void;
  /** Goes on after Wait.work, with another step if one is given; or takes a chunk. An empty one after Wait.sink, once there is one. */
  resume(next?: Step | Bytes): void;
  /** Ends the connection with an ErrorCode, or in order with 0. */
  finish(code: number): void;
  /** Called once, when application data may be sent. */
  opened(): void;
  /** Called in a turn of its own each time when all application data that came was taken; whoever reads the data puts it in. */
  taken(): void;

  /** The chunk being read, how far it is read, and what came while the loop waited for work. */
  input: Bytes;
  pos: number;
  queue: Bytes;
  /** How many bytes lie before those of `queue` at At.stored; -1 where none may, because what goes on needs the place. */
  stored: number;

  /** Bytes gathered at At.record, the header included, and ciphertext bytes that are neither gathered nor taken, without a long record's tag. */
  have: number;
  left: number;
  /** Bytes that must be gathered before the present step can go on. */
  total: number;
  /** The bytes to take: ram[at .. end). */
  at: number;
  end: number;
  /** The record's type; of a long record, the last non-zero byte held back (-1: none yet), and the zeros that followed it: type and padding? */
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
  /** The sink takes part in what comes, and was marked in a long record. Not so in one that began before there was a sink, and may be tickets. */
  isMarked: boolean;

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

/**
 * Goes on, with a chunk from the transport or after work: steps until there is something to wait for. Raises nothing. A chunk that comes while work
 * goes on waits, MAX_QUEUED_INPUT bytes in all. An error before the tag is checked waits for it (decision: a bad tag is always bad_record_mac).
 *
 * One function for both, because the calls that a chunk leads to are the deepest ones.
 * @param next the chunk, or the step to go on with; without either, it goes on where it stopped
 */
export function driveConnection(this: Connection, next?: Step | Bytes): void {
  if (typeof next === "string") {
    if (this.wait === Wait.input) {
      if (this.have + next.length < this.total) {
        // Less than what is waited for: no step could do more.
        this.board.copyIn(next, At.record + this.have);
        this.have += next.length;
        return;
      }
      this.input = next;
      this.pos = 0;
    } else {
      if (this.wait !== Wait.over) {
        if (this.stored < 0) this.queue += next;
        else storeInput(this, next);
        if (this.queue.length > MAX_QUEUED_INPUT) this.finish(ErrorCode.input_overflow);
      }
      if (this.wait !== Wait.sink || !this.sink) return;
    }
  } else {
    if (this.wait !== Wait.work) return;
    if (next) this.step = next;
  }
  this.wait = Wait.none;
  do {
    try {
      while (!this.wait) this.step(this);
    } catch (error) {
      if (typeof error !== "number") throw error;
      if (this.provisional) {
        if (!this.blame) this.blame = error;
        queueStored(this);
        this.step = this.more;
      } else this.finish(error);
    }
  } while (!this.wait);
  if (this.isOpen && (this.wait as Wait) === Wait.input) {
    // All of it is read: let go, because what is made of it takes memory.
    this.input = "";
    this.board.clock.after(this.taken.bind(this), 0);
  }
}

/**
 * Ends the connection: with 0 in order, by close_notify (RFC 8446 section 6.1), else with the alert that belongs to the code. Wipes every
 * secret. False if it was over before.
 */
export function endConnection(c: Connection, code: number): boolean {
  if (c.wait === Wait.over) return false;
  const alert = code ? alertFor(code) : Alert.close_notify;
  if (c.stream) {
    // RFC 8446 section 6: close_notify as a warning, all others as fatal
    if (alert >= 0) c.send(ContentType.alert, String.fromCharCode(alert ? 2 : 1, alert));
    // What nobody takes keeps Espruino's socket in memory for ever; any function takes it.
    if (c.stream.on) c.stream.on("data", parseInt);
    c.stream.end();
    c.stream = null;
  }
  c.wait = Wait.over;
  c.ram.subarray(0, At.end).fill(0);
  return true;
}
