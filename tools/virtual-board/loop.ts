/**
 * Espruino's event loop (jsiIdle): one turn runs the timers that are due, then gives every socket its one step, then the queued events.
 * A turn is what must not take longer than ~250 ms on the board, so turns are counted here.
 */

import type { BoardClock } from "./clock";
import type { VirtualTime } from "./virtual-time";

type Callback = (...args: unknown[]) => unknown;

export interface QueuedEvent {
  name: string;
  self: unknown;
  listeners: Callback[];
  args: unknown[];
}

interface Timer {
  due: number;
  /** Set with the shortest wait there is: it is due in the next turn, because on the board no turn is shorter than that. */
  isNext: boolean;
  /** The turn that set it. */
  turn: number;
  /** It was set with a wait that is a light's rather than a job's. */
  isShort: boolean;
  interval: number;
  callback: Callback;
  args: unknown[];
}

/** One step a turn; gives true while it wants another turn at once. */
export interface Stepper {
  step(): boolean;
  /** True while something may still come from outside, so that simulated time must not jump. */
  isOpen(): boolean;
}

export interface LoopHooks {
  /** Calls a function of the firmware and reports what it throws. */
  run(what: string, self: unknown, callback: Callback, args: unknown[]): void;
  turnEnded(): void;
}

const SHORTEST_TIMER = 0.1;
const LONGEST_NODE_TIMER = 0x7fffffff;
/** Shorter timers than this are short ones: see VirtualTimeOptions.blinkFor. */
const SHORT_TIMER = 5000;

export class EventLoop {
  private timers = new Map<number, Timer>();
  private nextTimer = 1;
  private events: QueuedEvent[] = [];
  private steppers = new Set<Stepper>();
  private hostTimers = new Map<number, { due: number; callback: () => void }>();
  private immediate: NodeJS.Immediate | null = null;
  private sleep: NodeJS.Timeout | null = null;
  private turnTime = 0;
  private turnNumber = 0;
  private stopped = false;
  private inTurn = false;
  /** Something wants a turn after this one. */
  private again = false;
  /** When anything but short timers was last at work. */
  private lastBusy = 0;

  constructor(
    private clock: BoardClock,
    private hooks: LoopHooks,
  ) {}

  /** Runs `turn` as a turn of its own (boot code, a typed line), then goes on with the loop. */
  firstTurn(turn: () => void): void {
    this.turnTime = this.clock.now();
    turn();
    this.hooks.turnEnded();
    this.wake();
  }

  setTimer(callback: Callback, milliseconds: number, args: unknown[], repeats: boolean): number {
    const wait = Math.max(milliseconds || 0, SHORTEST_TIMER);
    const id = this.nextTimer++;
    const due = this.clock.now() + wait;
    const isShort = wait < SHORT_TIMER;
    const interval = repeats ? wait : 0;
    this.timers.set(id, { due, isNext: wait === SHORTEST_TIMER, turn: this.turnNumber, isShort, interval, callback, args });
    this.wake();
    return id;
  }

  changeInterval(id: number, milliseconds: number): void {
    const timer = this.timers.get(id);
    if (!timer) throw new Error("Unknown Interval");
    timer.interval = Math.max(milliseconds, SHORTEST_TIMER);
    timer.due = this.clock.now() + timer.interval;
  }

  clearTimer(id: number): void {
    this.timers.delete(id);
  }

  clearAllTimers(): void {
    this.timers.clear();
  }

  /** A timer of the world outside (Wi-Fi, SNTP): like the firmware's, but no turn of its own. */
  after(milliseconds: number, callback: () => void): number {
    const id = this.nextTimer++;
    this.hostTimers.set(id, { due: this.clock.now() + milliseconds, callback });
    this.wake();
    return id;
  }

  cancel(id: number): void {
    this.hostTimers.delete(id);
  }

  queue(event: QueuedEvent): void {
    this.lastBusy = this.clock.now();
    this.events.push(event);
    this.wake();
  }

  /** Calls listeners within the turn that is running. */
  runNow(name: string, self: unknown, listeners: Callback[], args: unknown[]): void {
    for (const listener of listeners) {
      if (!this.stopped) this.hooks.run(name, self, listener, args);
    }
  }

  add(stepper: Stepper): void {
    this.steppers.add(stepper);
    this.wake();
  }

