import { crc32 } from "./crc32";
import { type Link, pause, pulseReset } from "./link";
import { ToolError } from "./tool-error";

/** How long the prompt is waited for, in ms. */
export interface Patience {
  /** for the answer to a line that does nothing */
  ping: number;
  /** for the answer to a command */
  answer: number;
  /** after an error message, before the line is sent again */
  settle: number;
  /** while the board holds us off (XOFF) before we go on regardless */
  heldOff: number;
}

export const PATIENCE: Patience = { ping: 1000, answer: 4000, settle: 60, heldOff: 2000 };

/** Bytes handed to the line at once: between two pieces the board can hold us off. */
const PIECE_BYTES = 64;

const XON = 0x11;
const XOFF = 0x13;

/** Clears the board's input line, whatever is in it. */
const CLEAR_LINE = "\x1b[2H";

/** At the start of a line: this line is not echoed. */
const NO_ECHO = "\x10";

const INTERRUPT = "\x03";

const PING = 'print("<~"+0+" "+6*7+"~>")';
const PONG = "<~0 42~>";
const PING_TRIES = 6;
const INTERRUPTING_TRIES = [1, 4];
const RESETTING_TRY = 3;

/** A command is sent so often before the line counts as unusable. */
const COMMAND_TRIES = 5;

/** No line sent to the board is longer, so that it fits the 1024 bytes that the board buffers while it is busy. */
export const MAX_LINE_BYTES = 1000;

/**
 * Defines _X(number, crc, text): evaluates the text if its CRC-32 is right and prints number, CRC of the answer and the answer as JSON;
 * the answer is `?` for a text that was damaged on its way (or lost whole, with its comma) and `!` and the reason for one that failed.
 */
const EXECUTOR =
  '_X=function(n,c,t){var r;try{r=E.CRC32(t+"")==c?JSON.stringify(eval(t)):"?"}catch(e){r="!"+e}r+="";print("<~"+n+" "+E.CRC32(r)+" "+r+"~>")}';

const ANSWER = /<~(\d+) (\d+) ([^~]*)~>/g;

/** What the board says of a command when it has restarted and lost the executor. */
const EXECUTOR_LOST = /_X"? is not defined/;

const ERROR_MESSAGE = /Uncaught|New interpreter error|Execution Interrupted/;

/**
 * Espruino's prompt, made dependable: every command carries a CRC both ways and a number, a damaged one is sent again, and the board's
 * 1024-byte input buffer is never overrun. Commands must therefore be such that running them twice does no harm.
 */
export class Prompt {
  /** Commands that had to be sent again. */
  repeats = 0;
  #received = "";
  #anything = false;
  #gone = false;
  #heldOff = false;
  #number = 0;
  #notify: () => void = () => {};

