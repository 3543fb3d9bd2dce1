/**
 * Watches the lamp and holds it to what it must never do. Of each moment it knows what was true (truth.ts), what was broken, what the lamp shows and
 * what the serial port says.
 *
 * With I the interval between polls (with its jitter) and P the longest that a poll may take by the firmware's own patience:
 *
 *   1. A state that the lamp shows was true at some time in the last I + P; in the last 3 I + P while the server wants fewer requests.
 *   2. Unknown is shown only if something was broken, or nothing was known to begin with, in the last I + P.
 *   3. A state that a poll finds out was true between the poll's beginning and its end.
 *   4. The light is never green when the last word was unknown.
 *   5. A poll that has begun ends within P, and the next begins within I + P of it (later where the server asked to wait).
 *   6. There are no more requests in any hour than GitHub allows, and none before the time until which it asked to wait.
 *   7. To somebody in the server's place no request is sent.
 *   8. Nothing is thrown and not caught.
 */
import { type RequestOptions, Requests } from "./requests";
import { readLine } from "./serial";
import { type State, type Truth, worst } from "./truth";
import { moment, SECOND, span } from "./units";

export interface WatchOptions extends RequestOptions {
  truth: Truth;
  targets: number;
}

export interface Violation {
  at: number;
  rule: string;
  detail: string;
  /** The last lines of the serial port, and what the world did meanwhile. */
  before: string[];
}

const REMEMBERED_LINES = 30;
const KEPT_VIOLATIONS = 20;
/** A reset takes this long until the lamp can begin anything. */
const BOOT = 2 * SECOND;
/** A state is shown for so many intervals at most where polls are left out. */
const MAX_AGE_INTERVALS = 3;
/** The light and what the serial port says may differ for this long. */
const SETTLING = 10 * SECOND;

export class Watch {
  readonly violations: Violation[] = [];
  /** How often each rule was broken. */
  readonly broken = new Map<string, number>();
  readonly outcomes: Record<State, number> = { success: 0, failure: 0, pending: 0, unknown: 0 };
  readonly errors = new Map<string, number>();
  polls = 0;
  connections = 0;
  readonly requests: Requests;
  longestPoll = 0;
  longestPollAt = 0;
  /** For how long the lamp was wrong at most; and while the server wanted fewer requests. */
  readonly stalest = { length: 0, at: 0 };
  readonly stalestWhileSparse = { length: 0, at: 0 };
  /** Time that the lamp showed each state. */
  readonly shownTime: Record<State | "starting", number> = { success: 0, failure: 0, pending: 0, unknown: 0, starting: 0 };

  private shown: State | "starting" = "starting";
  private shownSince = 0;
  /** How many things are broken. */
  private faults = 0;
  private lastBroken = 0;
  private pollBegan: number | null = null;
  private lastBegan = 0;
  private pollWords: State[] = [];
  private lastWord: State | "starting" = "starting";
  private impostor = false;
  private recent: string[] = [];
  private partial = "";
  private isGreen = false;
  private greenChanged = 0;
  private wordChanged = 0;
  /** When what is shown ceased to be true; null while it is true. */
  private wrongSince: number | null = null;
  /** What is shown now was found fault with already. */
  private isBlamed = false;

  constructor(
    private options: WatchOptions,
    private now: () => number,
  ) {
    this.requests = new Requests(options, now, (rule, detail) => this.violate(rule, detail));
  }

  get violationCount(): number {
    return [...this.broken.values()].reduce((sum, one) => sum + one, 0);
  }

  // ---- what the world does

  /** To be called before the truth changes. */
  beforeChange(): void {
    this.judgeShown();
  }

  afterChange(what: string): void {
    this.remember(`        -- ${what}`);
    this.followTruth();
  }

  broke(name: string): void {
    this.judgeShown();
    this.faults++;
    this.remember(`        -- begins: ${name}`);
  }

  mended(name: string): void {
    this.faults--;
    this.lastBroken = this.now();
    this.remember(`        -- ends: ${name}`);
  }

  rebooted(reason: string): void {
    this.judgeShown();
    this.remember(`        -- reboot: ${reason}`);
    this.lastBroken = this.now();
    this.pollBegan = null;
    this.lastBegan = this.now() + BOOT;
    this.pollWords = [];
    this.partial = "";
    this.show("starting");
    this.lastWord = "starting";
    this.wordChanged = this.now();
  }

  impostorIs(there: boolean): void {
    this.impostor = there;
  }

  requested(status: number | null, headers: readonly (readonly [string, string])[], worldNow: number): void {
    if (this.impostor) this.violate("7: a request was sent to somebody in the server's place", "");
    this.requests.made(status, Object.fromEntries(headers), worldNow);
  }

  // ---- what the board does

  /** Text of the serial port. */
  serial(text: string): void {
    const lines = (this.partial + text).split("\n");
    this.partial = lines.pop()!;
    for (const line of lines) this.line(line);
  }

  /** @param isGreen the light is lit and does not change */
  light(isGreen: boolean): void {
    this.isGreen = isGreen;
    this.greenChanged = this.now();
    if (isGreen) this.show("success");
    // Else the word that belongs to it is about to come.
    else if (this.lastWord !== "success") this.show(this.lastWord);
  }