  remove(stepper: Stepper): void {
    this.steppers.delete(stepper);
  }

  /** The next turn comes as soon as Node's own loop allows. */
  wake(): void {
    this.again = true;
    if (this.stopped || this.immediate || this.inTurn) return;
    this.clock.virtual?.stir();
    if (this.sleep) clearTimeout(this.sleep);
    this.sleep = null;
    this.immediate = setImmediate(() => this.turn());
  }

  stop(): void {
    this.stopped = true;
    this.clock.virtual?.stir();
    if (this.immediate) clearImmediate(this.immediate);
    if (this.sleep) clearTimeout(this.sleep);
    this.immediate = null;
    this.sleep = null;
    this.timers.clear();
    this.hostTimers.clear();
    this.events = [];
    this.steppers.clear();
  }

  private turn(): void {
    this.immediate = null;
    this.inTurn = true;
    this.again = false;
    this.clock.virtual?.turn();
    this.turnTime = this.clock.now();
    this.turnNumber++;
    this.runHostTimers();
    this.runTimers();
    for (const stepper of [...this.steppers]) {
      if (!this.stopped && this.steppers.has(stepper) && stepper.step()) this.again = true;
    }
    this.runEvents();
    // Promise callbacks run when this function returns: they belong to this turn, so it is closed in Node's next one.
    if (!this.stopped) this.immediate = setImmediate(() => this.endTurn());
  }

  private endTurn(): void {
    this.immediate = null;
    this.inTurn = false;
    const again = this.again || this.events.length > 0;
    this.hooks.turnEnded();
    if (this.stopped || this.immediate) return;
    if (again) this.wake();
    else this.sleepUntilNext();
  }

  private runHostTimers(): void {
    for (const [id, timer] of this.hostTimers) {
      if (timer.due > this.turnTime) continue;
      this.hostTimers.delete(id);
      timer.callback();
    }
  }

  private runTimers(): void {
    for (const [id, timer] of this.timers) {
      if (this.stopped) return;
      const isDue = timer.due <= this.turnTime || (timer.isNext && timer.turn < this.turnNumber);
      if (!isDue || !this.timers.has(id)) continue;
      timer.turn = this.turnNumber;
      if (!timer.isShort) this.lastBusy = this.turnTime;
      if (timer.interval > 0) timer.due += timer.interval;
      else this.timers.delete(id);
      this.hooks.run("timer", undefined, timer.callback, timer.args);
    }
  }

  private runEvents(): void {
    while (this.events.length > 0 && !this.stopped) {
      const event = this.events.shift()!;
      this.runNow(event.name, event.self, event.listeners, event.args);
    }
  }

  /** Lets short timers stand still where they have been all there was for long enough; gives the time of what is next. */
  private passBlinks(virtual: VirtualTime, next: number): number {
    const now = this.clock.now();
    if (this.steppers.size > 0) this.lastBusy = now;
    if (now - this.lastBusy < virtual.blinkFor) return next;
    const timers = [...this.timers.values()];
    const others = [...timers.filter((timer) => !timer.isShort), ...this.hostTimers.values()].map(({ due }) => due);
    const until = Math.min(...others, virtual.nextEvent - virtual.now() + now);
    if (until <= next || until === Number.POSITIVE_INFINITY) return next;
    for (const timer of timers) if (timer.isShort) timer.due += until - now;
    virtual.stoodStill += until - now;
    return until;
  }

  private sleepUntilNext(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const timer of this.timers.values()) next = Math.min(next, timer.due);
    for (const timer of this.hostTimers.values()) next = Math.min(next, timer.due);
    const { virtual } = this.clock;
    if (virtual) next = this.passBlinks(virtual, next);
    if (virtual) virtual.rest(virtual.now() + next - this.clock.now(), () => this.wake());
    if (virtual || next === Number.POSITIVE_INFINITY) return;
    let wait = next - this.clock.now();
    if (wait > 0 && this.clock.skipping && ![...this.steppers].some((stepper) => stepper.isOpen())) {
      this.clock.skip(wait);
      wait = 0;
    }
    if (wait <= 0) {
      this.wake();
      return;
    }
    this.sleep = setTimeout(
      () => {
        this.sleep = null;
        this.wake();
      },
      Math.min(wait / this.clock.speed, LONGEST_NODE_TIMER),
    );
  }
}
