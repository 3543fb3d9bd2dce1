/**
 * What a board supplies, and how bytes travel between the rooms. No room downstream of this file knows more of the board than it says.
 */

/** A string whose characters are bytes (0 to 255): what Espruino's sockets give and take. */
export type Bytes = string;

/** Receives what a ByteStream has to say. Nothing else comes after `closed`. */
export interface StreamEvents {
  connected(): void;
  /** A chunk in the order sent; of any size from 1 byte (268 on the ESP8266). */
  data(chunk: Bytes): void;
  /** May be said again; the first time counts. @param code 0 if the peer closed its side in order, else an ErrorCode of the network range */
  closed(code: number): void;
}

/** A connection over which bytes come and go, plain or TLS. */
export interface ByteStream {
  write(chunk: Bytes): void;
  /** Sends what is queued, then closes; no event comes after it. */
  end(): void;
  /** Puts a further listener to what comes, where the board can lose the first one: Espruino does so when memory runs out in it. */
  on?(event: "data", listener: (chunk: Bytes) => unknown): void;
}

/**
 * Takes a stream's bytes before they are known to be authentic. They are provisional from `mark` to `commit` or `rollback`; without a
 * `mark` they are authentic at once. It may throw an ErrorCode at any time; inside a provisional stretch that waits for `commit`.
 * Nothing provisional may be printed, sent or acted on.
 */
export interface ByteSink {
  mark(): void;
  /** @param at offset into the workspace (Crypto.ram), valid during the call only */
  bytes(at: number, length: number): void;
  commit(): void;
  rollback(): void;
  /** The stream is over. @param clean true if the peer said so (close_notify), so that a body without length is known to be whole */
  end(clean: boolean): void;
}

export interface Clock {
  /** Calls f once after ms milliseconds (0: next turn); gives a handle for `cancel`. */
  after(f: () => void, ms: number): unknown;
  cancel(handle: unknown): void;
}

export interface Network {
  /** Joins Wi-Fi. `done` comes once, with 0 and the own address, or with an ErrorCode. */
  joinWifi(done: (code: number, address: string) => void): void;
  isUp(): boolean;
  /** Opens TCP. `host` is a name or an address. */
  open(host: string, port: number, events: StreamEvents): ByteStream;
}

export interface Console {
  /** One line, without its end. */
  line(text: string): void;
  /** Characters without a line end (the dots while joining). */
  put(text: string): void;
}

/** What the light shows; each board renders it. */
export const enum Glow {
  starting,
  success,
  failure,
  pending,
  unknown,
}

export interface Light {
  show(glow: Glow): void;
}

/**
 * One call for all that is heavy (Op in crypto/crypto.ts): native kernels on the ESP8266, portable twins elsewhere.
 * Its memory is the workspace `ram`; places are byte offsets into it (At in crypto/workspace.ts).
 */
export type CryptoCall = (opAndPlace: number, b?: number, c?: number) => number;

export interface Board {
  ram: Uint8Array;
  crypto: CryptoCall;
  /** The workspace's address, where native code is given it; the build writes it into each call of crypto (tools/build/workspace-address.ts). */
  base?: number;
  clock: Clock;
  network: Network;
  console: Console;
  light: Light;
  /** Writes the bytes of `chunk` into ram from `at` on. */
  copyIn(chunk: Bytes, at: number): void;
  /** The bytes of ram from `from` to before `to`. */
  copyOut(from: number, to: number): Bytes;
  /** Milliseconds that it may take: until Wi-Fi is joined, until TCP connects, for a handshake, and until a response is there. */
  patience: { join: number; tcp: number; handshake: number; response: number };
  /** Seconds since 1970, UTC; what is less than a year after that is no time but how long the board has been on. */
  time(): number;
  /** Fills ram[at .. at+length) with random bytes fit for keys. Returns 0 or an ErrorCode (source stuck, Wi-Fi down). */
  random(at: number, length: number): number;
  /** Starts the firmware anew, as at power on. Takes no memory. */
  restart(): void;
}
