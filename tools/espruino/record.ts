/**
 * Records a whole poll for the crypto double (double.js): every crypto operation's result in order, and the server's bytes.
 *
 * First the firmware's rooms poll a live server with fixed randomness. Then they poll again from the recorded bytes, in the chunks that
 * Espruino reads, and this time the operations are written down.
 */
import { connect } from "node:net";
import { startBuildStatus } from "../../src/apps/build-status";
import type { BuildConfig } from "../../src/apps/config";
import { Op } from "../../src/crypto/crypto";
import { portableCrypto } from "../../src/crypto/portable";
import { At } from "../../src/crypto/workspace";
import { scanJson } from "../../src/status/json-scan";
import type { Board, ByteStream, StreamEvents } from "../../src/transport";
import { publishSection } from "../build/client-identity";
// The parts that a live server would otherwise outrun while they are loaded.
import "../../src/apps/exchange";
import "../../src/apps/outcome";
import "../../src/apps/poll";
import "../../src/apps/publish";
import "../../src/apps/published";
import "../../src/apps/verdict";
import "../../src/http/exchange";
import "../../src/record/alert-in";
import "../../src/record/post-handshake";
import { RecordCounter } from "./record-counter";

/** Bytes of a `data` event on the ESP8266. */
const chunkBytes = 268;
/** Milliseconds between two of them. */
const turnTime = 2;
const operationShift = 16;
/** Milliseconds after a poll's last line in which it lets go of everything. */
const settlingTime = 200;
/** Milliseconds without a word of a live server after which it has said all that it has to say. */
const silence = 50;
/** Where portable crypto keeps states of its own, which the double has no use for: all of the arena's scratch. */
const scratch = { from: At.scratch, to: At.arena };

/** What the server sends once the client has sent so many records: of bytes a later poll sends more, because it knows an ETag. */
export interface Flight {
  afterRecords: number;
  bytes: Buffer;
}

export interface Recording {
  /** The double's Storage files: of the operation that protects what is sent, and of all others; which of both comes first is a matter of chance. */
  double: Buffer;
  seals: Buffer;
  /** The flights of each connection. */
  connections: Flight[][];
  /** What the firmware printed. */
  lines: string[];
}

/** @param alter changes what a live server sent, for polls that go wrong */
export async function recordPoll(config: BuildConfig, alter: (connections: Flight[][]) => void = () => {}): Promise<Recording> {
  const live = new LiveNetwork();
  await pollOnce(config, live, null);
  alter(live.connections);
  const operations: Operations = { seals: [], others: [] };
  const lines = await pollOnce(config, new RecordedNetwork(live.connections), operations);
  return { double: Buffer.concat(operations.others), seals: Buffer.concat(operations.seals), connections: live.connections, lines };
}

type Network = Pick<Board["network"], "open">;

/** Entries of the double's files. */
interface Operations {
  seals: Buffer[];
  others: Buffer[];
}

/** Runs one poll. With `operations`, its crypto operations are appended there. */
function pollOnce(config: BuildConfig, network: Network, operations: Operations | null): Promise<string[]> {
  const ram = new Uint8Array(At.end);
  const portable = portableCrypto(ram, scanJson);
  let random = 1;
  const withRandom = (op: number, b?: number, c?: number): number => {
    if (op >> operationShift !== Op.hardwareRandom >> operationShift) return portable(op, b, c);
    const at = op & ((1 << operationShift) - 1);
    for (let i = 0; i < b!; i++) {
      random = (random * 1103515245 + 12345) % 2 ** 31;
      ram[at + i] = random >> 16;
    }
    return 1;
  };
  const crypto = operations ? recorded(ram, withRandom, operations) : withRandom;
  const lines: string[] = [];
  const { publish } = config;
  return new Promise((resolve) => {
    const board: Board = {
      ram,
      crypto,
      clock: {
        after: (f, ms) => setTimeout(f, ms),
        cancel: (handle) => clearTimeout(handle as NodeJS.Timeout),
      },
      network: {
        joinWifi: (done) => done(0, "127.0.0.1"),
        isUp: () => true,
        open: (host, port, events) => network.open(host, port, events),
      },
      console: {
        line(text) {
          lines.push(text);
          if (publish ? isPublishOver(text) : isPollOver(text)) setTimeout(() => resolve(lines), settlingTime);
        },
        put() {},
      },
      light: { show() {} },
      patience: { join: 5_000, tcp: 10_000, handshake: 60_000, response: 60_000 },
      copyIn: (chunk, at) => ram.set(Buffer.from(chunk, "latin1"), at),
      copyOut: (from, to) => Buffer.from(ram.subarray(from, to)).toString("latin1"),
      time: () => Date.now() / 1000,
      random: (at, length) => (crypto(Op.hardwareRandom + at, length) ? 0 : 1),
      restart() {},
    };
    startBuildStatus({
      board,
      abort: null,
      server: () => config.server,
      status: () => config.status,
      wifi: () => config.wifi,
      ...(publish ? { publish: () => publishSection(publish) } : {}),
    });
  });
}

