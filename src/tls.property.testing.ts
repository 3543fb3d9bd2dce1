/**
 * Plays a TLS connection to its end in time that only exists here, and writes down whatever a caller must never see: exceptions, a second
 * `closed`, memory past the caps, turns without end. For property tests.
 */
import { nodeBoard } from "../tools/node-board/node-board";
// The parts that the handshake loads as it goes: there already, so that loading takes no longer than on the board.
import "./handshake/hello";
import "./handshake/parameters";
import "./handshake/client-finished";
import "./handshake/proof";
import "./handshake/server-hello";
import { MAX_CERTIFICATE, MAX_QUEUED_INPUT } from "./bytes/limits";
import { At } from "./crypto/workspace";
import { ErrorCode } from "./errors/codes";
import { type ServerOptions, TestServer } from "./handshake/server.testing";
import { openTls, type Tls, type TlsOptions } from "./tls";
import type { Board, ByteSink, StreamEvents } from "./transport";

export interface Play {
  tls: Pick<TlsOptions, "fingerprints"> & Partial<TlsOptions>;
  /** The peer: a server, or bytes that come whatever the client says. */
  server?: ServerOptions;
  bytes?: Uint8Array;
  /** Sizes of the chunks in which its bytes come, over and over. */
  chunks: number[];
  /** Bytes of a record that come together with the end of the one before; none if it is 0. */
  shift: number;
  /** The network holds back what the ESP8266's TCP window would; without it all comes, one chunk a turn. */
  hasWindow: boolean;
  /** When it has said all, its TCP closes; without it, silence. */
  hangsUp: boolean;
  /** Turns that the application takes before it reads the answer. */
  delay: number;
  /** Gives the server before anything is sent. */
  onServer?: (server: TestServer) => void;
}

export interface Outcome {
  /** The code of each `closed`. */
  closed: number[];
  /** How often `opened` came. */
  opened: number;
  /** What must not be: exceptions, writes past a region, events after the end, memory past the caps. */
  faults: unknown[];
  /** Application data that was authentic. */
  committed: string;
  /** The server found the client's Finished right: both saw the same handshake. */
  isAgreed: boolean;
}

/** Most bytes of a chunk. */
export const MAX_CHUNK = 600;
const REQUEST = "GET /";
/** A TCP window of the ESP8266. */
const WINDOW = 2144;
/** Turns for each byte that comes, and for a connection without any. */
const TURNS_PER_BYTE = 4;
const TURNS = 400;
/** Looks at the next step for each byte of a chunk, and for an empty one. */
const STEPS_PER_BYTE = 40;
const STEPS = 4000;
/** Bytes that a connection may hold besides the workspace: queued input, a certificate, two chunks, and small things. */
const MAX_HELD = MAX_QUEUED_INPUT + MAX_CERTIFICATE + 2 * MAX_CHUNK + 512;
/** Values in any list that it holds. */
const MAX_LIST = 32;

/** The client as it came to its end. */
export async function play(options: Play): Promise<Outcome> {
  const outcome: Outcome = { closed: [], opened: 0, faults: [], committed: "", isAgreed: false };
  const rejected = (reason: unknown) => void outcome.faults.push(reason);
  process.on("unhandledRejection", rejected);
  try {
    await new Theatre(options, outcome).run();
  } finally {
    process.off("unhandledRejection", rejected);
  }
  return outcome;
}

interface Timer {
  due: number;
  f: () => void;
}

class Theatre {
  private now = 0;
  private timers: Timer[] = [];
  private readonly board: Board;
  private readonly tls: Tls;
  private stream: StreamEvents | null = null;
  private server: TestServer | null = null;
  private readonly coming: Buffer[] = [];
  private bytesSent = 0;
  private chunkSizes = 0;
  private heldBack: Buffer = Buffer.alloc(0);
  private isClientGone = false;
  private isServerGone = false;
  private isAborted = false;
  private isTimersTurn = false;
  private steps = 0;

