/** The access point's side of `require("Wifi")`, and the station's state as the ESP8266 keeps it (jswrap_esp8266_network.c). */

import type { BoardClock } from "./clock";
import type { EventLoop } from "./loop";

export interface WifiOptions {
  ssid?: string;
  password?: string;
  /** The board's address, 192.168.1.104 unless given. */
  address?: string;
  /** Milliseconds from connect to the address. */
  delay?: number;
  /** The error that connects are answered with: bad_password, no_ap_found, connect_failed. */
  refuse?: string;
  /** Connects are never answered. */
  silent?: boolean;
  /** Joins by itself at boot, as saved settings do. */
  savedJoin?: boolean;
  /** Whether the time server answers; a number is its delay in milliseconds, 50 unless given. May be changed while the board runs. */
  sntp?: boolean | number;
}

export type StationStatus = "off" | "connecting" | "bad_password" | "no_ap_found" | "connect_failed" | "connected";

export interface WifiHost {
  /** An event of the Wifi library. */
  event(name: string, details: Record<string, unknown>): void;
  /** Queues the callback of a call. */
  callback(f: unknown, args: unknown[]): void;
  /** The link went down. */
  linkLost(): void;
}

const DEFAULT_DELAY = 20;
const DEFAULT_ADDRESS = "192.168.1.104";
const ACCESS_POINT_MAC = "02:00:00:00:00:01";
export const STATION_MAC = "5c:cf:7f:00:00:01";
/** Espruino looks what the SDK's SNTP client has after this, and then again and again, and sets its clock by it each time. */
const SNTP_FIRST = 100;
const SNTP_AGAIN = 30_000;
/** The SDK's client asks again after this while no answer comes. */
const SNTP_RETRY = 15_000;
const SNTP_DELAY = 50;
const RECONNECT = 1000;

export class Wifi {
  status: StationStatus = "off";
  accessPoint = true;
  /** What the firmware asked for. */
  ssid = "";
  password = "";
  hostname = "";
  sntpServer = "";
  private callback: unknown = undefined;
  private attempt = 0;
  private sntpTimer = 0;
  private sntpAsked = 0;
  private down = false;

  constructor(
    public options: WifiOptions,
    private loop: EventLoop,
    private clock: BoardClock,
    private host: WifiHost,
  ) {}

  get isUp(): boolean {
    return this.status === "connected";
  }

  /** The address, or 0.0.0.0. */
  get address(): string {
    return this.isUp ? (this.options.address ?? DEFAULT_ADDRESS) : "0.0.0.0";
  }

  connect(ssid: string, password: string, callback: unknown): void {
    if (this.isUp && ssid === this.ssid && password === this.password) {
      this.host.callback(callback, [null]);
      return;
    }
    if (this.isUp) this.lost("assoc_leave");
    this.ssid = ssid;
    this.password = password;
    this.callback = callback;
    this.begin();
  }

  disconnect(callback: unknown): void {
    this.attempt++;
    const wasUp = this.isUp;
    this.status = "off";
    if (wasUp) this.lost("assoc_leave");
    this.status = "off";
    this.host.callback(callback, []);
  }

  /** Joins again with what was saved, if it was. */
  bootJoin(): void {
    if (!this.options.savedJoin) return;
    this.ssid = this.options.ssid ?? "saved";
    this.password = this.options.password ?? "";
    this.begin();
  }

  /** The access point goes away (and comes back after `milliseconds`, if given). */
  drop(milliseconds?: number): void {
    this.down = true;
    if (this.isUp) this.lost("beacon_timeout");
    if (milliseconds !== undefined) this.loop.after(milliseconds, () => this.raise());
  }

  /** The access point is back: the chip joins it by itself if it was told to before. */
  raise(): void {
    this.down = false;
    if (this.status === "connecting" || this.status === "no_ap_found") this.begin();
  }

  /**
   * Starts the SDK's SNTP client anew. The clock is set by it in whole seconds, as Espruino does, so that it goes back by up to a second each time; it
   * goes on so without Wi-Fi once there was an answer.
   */
  setSntp(server: string, zone: number): void {
    this.sntpServer = server;
    this.loop.cancel(this.sntpTimer);
    this.loop.cancel(this.sntpAsked);
    let hasTime = false;
    const ask = (): void => {
      const answer = this.options.sntp ?? true;
      const delay = typeof answer === "number" ? answer : SNTP_DELAY;
      const isAnswered = this.isUp && answer !== false;
      this.sntpAsked = this.loop.after(isAnswered ? delay : SNTP_RETRY, () => {
        hasTime = isAnswered && this.isUp;
        if (!hasTime) ask();
      });
    };
    const sync = (): void => {
      if (hasTime) this.clock.setWall(Math.floor(this.clock.worldNow() / 1000) * 1000 + zone * 3_600_000);
      this.sntpTimer = this.loop.after(SNTP_AGAIN, sync);
    };
    ask();
    this.sntpTimer = this.loop.after(SNTP_FIRST, sync);
  }

  private begin(): void {
    const attempt = ++this.attempt;
    this.status = "connecting";
    if (this.options.silent) return;
    this.loop.after(this.options.delay ?? DEFAULT_DELAY, () => {
      if (attempt === this.attempt) this.answer();
    });
  }

  private answer(): void {
    const { ssid, password, refuse } = this.options;
    if (refuse) this.refused(refuse as StationStatus);
    else if (this.down || (ssid !== undefined && ssid !== this.ssid)) this.refused("no_ap_found");
    else if (password !== undefined && password !== this.password) this.refused("bad_password");
    else this.joined();
  }

  private refused(error: StationStatus): void {
    this.status = error;
    this.done(error);
    const reason = error === "no_ap_found" ? "no_ap_found" : "auth_failed";
    this.host.event("disconnected", { ssid: this.ssid, mac: ACCESS_POINT_MAC, reason });
    this.tryAgain();
  }

  private joined(): void {
    this.status = "connected";
    this.host.event("associated", { ssid: this.ssid, mac: ACCESS_POINT_MAC, channel: 1 });
    this.done(null);
    this.host.event("connected", { ip: this.address, mask: "255.255.255.0", gw: "192.168.1.1" });
  }

  private done(error: string | null): void {
    const callback = this.callback;
    this.callback = undefined;
    this.host.callback(callback, [error]);
  }

  private lost(reason: string): void {
    this.attempt++;
    this.status = "connecting";
    this.host.linkLost();
    this.host.event("disconnected", { ssid: this.ssid, mac: ACCESS_POINT_MAC, reason });
    if (reason === "beacon_timeout") this.tryAgain();
  }

  /** The SDK's own reconnect policy: it goes on trying until told otherwise. */
  private tryAgain(): void {
    const attempt = this.attempt;
    this.loop.after(RECONNECT, () => {
      if (attempt === this.attempt && !this.down) this.begin();
    });
  }
}
