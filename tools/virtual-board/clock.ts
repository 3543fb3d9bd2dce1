/** The board's time (milliseconds since power on) and the world's (milliseconds since 1970), which the board knows only after SNTP. */

import type { VirtualTime } from "./virtual-time";

export interface ClockOptions {
  /**
   * "real": time passes as it does. "skip": whenever nothing can come from outside, it jumps to the next timer. A VirtualTime: it passes only as that
   * says.
   */
  mode?: "real" | "skip" | VirtualTime;
  /** What the world's clock says when the board is created; without it, the computer's. */
  worldTime?: number;
}

export class BoardClock {
  private since = performance.now();
  private before = 0;
  private rate = 1;
  private readonly worldStart: number;
  private skipped = 0;
  private powerOn = 0;
  private wallOffset = 0;

  /** Whether idle time is skipped; may be changed at any time. */
  skipping: boolean;
  /** Set where time is a simulation's. */
  readonly virtual: VirtualTime | null;

  constructor(options: ClockOptions) {
    this.virtual = typeof options.mode === "object" ? options.mode : null;
    this.skipping = options.mode === "skip";
    this.worldStart = options.worldTime ?? Date.now();
  }

  /** Milliseconds since power on; never goes back. */
  now(): number {
    return this.elapsed() - this.powerOn;
  }

  /** The world's time in milliseconds since 1970. */
  worldNow(): number {
    return this.worldStart + this.elapsed();
  }

  /** What the firmware's Date says: time since power on, until somebody sets it. */
  wallNow(): number {
    return this.now() + this.wallOffset;
  }

  setWall(milliseconds: number): void {
    this.wallOffset = milliseconds - this.now();
  }

  /** @param keepsWall whether the chip's RTC went on, so that the wall clock does */
  restart(keepsWall = false): void {
    const wall = this.wallNow();
    this.powerOn = this.elapsed();
    this.wallOffset = keepsWall ? wall : 0;
  }

  skip(milliseconds: number): void {
    this.skipped += milliseconds;
  }

  /** How many times faster than the computer's the board's time passes. */
  get speed(): number {
    return this.rate;
  }

  set speed(rate: number) {
    this.before = this.passed();
    this.since = performance.now();
    this.rate = rate;
  }

  private elapsed(): number {
    return this.virtual ? this.virtual.now() : this.passed() + this.skipped;
  }

  private passed(): number {
    return this.before + (performance.now() - this.since) * this.rate;
  }
}