  constructor(
    private readonly options: Play,
    private readonly outcome: Outcome,
  ) {
    this.board = this.makeBoard();
    this.tls = openTls(
      this.board,
      { host: "server.test", port: 443, address: null, alpn: null, identity: null, seen: "", ...options.tls } as TlsOptions,
      { opened: () => this.opened(), closed: (code) => void outcome.closed.push(code) },
    );
    this.countSteps();
  }

  async run(): Promise<void> {
    for (let turn = 0; turn < TURNS + TURNS_PER_BYTE * this.bytesSent; turn++) {
      await settled();
      if (!(await this.turn())) {
        if (this.isAborted || this.outcome.faults.length > 0) return;
        // Whoever comes late with an end of its own changes nothing.
        this.isAborted = true;
        this.tls.finish(ErrorCode.response_timeout);
      }
      this.checkMemory();
    }
    this.outcome.faults.push("it goes on and on");
  }

  /** One turn of the event loop; false if there will be none any more. */
  private async turn(): Promise<boolean> {
    const canDeliver = this.coming.length > 0 && this.hasRoom();
    // Timers and chunks in turns, as a turn of Espruino's has both.
    this.isTimersTurn = !this.isTimersTurn;
    const due = canDeliver && !this.isTimersTurn ? undefined : this.nextTimer(0);
    if (due) this.attempt(due.f);
    else if (canDeliver) this.deliver();
    else if (this.heldBack.length > 0) {
      this.queue(this.heldBack);
      this.heldBack = Buffer.alloc(0);
    } else {
      await settled();
      const later = this.nextTimer(0);
      if (later) this.attempt(later.f);
      else if (this.coming.length > 0 && !this.isClientGone) this.outcome.faults.push("it takes no more input");
      else if (this.options.hangsUp && !this.isServerGone && this.stream) this.hangUp();
      else return this.skipTime();
    }
    return this.outcome.faults.length === 0;
  }

  private skipTime(): boolean {
    const timer = this.nextTimer(Number.POSITIVE_INFINITY);
    if (timer) this.attempt(timer.f);
    return timer !== undefined;
  }

