/**
 * A TCP connection within the process: two ends, and between them a line whose bytes take virtual time. The board's end does what node:net's socket
 * does, so that the virtual board's own socket code drives it; the other end is what the stand-in's TLS sits on.
 */
import { Duplex } from "node:stream";
import type { VirtualTime } from "../virtual-board/virtual-time";

/** What happens to a connection besides taking its time. */
export interface LinkOptions {
  /** Milliseconds from end to end. */
  latency: number;
  /** Milliseconds for each thousand bytes from the server. */
  perKilobyte?: number;
  /** How it goes wrong, and after how many bytes from the server; "refused" and "blackhole" at once. */
  fault?: LinkFault;
  faultAfter?: number;
}

/**
 * refused: the port is closed; blackhole: nobody ever answers; silence: no byte comes any more; reset: RST; close: FIN in the middle of whatever it
 * is; garbled: one bit is another.
 */
export type LinkFault = "refused" | "blackhole" | "silence" | "reset" | "close" | "garbled";

function networkError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

class End extends Duplex {
  other!: End;
  private free = 0;

  constructor(
    private time: VirtualTime,
    private options: LinkOptions,
    /** Says what becomes of bytes on their way from this end; null: they are lost. */
    private pass: (chunk: Buffer) => Buffer | null,
    allowHalfOpen: boolean,
  ) {
    super({ allowHalfOpen });
  }

  override _read(): void {
    // The other end pushes.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const passed = this.pass(Buffer.from(chunk));
    if (passed) this.carry(passed.length, (other) => other.push(passed));
    done();
  }

  override _final(done: () => void): void {
    if (this.pass(Buffer.alloc(0))) this.carry(0, (other) => other.push(null));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const isOver = this.readableEnded && this.writableFinished;
    if (!isOver && this.pass(Buffer.alloc(0))) this.carry(0, (other) => other.destroy(networkError("ECONNRESET")));
    done(error);
  }

  private carry(length: number, arrive: (other: End) => void): void {
    const { latency, perKilobyte = 0 } = this.options;
    const now = this.time.now();
    this.free = Math.max(this.free, now + latency) + (length * perKilobyte) / 1000;
    this.time.active();
    this.time.after(this.free - now, () => {
      if (!this.other.destroyed && !this.other.readableEnded) arrive(this.other);
    });
  }
}

/**
 * Opens a connection.
 * @param accept takes the server's end once it is connected
 * @returns the board's end, which says `connect` or `error` as node:net's sockets do
 */
export function openLink(time: VirtualTime, options: LinkOptions, accept: (end: Duplex) => void): Duplex {
  const { fault, faultAfter = 0, latency } = options;
  let received = 0;
  let hasFailed = false;
  const board = new End(time, { latency }, (chunk) => chunk, true);
  const pass = (chunk: Buffer): Buffer | null => {
    received += chunk.length;
    if (!fault || received <= faultAfter) return chunk;
    if (hasFailed) return fault === "garbled" ? chunk : null;
    hasFailed = true;
    const at = chunk.length - (received - faultAfter);
    if (fault === "garbled") {
      chunk[at]! ^= 1 << (faultAfter & 7);
      return chunk;
    }
    if (fault === "reset") time.after(latency, () => board.destroy(networkError("ECONNRESET")));
    if (fault === "close") time.after(latency, () => board.push(null));
    return chunk.subarray(0, at);
  };
  const server = new End(time, options, pass, false);
  board.other = server;
  server.other = board;
  server.on("error", () => undefined);
  const meet = (): void => {
    if (board.destroyed) return;
    if (fault === "refused") board.destroy(networkError("ECONNREFUSED"));
    else {
      board.emit("connect");
      accept(server);
    }
  };
  if (fault !== "blackhole") time.after(2 * latency, meet);
  return board;
}