/** Writes down each operation: its number, what it returned, and the bytes it changed. */
function recorded(ram: Uint8Array, crypto: Board["crypto"], operations: Operations): Board["crypto"] {
  return (op, b, c) => {
    const entries = op >> operationShift === Op.seal >> operationShift ? operations.seals : operations.others;
    const before = Uint8Array.from(ram);
    const result = crypto(op, b, c);
    const writes = changes(before, ram);
    const head = Buffer.alloc(4);
    head[0] = op >> operationShift;
    head.writeUInt16LE(result, 1);
    head[3] = writes.length;
    entries.push(head);
    for (const [from, to] of writes) {
      const place = Buffer.alloc(4);
      place.writeUInt16LE(from, 0);
      place.writeUInt16LE(to - from, 2);
      entries.push(place, Buffer.from(ram.subarray(from, to)));
    }
    return result;
  };
}

/** Stretches that differ, those less than 8 bytes apart taken together. */
function changes(before: Uint8Array, after: Uint8Array): [from: number, to: number][] {
  const gap = 8;
  const found: [from: number, to: number][] = [];
  for (let i = 0; i < after.length; i++) {
    if (before[i] === after[i] || (i >= scratch.from && i < scratch.to)) continue;
    const last = found.at(-1);
    if (last && i - last[1] < gap) last[1] = i + 1;
    else found.push([i, i + 1]);
  }
  return found;
}

/** The line that a poll ends with, or the one before the fingerprint that did not match. */
function isPollOver(line: string): boolean {
  return line === "closing connection" || line.includes(" is unknown: ") || line === "certificate doesn't match";
}

/** The line that a publication ends with. */
function isPublishOver(line: string): boolean {
  return /^publish: (completed|failed|not yet)/.test(line);
}

/**
 * Records what a live server sends, and after which of our records. It gets the next one only when it has said all, so that this depends on no race:
 * tickets come after our Finished, an answer after the last record of its request.
 */
class LiveNetwork implements Network {
  readonly connections: Flight[][] = [];

  open(host: string, port: number, events: StreamEvents): ByteStream {
    const flights: Flight[] = [];
    this.connections.push(flights);
    const socket = connect({ host, port });
    const queue = new ChunkQueue(events);
    const records = new RecordCounter();
    const waiting: string[] = [];
    let timer: NodeJS.Timeout | undefined;
    const sendLater = () => {
      clearTimeout(timer);
      timer = setTimeout(send, silence);
    };
    const send = () => {
      const chunk = waiting.shift()!;
      records.add(Buffer.from(chunk, "latin1"));
      socket.write(chunk, "latin1");
      if (waiting.length > 0) sendLater();
    };
    socket.on("connect", () => events.connected());
    socket.on("data", (bytes) => {
      const last = flights.at(-1);
      if (last?.afterRecords === records.count) last.bytes = Buffer.concat([last.bytes, bytes]);
      else flights.push({ afterRecords: records.count, bytes });
      queue.add(bytes);
      if (waiting.length > 0) sendLater();
    });
    socket.on("end", () => events.closed(0));
    socket.on("error", () => {});
    return {
      write(chunk) {
        waiting.push(chunk);
        if (waiting.length === 1) sendLater();
      },
      // What waits is of no interest to anybody any more.
      end: () => socket.destroy(),
    };
  }
}

/** Hands bytes on as the board's sockets do: a small chunk, then a turn or two in which timers have their say. */
class ChunkQueue {
  private readonly chunks: Buffer[] = [];
  isOver = false;

  constructor(private readonly events: StreamEvents) {}

  add(bytes: Buffer): void {
    if (this.chunks.length === 0) this.later();
    for (let at = 0; at < bytes.length; at += chunkBytes) this.chunks.push(bytes.subarray(at, at + chunkBytes));
  }

  private later(): void {
    setTimeout(() => {
      const chunk = this.chunks.shift();
      if (chunk && !this.isOver) this.events.data(chunk.toString("latin1"));
      if (this.chunks.length > 0) this.later();
    }, turnTime);
  }
}

class RecordedNetwork implements Network {
  private opened = 0;

  constructor(private readonly connections: Flight[][]) {}

  open(_host: string, _port: number, events: StreamEvents): ByteStream {
    const flights = [...(this.connections[this.opened++] ?? [])];
    const queue = new ChunkQueue(events);
    const records = new RecordCounter();
    setTimeout(() => events.connected(), 0);
    return {
      write(chunk) {
        records.add(Buffer.from(chunk, "latin1"));
        if (flights[0] && flights[0].afterRecords <= records.count) queue.add(flights.shift()!.bytes);
      },
      end() {
        queue.isOver = true;
      },
    };
  }
}
