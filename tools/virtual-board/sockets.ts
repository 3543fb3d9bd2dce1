/**
 * Espruino's `net` sockets (socketserver.c, socketClientConnectionsIdle): each has one step a turn, in which it sends at most one chunk, reads at most one
 * and calls `data` directly, while connect, drain, error, end and close are queued and run at the end of the turn.
 */

import { isIPv4 } from "node:net";
import type { Stepper } from "./loop";
import { CHUNK, ChipSocket, type Hosts, type OpenWire, SocketError, socketErrorMessage } from "./tcp";

/** Bytes that wait for a `data` listener; more is lost. */
const STREAM_BUFFER = 512;

export interface SocketHost {
  /** Queues an event for the listeners that there are now. */
  queue(self: object, event: string, args: unknown[]): void;
  /** Calls the `data` listeners at once; false if there are none. */
  deliver(self: object, data: string): boolean;
  /** Makes the object that an `error` event carries. */
  errorDetails(code: number, message: string): unknown;
  closed(connection: Connection): void;
  wake(): void;
}

export class Connection implements Stepper {
  private toSend = "";
  private received = "";
  private buffered = "";
  private connected = false;
  private closing = false;
  private closeNow = false;
  private chip: ChipSocket | null = null;
  private gone = false;
  private sentNow = false;

  /** @param self the socket object that the firmware sees */
  constructor(
    readonly self: object,
    private host: SocketHost,
  ) {}

  /** False if no socket could be made (an address while there is no network): the connection ends in its first turn. */
  open(address: string, port: number, hosts: Hosts, isOnline: boolean, openWire?: OpenWire): boolean {
    if (!isOnline && isIPv4(address)) this.closeNow = true;
    else this.chip = new ChipSocket(address, port, hosts, isOnline, () => this.host.wake(), openWire);
    return !this.closeNow;
  }

  write(data: string): void {
    if (this.closing || this.closeNow) throw new Error("This socket is closed");
    this.toSend += data;
    this.host.wake();
  }

  end(): void {
    if (this.toSend === "") this.closeNow = true;
    this.closing = true;
    this.host.wake();
  }

  available(): number {
    return this.buffered.length;
  }

  /** Takes what came while there was no listener; @param count 0 for all */
  read(count: number): string {
    const data = count > 0 ? this.buffered.slice(0, count) : this.buffered;
    this.buffered = this.buffered.slice(data.length);
    return data;
  }

  isOpen(): boolean {
    return !this.gone && !this.chip?.isSilent();
  }

  freeze(): void {
    this.chip?.freeze();
  }

  destroy(): void {
    this.gone = true;
    this.chip?.destroy();
  }

  step(): boolean {
    let error = 0;
    let close = this.closeNow;
    let busy = false;
    let pending = "";
    if (this.chip) {
      // Espruino hands this out anew each turn until new data comes: without a listener from the start, data is doubled.
      pending = this.push(this.received, false);
      if (!close) {
        error = this.sendOne();
        close = error < 0 || (this.toSend === "" && this.closing && !this.sentNow);
        const got = this.chip.receive();
        if (typeof got === "number" && got < 0) {
          if (this.connected || got !== SocketError.noConnection) {
            close = true;
            error = got;
          }
        } else {
          this.nowConnected();
          if (typeof got !== "number") {
            busy = true;
            this.received = this.push(pending + got.toString("latin1"), false);
            pending = this.received;
          }
        }
      }
    }
    if (close) this.finish(error, pending);
    return !this.gone && (busy || this.sentNow || this.received !== "");
  }

  /** Hands one chunk to the network. 0 or a negative SocketError. */
  private sendOne(): number {
    this.sentNow = false;
    if (this.toSend === "") return 0;
    const sent = this.chip!.send(Buffer.from(this.toSend.slice(0, CHUNK), "latin1"));
    if (sent < 0) return sent;
    this.sentNow = sent > 0;
    this.toSend = this.toSend.slice(sent);
    if (this.sentNow && this.toSend === "" && !this.closing) this.host.queue(this.self, "drain", [this.self]);
    return 0;
  }

  private nowConnected(): void {
    if (this.connected) return;
    this.connected = true;
    this.host.queue(this.self, "connect", [this.self]);
    if (this.toSend === "") this.host.queue(this.self, "drain", [this.self]);
  }

  /** Hands data to the listeners, or to the buffer while it has room. Gives what could not be handed out. */
  private push(data: string, force: boolean): string {
    if (data === "" || this.host.deliver(this.self, data)) return "";
    if (this.buffered.length + data.length > STREAM_BUFFER && !force) return data;
    this.buffered = (this.buffered + data).slice(0, STREAM_BUFFER);
    return "";
  }

  private finish(error: number, pending: string): void {
    this.push(pending, true);
    const code = this.toSend !== "" && error === SocketError.closed ? SocketError.unsentData : error;
    this.gone = true;
    this.closing = true;
    this.chip?.close();
    this.host.closed(this);
    const hadError = code < 0 && code !== SocketError.closed;
    if (hadError) this.host.queue(this.self, "error", [this.host.errorDetails(code, socketErrorMessage(code))]);
    this.host.queue(this.self, "end", []);
    this.host.queue(this.self, "close", [hadError]);
  }
}