  /** After each turn of the board. */
  turnEnded(): void {
    // Light and line may be some time apart.
    if (this.now() - Math.max(this.greenChanged, this.wordChanged) < SETTLING || this.isGreen === (this.lastWord === "success")) return;
    this.violate(this.isGreen ? "4: green" : "4: not green", `although the last word was ${this.lastWord}`);
    this.wordChanged = Number.POSITIVE_INFINITY;
  }

  /** At least once in an interval, and at the end. */
  look(): void {
    this.judgeShown();
    const { interval, patience } = this.options;
    const now = this.now();
    if (this.pollBegan !== null && now - this.pollBegan > patience) {
      this.violate("5: a poll does not end", `it began ${span(now - this.pollBegan)} ago`);
      this.pollBegan = null;
    }
    if (now - this.lastBegan > interval + patience && !this.requests.wereSparse(now)) {
      this.violate("5: no poll", `since ${span(now - this.lastBegan)}`);
      this.lastBegan = now;
    }
  }

  /** Adds up the time that the last state was shown. */
  finish(): void {
    this.look();
    this.show(this.shown);
  }

  private line(line: string): void {
    this.remember(`${moment(this.now())}  ${line}`);
    const event = readLine(line);
    if (!event) return;
    if (event.what === "fault") this.violate("8: a fault", event.text);
    if (event.what === "connecting") this.began();
    if (event.what === "outcome") this.found(event.target, event.state, event.error);
  }

  private began(): void {
    this.look();
    this.connections++;
    // A server that closes after each answer is connected to again by the same poll.
    if (this.pollBegan !== null) return;
    this.polls++;
    this.pollBegan = this.now();
    this.lastBegan = this.now();
    this.pollWords = [];
  }

  private found(target: number | null, state: State, error: string): void {
    const now = this.now();
    this.outcomes[state]++;
    if (error) this.errors.set(error, (this.errors.get(error) ?? 0) + 1);
    // Without Wi-Fi a poll ends before it says where it connects.
    const isOld = error === "status_too_old";
    if (this.pollBegan === null && this.pollWords.length === 0 && !isOld) this.polls++;
    const began = this.pollBegan ?? now;
    if (state !== "unknown" && target !== null && !this.options.truth.possibleOf(target, began, now).includes(state))
      this.violate(`3: ${state} was found out`, `but it was ${this.options.truth.possibleOf(target, began, now).join(" or ")}`);
    this.pollWords.push(state);
    if (target !== null && this.pollWords.length < this.options.targets) return;
    if (now - began > this.longestPoll) {
      this.longestPoll = now - began;
      this.longestPollAt = began;
    }
    this.lastBegan = now;
    this.lastWord = worst(this.pollWords);
    this.wordChanged = now;
    this.pollBegan = null;
    this.pollWords = [];
    if (!this.isGreen && this.lastWord !== "success") this.show(this.lastWord);
  }

  private show(state: State | "starting"): void {
    const now = this.now();
    this.judgeShown();
    this.shownTime[this.shown] += now - this.shownSince;
    this.shownSince = now;
    this.shown = state;
    this.isBlamed = false;
    this.judgeShown();
    this.followTruth();
  }

  /** Keeps the time since when the lamp has been wrong. */
  private followTruth(): void {
    const now = this.now();
    const isRight = this.shown === this.options.truth.now;
    if (isRight || this.shown === "unknown" || this.shown === "starting") this.closeWrong(now);
    else if (this.wrongSince === null) this.wrongSince = now;
  }

  private closeWrong(now: number): void {
    const since = this.wrongSince;
    this.wrongSince = null;
    if (since === null) return;
    const worst = this.requests.wereSparse(since) ? this.stalestWhileSparse : this.stalest;
    if (now - since > worst.length) Object.assign(worst, { length: now - since, at: since });
  }

  /** Rules 1 and 2 for this moment. What is shown becomes only less right until the truth changes or it is shown anew. */
  private judgeShown(): void {
    if (this.isBlamed) return;
    const { interval, patience, truth } = this.options;
    const now = this.now();
    const isSparse = this.requests.wereSparse(now);
    const age = isSparse ? MAX_AGE_INTERVALS * interval : interval;
    const possible = truth.possible(now - age - patience, now);
    const { shown } = this;
    if (shown === "starting" || shown === "unknown") {
      const mayBeUnknown = this.faults > 0 || isSparse || this.lastBroken >= now - interval - patience;
      if (mayBeUnknown || possible.includes("unknown")) return;
      this.violate(`2: ${shown} is shown`, "although nothing was broken");
    } else {
      if (possible.includes(shown)) return;
      this.violate(`1: ${shown} is shown`, `but in the last ${span(age + patience)} it was ${possible.join(" or ")}`);
    }
    this.isBlamed = true;
  }

  private remember(line: string): void {
    this.recent.push(line);
    if (this.recent.length > REMEMBERED_LINES) this.recent.shift();
  }

  private violate(rule: string, detail: string): void {
    this.broken.set(rule, (this.broken.get(rule) ?? 0) + 1);
    if (this.violations.length < KEPT_VIOLATIONS) this.violations.push({ at: this.now(), rule, detail, before: [...this.recent] });
  }
}
