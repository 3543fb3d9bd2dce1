import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Link, type LinkListener, pause } from "./link";

/** The real interpreter's path, or undefined where none is named. */
export const ESPRUINO_BIN = process.env.ESPRUINO_BIN;

export interface EspruinoBoardOptions {
  /** Bits a second of the simulated line, ten a byte; without it as fast as it goes. */
  baudRate?: number;
}

/** A real Espruino with a flash of its own, as a line: when it ends, it is started again, as a board that restarts. */
export class EspruinoBoard implements Link {
  readonly name = "espruino";
  readonly folder = mkdtempSync(join(tmpdir(), "espruino-board-"));
  starts = 0;
  sentBytes = 0;
  #process: ChildProcessWithoutNullStreams;
  #listener: LinkListener | undefined;
  #over = false;
  #answers: Promise<void> = Promise.resolve();
  readonly #byteMs: number;
  readonly #freeAt = { in: 0, out: 0 };

  constructor(
    private readonly binary: string,
    options: EspruinoBoardOptions = {},
  ) {
    this.#byteMs = options.baudRate ? 10_000 / options.baudRate : 0;
    this.#process = this.#start();
  }

  #start(): ChildProcessWithoutNullStreams {
    this.starts++;
    const started = spawn(this.binary, [], { cwd: this.folder });
    started.stdout.on("data", (chunk: Buffer) => {
      this.#answers = this.#answers.then(async () => {
        await this.#travel("in", chunk.length);
        this.#listener?.data(chunk);
      });
    });

    started.stdin.on("error", () => {});
    started.on("exit", () => {
      if (!this.#over) this.#process = this.#start();
    });
    return started;
  }

  listen(listener: LinkListener): void {
    this.#listener = listener;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.sentBytes += bytes.length;
    await this.#travel("out", bytes.length);
    this.#process.stdin.write(bytes);
  }

  /** Waits until so many bytes have passed the simulated line, which carries one after the other. */
  async #travel(way: "in" | "out", bytes: number): Promise<void> {
    if (!this.#byteMs) return;
    this.#freeAt[way] = Math.max(performance.now(), this.#freeAt[way]) + bytes * this.#byteMs;
    const wait = this.#freeAt[way] - performance.now();
    if (wait > 1) await pause(wait);
  }

  async signals(): Promise<void> {}

  async setBaudRate(): Promise<void> {}

  /** Power off and on in the middle of whatever it does. */
  async powerCycle(): Promise<void> {
    const before = this.starts;
    this.#process.kill("SIGKILL");
    while (this.starts === before) await pause(10);
  }

  async close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
    rmSync(this.folder, { recursive: true });
    this.#listener?.closed();
  }
}