  constructor(
    readonly link: Link,
    readonly patience: Patience = PATIENCE,
  ) {
    link.listen({ data: (chunk) => this.#take(chunk), closed: () => this.#lose() });
  }

  /**
   * Gets the board's attention, whatever runs on it.
   * @throws ToolError where no Espruino answers
   */
  async wake(): Promise<void> {
    for (let attempt = 0; attempt < PING_TRIES; attempt++) {
      if (INTERRUPTING_TRIES.includes(attempt)) await this.#send(INTERRUPT);
      if (attempt === RESETTING_TRY) await pulseReset(this.link);
      this.#received = "";
      await this.#send(`${CLEAR_LINE}${NO_ECHO}${PING}\n`);
      if (await this.#until(() => this.#received.includes(PONG), this.patience.ping)) return;
    }
    const fault = this.#anything ? "something answers, but it is not Espruino at 115200 baud" : "nothing answers";
    throw new ToolError(
      `no Espruino on ${this.link.name} (${fault}): check the cable, or write Espruino with "npm run firmware -- --image FILE"`,
    );
  }

  /** Empties the interpreter: whatever ran has ended, its memory is free, and boot code does not run. Commands can be given after it. */
  async reset(): Promise<void> {
    await this.wake();
    await this.#send(`${NO_ECHO}reset()\n`);
    await pause(this.patience.settle);
    await this.wake();
    await this.#installExecutor();
  }

  /** Makes commands possible while the firmware goes on running, until `detach`. */
  async attach(): Promise<void> {
    await this.wake();
    await this.#installExecutor();
  }

  /** Leaves nothing of ours in the interpreter. */
  async detach(): Promise<void> {
    await this.#send(`${CLEAR_LINE}${NO_ECHO}delete global._X\n`);
  }

  async #installExecutor(): Promise<void> {
    for (let attempt = 0; attempt < COMMAND_TRIES; attempt++) {
      await this.#send(`${CLEAR_LINE}${NO_ECHO}${EXECUTOR}\n`);
      if ((await this.#attempt("6*7")) === "42") return;
      this.repeats++;
    }
    throw new ToolError(`the line to ${this.link.name} is too bad: try another cable or USB port`);
  }

  /**
   * Evaluates an expression on the board and gives its value. Needs `reset` first.
   * @param text ASCII, without undefined as its value
   * @param answerMs how long it may take
   */
  async run<T>(text: string, answerMs: number = this.patience.answer): Promise<T> {
    for (let attempt = 0; attempt < COMMAND_TRIES; attempt++) {
      const answer = await this.#attempt(text, answerMs);
      if (answer?.startsWith("!")) throw new ToolError(`the board refused a command: ${answer.slice(1)}`);
      if (answer !== undefined && answer !== "?") return (answer === "undefined" ? undefined : JSON.parse(answer)) as T;
      this.repeats++;
    }
    throw new ToolError(`the board on ${this.link.name} stopped answering: unplug it, plug it in and run the command again`);
  }

  /** Restarts the board: by command, so that boards without an auto-reset circuit restart as well. */
  async restart(): Promise<void> {
    this.#received = "";
    await this.#send(`${CLEAR_LINE}${NO_ECHO}E.reboot()\n`);
  }

  /** The first match in what the board prints from now on (or since `restart`), or undefined when the time is over. */
  async waitFor(pattern: RegExp, ms: number): Promise<RegExpMatchArray | undefined> {
    return this.#until(() => this.#received.match(pattern) ?? undefined, ms);
  }

  /** What the board has printed since the last command. */
  get received(): string {
    return this.#received;
  }

  async #attempt(text: string, answerMs = this.patience.answer): Promise<string | undefined> {
    const number = ++this.#number;
    this.#received = "";
    await this.#send(`${CLEAR_LINE}${NO_ECHO}${commandLine(number, text)}\n`);
    const outcome = await this.#until(() => this.#answerTo(number) ?? (ERROR_MESSAGE.test(this.#received) ? "error" : undefined), answerMs);
    if (outcome !== "error") return outcome;
    await pause(this.patience.settle);
    if (EXECUTOR_LOST.test(this.#received)) {
      throw new ToolError(`the board on ${this.link.name} restarted in the middle (loose plug, weak power?): run the command again`);
    }
    return this.#answerTo(number);
  }

  #answerTo(number: number): string | undefined {
    for (const [, answered, crc, value] of this.#received.matchAll(ANSWER)) {
      if (Number(answered) === number && Number(crc) === crc32(value)) return value;
    }
    return undefined;
  }

  #take(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === XON || byte === XOFF) this.#heldOff = byte === XOFF;
      else this.#received += String.fromCharCode(byte);
    }
    this.#anything ||= chunk.length > 0;
    this.#notify();
  }

  #lose(): void {
    this.#gone = true;
    this.#notify();
  }

  #checkPresent(): void {
    if (this.#gone) throw new ToolError(`the board on ${this.link.name} was unplugged: plug it in and run the command again`);
  }

  async #send(text: string): Promise<void> {
    const bytes = Buffer.from(text, "latin1");
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      if (this.#heldOff) await this.#until(() => !this.#heldOff, this.patience.heldOff);
      this.#heldOff = false;
      this.#checkPresent();
      await this.link.write(bytes.subarray(at, at + PIECE_BYTES));
    }
  }

  /** Waits until `test` gives something, looking at it whenever bytes have come. */
  async #until<T>(test: () => T | undefined | false, ms: number): Promise<T | undefined> {
    const end = performance.now() + ms;
    for (;;) {
      const result = test();
      if (result) return result;
      this.#checkPresent();
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#notify = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** A command as it goes over the line, without its start and end. */
export function commandLine(number: number, text: string): string {
  const line = `_X(${number},${crc32(text)},${JSON.stringify(text)})`;
  if (line.length + CLEAR_LINE.length + NO_ECHO.length >= MAX_LINE_BYTES) throw new RangeError(`command of ${line.length} bytes`);
  return line;
}
