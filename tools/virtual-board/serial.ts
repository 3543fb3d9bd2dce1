/** What came out of the serial port, and waiting for a line of it. */

export interface WaitOptions {
  /** Milliseconds, 60,000 unless given. */
  timeout?: number;
  /** Index of the first line that counts; without it, all do. */
  from?: number;
}

interface Waiter {
  pattern: RegExp;
  from: number;
  resolve(match: RegExpMatchArray): void;
  reject(error: Error): void;
}

const DEFAULT_TIMEOUT = 60_000;
const TAIL_LINES = 15;

export class SerialLog {
  text = "";
  /** Complete lines. */
  readonly lines: string[] = [];
  private partial = "";
  private waiters: Waiter[] = [];
  private stopped = false;

  constructor(private onSerial?: (text: string) => void) {}

  add(text: string): void {
    this.text += text;
    const lines = (this.partial + text).split("\n");
    this.partial = lines.pop()!;
    this.onSerial?.(text);
    if (lines.length === 0) return;
    this.lines.push(...lines);
    this.check();
  }

  clear(): void {
    this.text = "";
    this.partial = "";
    this.lines.length = 0;
  }

  /** Resolves with the match once there is a complete line that matches. */
  waitFor(pattern: RegExp, { timeout = DEFAULT_TIMEOUT, from = 0 }: WaitOptions = {}): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      if (this.stopped) throw new Error("the board stopped");
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((one) => one !== waiter);
        reject(new Error(`no line like ${pattern} within ${timeout} ms\n${this.tail()}`));
      }, timeout);
      const waiter: Waiter = {
        pattern,
        from,
        resolve(match) {
          clearTimeout(timer);
          resolve(match);
        },
        reject(error) {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.waiters.push(waiter);
      this.check();
    });
  }

  /** The last lines, for a message. */
  tail(): string {
    return [...this.lines.slice(-TAIL_LINES), this.partial].join("\n");
  }

  stop(): void {
    this.stopped = true;
    for (const waiter of this.waiters.splice(0))
      waiter.reject(new Error(`the board stopped before a line like ${waiter.pattern}\n${this.tail()}`));
  }

  private check(): void {
    for (const waiter of [...this.waiters]) {
      const match = this.lines
        .slice(waiter.from)
        .map((line) => line.match(waiter.pattern))
        .find((found) => found !== null);
      if (!match) continue;
      this.waiters = this.waiters.filter((one) => one !== waiter);
      waiter.resolve(match);
    }
  }
}
