/** A Board made of Node: its sockets, its random source, its timers, with the portable crypto. For tools and tests that use the firmware's rooms. */
import { randomFillSync } from "node:crypto";
import { connect } from "node:net";
import { portableCrypto } from "../../src/crypto/portable";
import { At } from "../../src/crypto/workspace";
import { ErrorCode } from "../../src/errors/codes";
import { scanJson } from "../../src/status/json-scan";
import type { Board, Glow } from "../../src/transport";
// Loaded already, as on the board, where that takes no time: here a server would outrun a part that is loaded while it sends.
import "../../src/handshake/certificate";
import "../../src/handshake/certificate-request";
import "../../src/handshake/client-certificate";
import "../../src/handshake/client-finished";
import "../../src/handshake/hello";
import "../../src/handshake/issuer";
import "../../src/handshake/issuer-key";
import "../../src/handshake/issuer-rules";
import "../../src/handshake/leaf";
import "../../src/handshake/leaf-facts";
import "../../src/handshake/leaf-rules";
import "../../src/handshake/messages";
import "../../src/handshake/parameters";
import "../../src/handshake/proof";
import "../../src/http/exchange";
import "../../src/http/sending";
import "../../src/record/alert-in";
import "../../src/record/key-update";
import "../../src/record/post-handshake";

const NETWORK_ERRORS: Record<string, number> = {
  ECONNREFUSED: ErrorCode.connection_refused,
  ECONNRESET: ErrorCode.connection_reset,
  EPIPE: ErrorCode.connection_reset,
  ENOTFOUND: ErrorCode.host_not_found,
  EAI_AGAIN: ErrorCode.host_not_found,
  ETIMEDOUT: ErrorCode.connect_timeout,
};

/** Bytes of a chunk, a TCP segment's size on the ESP8266. */
const CHUNK = 536;

export interface NodeBoardOptions {
  /** Takes each line printed. */
  onLine?: (line: string) => void;
  onGlow?: (glow: Glow) => void;
  /** Stands in for the random source; for tests. */
  random?: (bytes: Uint8Array) => void;
  patience?: Board["patience"];
}

/** @returns a board on which Wi-Fi is always up */
export function nodeBoard(options: NodeBoardOptions = {}): Board {
  const ram = new Uint8Array(At.end);
  const random = options.random ?? ((bytes: Uint8Array) => void randomFillSync(bytes));
  let partial = "";
  return {
    ram,
    crypto: portableCrypto(ram, scanJson),
    clock: {
      after: (f, ms) => (ms ? setTimeout(f, ms) : setImmediate(f)),
      cancel(handle) {
        clearTimeout(handle as NodeJS.Timeout);
        clearImmediate(handle as NodeJS.Immediate);
      },
    },
    network: {
      joinWifi: (done) => done(0, "127.0.0.1"),
      isUp: () => true,
      open(host, port, events) {
        const socket = connect({ host, port });
        let isOver = false;
        const over = (f: () => void) => {
          if (!isOver) f();
          isOver = true;
        };
        socket.on("connect", () => events.connected());
        // In small chunks, one a turn, as Espruino gives them: the firmware queues little while it is busy.
        const queue: Buffer[] = [];
        let hasEnded = false;
        const pump = () => {
          const next = queue.shift();
          if (next && !isOver) events.data(next.toString("latin1"));
          if (queue.length > 0) setImmediate(() => setImmediate(pump));
          else if (hasEnded) over(() => events.closed(0));
        };
        socket.on("data", (chunk: Buffer) => {
          if (queue.length === 0) setImmediate(pump);
          for (let at = 0; at < chunk.length; at += CHUNK) queue.push(chunk.subarray(at, at + CHUNK));
        });
        socket.on("end", () => {
          hasEnded = true;
          if (queue.length === 0) over(() => events.closed(0));
        });
        socket.on("error", (error: NodeJS.ErrnoException) =>
          over(() => events.closed(NETWORK_ERRORS[error.code ?? ""] ?? ErrorCode.network_failed)),
        );
        return {
          write: (chunk) => void socket.write(chunk, "latin1"),
          end() {
            isOver = true;
            socket.end();
            setTimeout(() => socket.destroy(), 1000).unref();
          },
        };
      },
    },
    console: {
      line(text) {
        options.onLine?.(partial + text);
        partial = "";
      },
      put(text) {
        partial += text;
      },
    },
    light: { show: (glow) => options.onGlow?.(glow) },
    patience: options.patience ?? { join: 5_000, tcp: 10_000, handshake: 15_000, response: 30_000 },
    copyIn(chunk, at) {
      for (let i = 0; i < chunk.length; i++) ram[at + i] = chunk.charCodeAt(i);
    },
    copyOut: (from, to) => String.fromCharCode(...ram.subarray(from, to)),
    time: () => Date.now() / 1000,
    random(at, length) {
      random(ram.subarray(at, at + length));
      return ErrorCode.none;
    },
    restart() {},
  };
}
