/** A TLS connection in memory between the firmware's client, on a Node board, and a TestServer; for tests. */
import { createHash } from "node:crypto";
import { nodeBoard } from "../tools/node-board/node-board";
import { type ServerOptions, TestServer } from "./handshake/server.testing";
import { openTls, type Tls, type TlsOptions } from "./tls";
import type { Board, Bytes, StreamEvents } from "./transport";

export interface Session {
  /** Events in order: "opened", "mark", "commit", "rollback", "end clean", "end cut". */
  events: string[];
  /** Application data that was authentic, and that was handed on at all. */
  committed: string;
  /** The code that the connection closed with; -1 while it is open. */
  code: number;
  server: TestServer | null;
  board: Board;
  tls: Tls;
  /** All bytes that the server sent. */
  sent: Buffer;
  /** The server's TCP closes. */
  hangUp(): void;
  /** Settles when the connection is closed. */
  closed: Promise<void>;
}

export interface SessionOptions {
  server: ServerOptions;
  tls?: Partial<TlsOptions>;
  /** Cuts what the server sends into chunks; default: 268 bytes, as on the ESP8266. */
  cut?: (bytes: Buffer) => Buffer[];
  /** Milliseconds between two chunks; none: the next turn. */
  gap?: number;
  /** Milliseconds after which there is somebody who takes data; none: as soon as the connection is open. */
  late?: number;
  /** Milliseconds by which each part is later, and all other work; none: as soon as it is there. */
  loading?: number;
  /** Milliseconds that a handshake may take. */
  patience?: number;
  random?: (bytes: Uint8Array) => void;
  crypto?: (crypto: Board["crypto"], ram: Uint8Array) => Board["crypto"];
  /** The server's TCP closes after it has said all. */
  opened?: (session: Session) => void;
  /** What Board.time gives, in seconds. */
  time?: number;
  /** Bytes to play instead of a server's. */
  replay?: Buffer;
}

export function chunksOf(size: number): (bytes: Buffer) => Buffer[] {
  return (bytes) => Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

export function fingerprint(der: Uint8Array, hash = "sha256"): Bytes {
  return createHash(hash).update(der).digest("binary");
}

/** Opens a session. The server's bytes come in turns of their own, as a network's do. */
export function startSession(options: SessionOptions): Session {
  const board = nodeBoard({
    random: options.random,
    ...(options.patience ? { patience: { join: 1000, tcp: 1000, handshake: options.patience, response: 1000 } } : {}),
  });
  const { time } = options;
  if (time !== undefined) board.time = () => time;
  if (options.crypto) board.crypto = options.crypto(board.crypto, board.ram);
  const cut = options.cut ?? chunksOf(268);
  const session = { events: [], committed: "", code: -1, sent: Buffer.alloc(0), board, server: null } as unknown as Session;
  let stream: StreamEvents;
  const queue: Buffer[] = [];
  // One chunk a turn, as Espruino does.
  const deliver = (bytes: Buffer): void => {
    session.sent = Buffer.concat([session.sent, bytes]);
    if (queue.length === 0) setImmediate(pump);
    queue.push(...cut(bytes));
  };
  const pump = (): void => {
    if (queue.length > 1) {
      if (options.gap) setTimeout(pump, options.gap);
      else setImmediate(() => setImmediate(pump));
    }
    const chunk = queue.shift();
    if (chunk) stream.data(chunk.toString("latin1"));
  };
  board.network.open = (_host, _port, events) => {
    stream = events;
    const server = options.replay ? null : new TestServer(options.server, deliver);
    session.server = server;
    setImmediate(() => {
      events.connected();
      if (options.replay) deliver(options.replay);
    });
    return {
      write: (chunk) => void (server && setImmediate(() => server.receive(Buffer.from(chunk, "latin1")))),
      end() {},
    };
  };
  const loadSlowly = (tls: Tls, ms: number): void => {
    const { resume } = tls;
    tls.resume = (next) => {
      if (typeof next === "string") resume.call(tls, next);
      else setTimeout(() => resume.call(tls, next), ms);
    };
  };
  session.hangUp = () => void setTimeout(() => stream.closed(0), 20);
  let provisional = "";
  let isProvisional = false;
  const listen = (): void => {
    session.tls.sink = {
      mark() {
        session.events.push("mark");
        isProvisional = true;
      },
      bytes(at, length) {
        const text = board.copyOut(at, at + length);
        if (isProvisional) provisional += text;
        else session.committed += text;
      },
      commit() {
        session.events.push("commit");
        session.committed += provisional;
        provisional = "";
        isProvisional = false;
      },
      rollback() {
        session.events.push("rollback");
        provisional = "";
        isProvisional = false;
      },
      end: (clean) => void session.events.push(clean ? "end clean" : "end cut"),
    };
    session.tls.resume("");
  };
  session.closed = new Promise((resolve) => {
    session.tls = openTls(
      board,
      {
        host: "server.test",
        port: 443,
        address: null,
        fingerprints: [fingerprint(options.server.chain[0])],
        alpn: null,
        identity: null,
        seen: "",
        ...options.tls,
      },
      {
        opened() {
          session.events.push("opened");
          if (options.late) setTimeout(listen, options.late);
          else listen();
          options.opened?.(session);
        },
        closed(code) {
          session.code = code;
          resolve();
        },
      },
    );
    if (options.loading) loadSlowly(session.tls, options.loading);
  });
  return session;
}
