import { type Link, pause, pulseReset } from "../serial/link";
import type { Colors } from "../serial/tool-error";
import { LineCutter, type OutputLine } from "./lines";

/** What the monitor shows and where; everything that a test wants to replace. */
export interface MonitorOptions {
  /** Opens the port; rejects while it is not there. */
  open(): Promise<Link>;
  /** Shows text on the screen. */
  show(text: string): void;
  /** Keeps what was shown, without colours. */
  log?(text: string): void;
  /** The bytes as they come, without time stamps. */
  raw: boolean;
  colors: Colors;
  now?(): Date;
  /** Between two tries to open the port again, in ms. */
  retryMs?: number;
}

const RETRY_MS = 500;

/** A line without an end is shown after so many ms: dots while joining Wi-Fi. */
const PARTIAL_LINE_MS = 400;

const CTRL_C = "\x03";
const CTRL_R = "\x12";
const CTRL_T = "\x14";

/** Espruino's command to restart, on a line of its own; for boards whose reset line is not wired to the port. */
const RESTART_COMMAND = "\x1b[2H\x10E.reboot()\n";

/** Shows a board's output until `end`, through unplugging and restarts. */
export class Monitor {
  #link: Link | undefined;
  #ended = false;
  #endWaiter: () => void = () => {};
  #promptOpen = false;
  #cutter = new LineCutter();
  #partialTimer: NodeJS.Timeout | undefined;
  #noiseShown = false;

  constructor(private readonly options: MonitorOptions) {}

  /** Runs until `end` is called. The first opening must succeed; later ones are tried until they do. */
  async run(): Promise<void> {
    const { colors } = this.options;
    const ended = new Promise<void>((resolve) => {
      this.#endWaiter = resolve;
    });
    let link = await this.options.open();
    while (!this.#ended) {
      this.#note(`connected to ${link.name}`);
      this.#link = link;
      await Promise.race([ended, new Promise<void>((resolve) => this.#attach(link, resolve))]);
      this.#link = undefined;
      this.#showAll(this.#cutter.flush());
      if (this.#ended) break;
      this.#note(colors.yellow("the board is gone: waiting for it to come back"));
      const again = await this.#reopen();
      if (!again) break;
      link = again;
    }
    clearTimeout(this.#partialTimer);
    await link.close();
  }

  end(): void {
    this.#ended = true;
    this.#endWaiter();
  }

  /** Takes what a person types: the three keys, and at the prompt everything else. */
  async type(keys: string): Promise<void> {
    for (const key of keys) {
      if (key === CTRL_C) this.end();
      else if (key === CTRL_R) await this.restartBoard();
      else if (key === CTRL_T) await this.#togglePrompt();
      else if (this.#promptOpen) await this.#send(key);
    }
  }

  /** Restarts the board by its reset line and, if that is not wired, by command. */
  async restartBoard(): Promise<void> {
    this.#note("restarting the board");
    await this.#guarded(async (link) => {
      await link.write(Buffer.from(RESTART_COMMAND, "latin1"));
      await pulseReset(link);
    });
  }

  async #togglePrompt(): Promise<void> {
    this.#promptOpen = !this.#promptOpen;
    this.#note(this.#promptOpen ? "Espruino prompt: type JavaScript, Ctrl-T closes it" : "prompt closed");
    if (this.#promptOpen) {
      this.#cutter.flush();
      await this.#send("\n");
    }
  }

  async #send(text: string): Promise<void> {
    await this.#guarded((link) => link.write(Buffer.from(text, "latin1")));
  }

  /** A key that comes while the board is gone is forgotten. */
  async #guarded(act: (link: Link) => Promise<void>): Promise<void> {
    try {
      if (this.#link) await act(this.#link);
    } catch {
      this.#link = undefined;
    }
  }

  #attach(link: Link, gone: () => void): void {
    link.listen({ data: (chunk) => this.#take(chunk), closed: gone });
  }

  async #reopen(): Promise<Link | undefined> {
    while (!this.#ended) {
      await pause(this.options.retryMs ?? RETRY_MS);
      try {
        return await this.options.open();
      } catch {
        // Not back yet.
      }
    }
    return undefined;
  }

  #take(chunk: Uint8Array): void {
    if (this.options.raw || this.#promptOpen) {
      const text = Buffer.from(chunk).toString("latin1");
      this.options.show(text);
      this.options.log?.(text);
      return;
    }
    clearTimeout(this.#partialTimer);
    this.#showAll(this.#cutter.push(chunk));
    this.#partialTimer = setTimeout(() => this.#showAll(this.#cutter.flush()), PARTIAL_LINE_MS);
  }

  #showAll(lines: OutputLine[]): void {
    for (const line of lines) {
      if (line.noise && this.#noiseShown) continue;
      this.#noiseShown = line.noise;
      const { colors } = this.options;
      const time = timeOf(this.options.now?.() ?? new Date());
      const text = line.noise ? "(boot loader output at another speed)" : line.text;
      this.options.show(`${colors.dim(time)}  ${line.noise ? colors.dim(text) : colorLine(text, colors)}\r\n`);
      this.options.log?.(`${time}  ${text}\n`);
    }
  }

  /** A remark of the monitor's own, apart from what the board prints. */
  #note(text: string): void {
    if (!this.options.raw) this.options.show(`${this.options.colors.dim("---")} ${text}\r\n`);
  }
}

function timeOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const thousandths = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${thousandths}`;
}

/** Good news green, bad news red, doubt yellow: by the lines that the firmware promises. */
function colorLine(text: string, colors: Colors): string {
  if (/CI successful!|^certificate matches/.test(text)) return colors.green(text);
  if (/has failed|doesn't match|Uncaught/.test(text)) return colors.red(text);
  if (/is unknown:|CI is pending/.test(text)) return colors.yellow(text);
  return text;
}
