/**
 * Records a whole poll for the crypto double (double.js): every crypto operation's result in order, and the server's bytes.
 *
 * First the firmware's rooms poll a live server with fixed randomness. Then they poll again from the recorded bytes, in the chunks that
 * Espruino reads, and this time the operations are written down.
 */
import { connect } from "node:net";
import { startBuildStatus } from "../../src/apps/build-status";
import type { ServerConfig, StatusConfig } from "../../src/apps/config";
import { Op } from "../../src/crypto/crypto";
import { portableCrypto } from "../../src/crypto/portable";
import { At } from "../../src/crypto/workspace";
import { scanJson } from "../../src/status/json-scan";
import type { Board, ByteStream, StreamEvents } from "../../src/transport";

/** Bytes of a `data` event on the ESP8266. */
const chunkBytes = 268;
const operationShift = 16;
/** Where portable crypto keeps states of its own, which the double has no use for: all of the arena's scratch. */
const scratch = { from: At.scratch, to: At.arena };

/** What the server sends once the client has sent so many bytes. */
export interface Flight {
  afterBytes: number;
  bytes: Buffer;
}

export interface Recording {
  /** The double's Storage file. */
  double: Buffer;
  flights: Flight[];
  /** What the firmware printed. */
  lines: string[];
}

export interface RecordTarget {
  server: ServerConfig;
  status: StatusConfig;
}

export async function recordPoll(target: RecordTarget): Promise<Recording> {
  const live = new LiveNetwork(target.server.address ?? target.server.host, target.server.port);
  await pollOnce(target, live, null);
  const entries: Buffer[] = [];
  const lines = await pollOnce(target, new RecordedNetwork(live.flights), entries);
  return { double: Buffer.concat(entries), flights: live.flights, lines };
}

type Network = Pick<Board["network"], "open">;

/** Runs one poll. With `entries`, its crypto operations are appended there. */
function pollOnce(target: RecordTarget, network: Network, entries: Buffer[] | null): Promise<string[]> {
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
  const crypto = entries ? recorded(ram, withRandom, entries) : withRandom;
  const lines: string[] = [];
  return new Promise((resolve) => {
    const board: Board = {
      ram,
      crypto,
      clock: {
        now: () => performance.now(),
        after: (f, ms) => setTimeout(f, ms),
        repeat: () => 0,
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
          if (text === "closing connection" || text.includes("is unknown")) setTimeout(() => resolve(lines), chunkBytes);
        },
        put() {},
      },
      light: { show() {} },
      patience: { join: 5_000, connect: 10_000, handshake: 60_000, response: 60_000 },
      copyIn: (chunk, at) => ram.set(Buffer.from(chunk, "latin1"), at),
      copyOut: (from, to) => Buffer.from(ram.subarray(from, to)).toString("latin1"),
      random: (at, length) => (crypto(Op.hardwareRandom + at, length) ? 0 : 1),
    };
    startBuildStatus({
      board,
      abort: null,
      server: () => target.server,
      status: () => target.status,
      wifi: () => ({ ssid: "", password: "" }),
    });
  });
}

/** Writes down each operation: its number, what it returned, and the bytes it changed. */
function recorded(ram: Uint8Array, crypto: Board["crypto"], entries: Buffer[]): Board["crypto"] {
  return (op, b, c) => {
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

class LiveNetwork implements Network {
  readonly flights: Flight[] = [];
  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  open(_host: string, _port: number, events: StreamEvents): ByteStream {
    let sent = 0;
    const socket = connect({ host: this.host, port: this.port });
    socket.on("connect", () => events.connected());
    socket.on("data", (bytes) => {
      // The server's first answer is one flight, all that comes after the client's is the other.
      const last = this.flights.at(-1);
      if (last && (last.afterBytes === sent || this.flights.length === 2)) {
        last.bytes = Buffer.concat([last.bytes, bytes]);
        last.afterBytes = sent;
      } else this.flights.push({ afterBytes: sent, bytes });
      events.data(bytes.toString("latin1"));
    });
    socket.on("end", () => events.end());
    socket.on("error", () => {});
    return {
      write(chunk) {
        sent += chunk.length;
        socket.write(chunk, "latin1");
      },
      end: () => socket.end(),
    };
  }
}

class RecordedNetwork implements Network {
  constructor(private readonly flights: Flight[]) {}

  open(_host: string, _port: number, events: StreamEvents): ByteStream {
    const flights = [...this.flights];
    const queue: Buffer[] = [];
    let sent = 0;
    let isOver = false;
    const next = () => {
      const chunk = queue.shift();
      if (chunk && !isOver) events.data(chunk.toString("latin1"));
      if (queue.length > 0) setTimeout(next, 0);
    };
    setTimeout(() => events.connected(), 0);
    return {
      write(chunk) {
        sent += chunk.length;
        if (!flights[0] || flights[0].afterBytes > sent) return;
        const { bytes } = flights.shift()!;
        for (let at = 0; at < bytes.length; at += chunkBytes) queue.push(bytes.subarray(at, at + chunkBytes));
        setTimeout(next, 0);
      },
      end() {
        isOver = true;
      },
    };
  }
}