  /** Takes out the first timer that is due in so many milliseconds. */
  private nextTimer(within: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) if (!first || timer.due < first.due) first = timer;
    if (!first || first.due > this.now + within) return undefined;
    this.timers = this.timers.filter((timer) => timer !== first);
    this.now = Math.max(this.now, first.due);
    return first;
  }

  private hasRoom(): boolean {
    if (this.isClientGone) return true;
    return !this.options.hasWindow || (this.tls.queue?.length ?? 0) < WINDOW / 2;
  }

  private deliver(): void {
    const chunk = this.coming.shift()!.toString("latin1");
    this.steps = -STEPS_PER_BYTE * chunk.length;
    if (!this.isClientGone) this.attempt(() => this.stream!.data(chunk));
  }

  private hangUp(): void {
    this.isServerGone = true;
    this.steps = 0;
    if (!this.isClientGone) this.attempt(() => this.stream!.closed(0));
  }

  private attempt(f: () => void): void {
    this.steps = Math.min(this.steps, 0);
    try {
      f();
    } catch (error) {
      this.outcome.faults.push(error);
    }
  }

  private opened(): void {
    const { outcome, tls } = this;
    outcome.opened++;
    let provisional: string | null = null;
    const sink: ByteSink = {
      mark: () => {
        provisional = "";
      },
      bytes: (at, length) => {
        const text = this.board.copyOut(at, at + length);
        if (provisional === null) outcome.committed += text;
        else provisional += text;
      },
      commit: () => {
        outcome.committed += provisional ?? "";
        provisional = null;
      },
      rollback: () => {
        provisional = null;
      },
      end() {},
    };
    tls.taken = () => {};
    tls.send(23, REQUEST);
    this.resumeAfter(this.options.delay, sink);
    tls.limit(this.board.patience.response, ErrorCode.response_timeout);
  }

  /** There is nobody who takes data before. */
  private resumeAfter(turns: number, sink: ByteSink): void {
    this.board.clock.after(() => {
      if (turns) {
        this.resumeAfter(turns - 1, sink);
        return;
      }
      this.tls.sink = sink;
      this.tls.resume("");
    }, 0);
  }

  private makeBoard(): Board {
    const board = nodeBoard();
    const { copyIn, crypto } = board;
    board.clock = {
      after: (f, ms) => {
        const timer = { due: this.now + ms, f };
        this.timers.push(timer);
        return timer;
      },
      cancel: (handle) => {
        this.timers = this.timers.filter((timer) => timer !== handle);
      },
    };
    board.copyIn = (chunk, at) => {
      let end = At.end;
      if (at < At.stored) end = At.scratch;
      else if (at < At.record) end = At.arena;
      else if (at < At.message) end = At.message;
      if (at + chunk.length > end) this.outcome.faults.push(`${chunk.length} bytes do not fit at ${at}`);
      copyIn(chunk, at);
    };
    board.crypto = (op, b = 0, c = 0) => {
      // Of one chunk no more is to be done than so much, whatever it is.
      if (++this.steps > STEPS) throw new Error("it does not wait");
      return crypto(op, b, c);
    };
    board.network.open = (_host, _port, events) => {
      this.stream = events;
      board.clock.after(() => events.connected(), 0);
      if (this.options.server) {
        const connected = (): void => {
          this.outcome.isAgreed = true;
          this.options.server?.connected?.(this.server!);
        };
        this.server = new TestServer({ ...this.options.server, connected }, (bytes) => this.send(bytes));
        this.options.onServer?.(this.server);
      } else this.send(Buffer.from(this.options.bytes ?? []));
      return {
        write: (chunk) => this.listen(chunk),
        end: () => {
          this.isClientGone = true;
        },
      };
    };
    return board;
  }

  /** What the client says. Words after its end are a fault; a server that cannot make sense of them falls silent. */
  private listen(chunk: string): void {
    if (this.isClientGone) this.outcome.faults.push("it says something after its end");
    try {
      this.server?.receive(Buffer.from(chunk, "latin1"));
    } catch {
      this.server = null;
    }
  }

  private send(record: Buffer): void {
    const { shift } = this.options;
    const bytes = shift ? Buffer.concat([this.heldBack, record.subarray(0, shift)]) : record;
    this.heldBack = shift ? record.subarray(shift) : this.heldBack;
    this.queue(bytes);
  }

  private queue(bytes: Buffer): void {
    this.bytesSent += bytes.length;
    const { chunks } = this.options;
    for (let at = 0; at < bytes.length; ) {
      const size = chunks[this.chunkSizes++ % chunks.length]!;
      this.coming.push(bytes.subarray(at, at + size));
      at += size;
    }
  }

  private countSteps(): void {
    let { step } = this.tls;
    Object.defineProperty(this.tls, "step", {
      get: () => {
        if (++this.steps > STEPS) throw new Error("it does not wait");
        return step;
      },
      set: (next) => {
        step = next;
      },
    });
  }

  /** All that the connection holds, besides the board's. */
  private checkMemory(): void {
    const seen = new Set<unknown>([this.board, this.board.ram, this.board.crypto, this.tls.stream, this.tls.options]);
    let held = 0;
    const add = (value: unknown): void => {
      if (typeof value === "string") held += value.length;
      if (value === null || typeof value !== "object" || seen.has(value)) return;
      seen.add(value);
      if (ArrayBuffer.isView(value)) {
        if (value.buffer !== this.board.ram.buffer) held += value.byteLength;
        return;
      }
      if (Array.isArray(value) && value.length > MAX_LIST) this.outcome.faults.push(`a list of ${value.length}`);
      for (const inner of Object.values(value)) add(inner);
    };
    for (const [key, value] of Object.entries(this.tls)) if (key !== "events" && key !== "timer" && key !== "sink") add(value);
    if (held > MAX_HELD) this.outcome.faults.push(`it holds ${held} bytes`);
  }
}

/** Resolves when what promises led to has been done. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
