/**
 * TCP as the ESP8266's network layer gives it to Espruino (network_esp8266.c): a name lookup and a connect that run in the background, segments of at most
 * 536 bytes handed out in reads of at most 268, one write on its way at a time, and a close by the peer that closes both directions.
 */

import { lookup } from "node:dns";
import { connect, isIPv4, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Bytes that one read gives and one write takes. */
export const CHUNK = 268;
const SEGMENT = 536;

/** Espruino's socket errors (socketerrors.h). */
export const SocketError = {
  closed: -1,
  noRoute: -4,
  timeout: -3,
  notFound: -6,
  unsentData: -8,
  reset: -9,
  unknown: -10,
  noConnection: -11,
} as const;

const MESSAGES: Record<number, string> = {
  [SocketError.closed]: "closed",
  [SocketError.noRoute]: "no route",
  [SocketError.timeout]: "timeout",
  [SocketError.notFound]: "not found",
  [SocketError.unsentData]: "unsent data",
  [SocketError.reset]: "connection reset",
  [SocketError.unknown]: "unknown error",
  [SocketError.noConnection]: "no connection",
};

export function socketErrorMessage(code: number): string {
  return MESSAGES[code] ?? MESSAGES[SocketError.unknown]!;
}

const NODE_ERRORS: Record<string, number> = {
  ECONNREFUSED: SocketError.reset,
  ECONNRESET: SocketError.reset,
  EPIPE: SocketError.reset,
  ETIMEDOUT: SocketError.timeout,
  EHOSTUNREACH: SocketError.noRoute,
  ENETUNREACH: SocketError.noRoute,
};

type State = "resolving" | "connecting" | "idle" | "transmitting" | "closed";

/** How long a socket that the firmware has closed may take to send what is left. */
const LINGER = 2000;

export type Hosts = Record<string, string | null>;

/** What a socket is made of: node:net's, or a stream within the process that says `connect` likewise. */
export type Wire = Duplex & Partial<Pick<Socket, "unref">>;

/** Opens a connection to an address; it may fail later, with node:net's errors. */
export type OpenWire = (address: string, port: number) => Wire;

const openTcp: OpenWire = (address, port) => connect({ host: address, port, allowHalfOpen: true, noDelay: true });

export class ChipSocket {
  private state: State = "resolving";
  private error = 0;
  private segment: Buffer = Buffer.alloc(0);
  private node: Wire | null = null;
  private released = false;
  private frozen = false;

  /**
   * @param host a name or an address
   * @param isOnline false: a lookup never ends
   * @param wake called when the socket has something for the next turn
   * @param open how connections are opened, instead of by node:net
   */
  constructor(
    host: string,
    port: number,
    hosts: Hosts,
    isOnline: boolean,
    private wake: () => void,
    private open: OpenWire = openTcp,
  ) {
    if (isIPv4(host)) this.connect(host, port);
    else if (isOnline) this.resolve(host, port, hosts);
    else this.frozen = true;
  }

  /** True if nothing will ever come from outside. */
  isSilent(): boolean {
    return this.frozen;
  }

  /** Up to 268 bytes; 0 for none yet; a negative SocketError. */
  receive(): Buffer | number {
    if (this.segment.length === 0) this.segment = this.takeSegment();
    if (this.segment.length > 0) {
      const chunk = this.segment.subarray(0, CHUNK);
      this.segment = this.segment.subarray(chunk.length);
      return chunk;
    }
    if (this.state === "closed") return this.error || SocketError.closed;
    return this.state === "resolving" || this.state === "connecting" ? SocketError.noConnection : 0;
  }

  /** How many bytes were taken (0: busy or not connected yet), or a negative SocketError. */
  send(bytes: Buffer): number {
    if (this.state === "closed") return this.error || SocketError.closed;
    if (this.state !== "idle") return 0;
    this.state = "transmitting";
    if (this.frozen) return bytes.length;
    this.node!.write(bytes, () => {
      if (this.state === "transmitting") this.state = "idle";
      this.wake();
    });
    return bytes.length;
  }

  /** Sends what was taken, then closes; nothing more is received. */
  close(): void {
    this.released = true;
    const node = this.node;
    if (!node || node.destroyed) return;
    node.end();
    node.resume();
    const timer = setTimeout(() => node.destroy(), LINGER);
    timer.unref();
    node.unref?.();
    node.once("close", () => clearTimeout(timer));
  }

  /** Wi-Fi is gone: nothing arrives any more, nothing leaves, and nobody says so. */
  freeze(): void {
    this.frozen = true;
    this.node?.destroy();
  }

  /** The board stopped or was reset. */
  destroy(): void {
    this.released = true;
    this.node?.destroy();
  }

  private resolve(host: string, port: number, hosts: Hosts): void {
    const known = hosts[host];
    if (typeof known === "string") this.connect(known, port);
    else if (known === null) setImmediate(() => this.fail(SocketError.notFound));
    else
      lookup(host, { family: 4 }, (error, address) => {
        if (this.released || this.frozen) return;
        if (error) this.fail(SocketError.notFound);
        else this.connect(address, port);
      });
  }

  private connect(address: string, port: number): void {
    this.state = "connecting";
    const node = this.open(address, port);
    this.node = node;
    node.on("connect", () => {
      if (this.state === "connecting") this.state = "idle";
      this.wake();
    });
    node.on("readable", () => this.wake());
    node.on("end", () => this.peerClosed());
    node.on("error", (error: NodeJS.ErrnoException) => this.fail(NODE_ERRORS[error.code ?? ""] ?? SocketError.unknown));
  }

  private takeSegment(): Buffer {
    if (!this.node || this.frozen || this.released) return Buffer.alloc(0);
    return this.node.read(SEGMENT) ?? this.node.read() ?? Buffer.alloc(0);
  }

  private peerClosed(): void {
    if (this.released || this.frozen) return;
    this.state = "closed";
    this.node?.end();
    this.wake();
  }

  private fail(code: number): void {
    if (this.released || this.frozen || this.state === "closed") return;
    this.error = code;
    this.state = "closed";
    this.wake();
  }
}
