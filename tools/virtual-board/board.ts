/**
 * The virtual board: an ESP8266 with Espruino as far as the firmware can see it. README.md has the options and members; this file holds the
 * parts together, boots, reboots and stops.
 */

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Context, createContext, runInContext, Script } from "node:vm";
import { scriptOf } from "../build/machine-code";
import { BoardClock } from "./clock";
import { type ContextParts, type Host, makeHost } from "./host";
import { Listeners } from "./listeners";
import { EventLoop } from "./loop";
import { type CodeDouble, NativeMemory } from "./native";
import { type PinState, Pins } from "./pins";
import { SerialLog, type WaitOptions } from "./serial";
import type { Connection } from "./sockets";
import { FlashStorage } from "./storage";
import type { Hosts, OpenWire } from "./tcp";
import { type Turn, TurnLog } from "./turns";
import type { VirtualTime } from "./virtual-time";
import { Wifi, type WifiOptions } from "./wifi";

export { FlashStorage } from "./storage";
export type { Turn } from "./turns";
export { VirtualTime } from "./virtual-time";
export type { WifiOptions } from "./wifi";

export interface BoardOptions {
  bundlePath?: string;
  source?: string;
  storageFile?: string;
  storage?: FlashStorage;
  wifi?: WifiOptions;
  hosts?: Hosts;
  openWire?: OpenWire;
  clock?: "real" | "skip" | VirtualTime;
  /** What the world's clock says at create, milliseconds since 1970. */
  worldTime?: number;
  resetReason?: string;
  kernels?: boolean | CodeDouble;
  randomRegister?: () => number;
  instrument?: (source: string) => string;
  onTurn?: (turn: Turn) => void;
  onSerial?: (text: string) => void;
}

const BOOT_FILE = ".bootcde";
const CONTEXT_SCRIPTS = ["1-language", "2-globals", "3-e", "4-modules"].map((name) =>
  fileURLToPath(new URL(`./context/${name}.js`, import.meta.url)),
);
const CONSOLE = "Serial1";
/** Resets after which the clock goes on. */
const RTC_KEEPS = ["wdt reset", "exception", "soft wdt", "restart"];
/** What the random register repeats while the radio is off. */
const STUCK_RANDOM = 0x5a5a5a5a;

export class VirtualBoard {
  readonly storage: FlashStorage;
  readonly log: SerialLog;
  readonly turnLog: TurnLog;
  /** What was thrown and not caught, as printed. */
  readonly errors: string[] = [];
  /** What was written to NeoPixels: bytes as a string. */
  readonly neopixel: { at: number; pin: string; data: string }[] = [];
  wifi!: Wifi;
  telnet = true;
  /** Of E.setPassword. */
  consolePassword = "";
  private clock: BoardClock;
  private loop!: EventLoop;
  private native: NativeMemory;
  private pinTable!: Pins;
  private context!: Context;
  private host!: Host;
  private connections = new Set<Connection>();
  private listeners!: Listeners;
  private counter = new Float64Array(1);
  private counted = { nativeCalls: 0, kernelInstructions: 0 };
  private errorFlags: string[] = [];
  private console = CONSOLE;
  private echo = true;
  private typed = "";
  private resetReason: string;
  private pendingReset: string | null = null;
  private stopped = false;
  private watchers: { check: () => void }[] = [];

  /** Makes a board that is switched off; `boot()` switches it on. */
  static async create(options: BoardOptions = {}): Promise<VirtualBoard> {
    return new VirtualBoard(options);
  }

  private constructor(private options: BoardOptions) {
    this.storage = options.storage ?? new FlashStorage(options.storageFile);
    this.clock = new BoardClock({ mode: options.clock, worldTime: options.worldTime });
    this.log = new SerialLog(options.onSerial);
    this.turnLog = new TurnLog(options.onTurn);
    this.native = new NativeMemory(this.storage, () => this.randomRegister(), options.kernels ?? true);
    this.resetReason = options.resetReason ?? "power on";
    const source = options.bundlePath === undefined ? options.source : readFileSync(options.bundlePath, "latin1");
    if (source) this.storage.write(BOOT_FILE, source);
    this.powerUp();
  }

  get serial(): string {
    return this.log.text;
  }

  get lines(): string[] {
    return this.log.lines;
  }

  get pins(): Record<string, PinState> {
    return this.pinTable.states;
  }

  get accessPoint(): boolean {
    return this.wifi.accessPoint;
  }

  get now(): number {
    return this.clock.now();
  }

  /** Whether its time jumps to the next timer whenever nothing can come from outside. */
  set skipping(on: boolean) {
    this.clock.skipping = on;
    this.loop.wake();
  }

  /** How many times faster than the computer's its time passes from now on. */
  set speed(rate: number) {
    this.clock.speed = rate;
    this.loop.wake();
  }

  get longestTurn(): Turn | null {
    return this.turnLog.longest;
  }

  get turns(): number {
    return this.turnLog.count;
  }

  get statements(): number {
    return this.turnLog.statements;
  }

  get nativeCalls(): number {
    return this.turnLog.nativeCalls;
  }

  get kernelInstructions(): number {
    return this.turnLog.kernelInstructions;
  }

  /** What was counted since boot, in the present turn too. */
  get soFar(): { statements: number; nativeCalls: number; kernelInstructions: number } {
    const { nativeCalls, kernelInstructions } = this.native;
    return { statements: this.turnLog.statements + this.counter[0]!, nativeCalls, kernelInstructions };
  }

  report(): string {
    return this.turnLog.report();
  }

  resetCounts(): void {
    this.turnLog.reset();
  }

  clearSerial(): void {
    this.log.clear();
  }

  /** Switches on: evaluates the boot code as the first turn. */
  boot(): void {
    this.resetCounts();
    this.wifi.bootJoin();
    this.runBootCode();
  }

  /** What require("ESP8266").reboot() does, from outside. */
  reboot(reason = "restart"): void {
    this.restart(reason);
    this.boot();
  }

  /** Switches off. Nothing of the board runs or keeps Node alive after this. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.powerDown();
    this.native.release();
    this.log.stop();
    this.checkWatchers();
  }

  waitForLine(pattern: RegExp, options?: WaitOptions): Promise<RegExpMatchArray> {
    return this.log.waitFor(pattern, options);
  }

  /** Resolves after the first turn in which `predicate` holds. */
  waitUntil(predicate: () => boolean, { timeout = 60_000 } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.watchers = this.watchers.filter((one) => one !== watcher);
        settle();
      };
      const timer = setTimeout(() => done(() => reject(new Error("what was waited for did not happen\n" + this.log.tail()))), timeout);
      const watcher = {
        check: () => {
          if (predicate()) done(resolve);
          else if (this.stopped) done(() => reject(new Error("the board stopped")));
        },
      };
      this.watchers.push(watcher);
      watcher.check();
    });
  }

  dropWifi(milliseconds?: number): void {
    this.wifi.drop(milliseconds);
    this.loop.wake();
  }

  raiseWifi(): void {
    this.wifi.raise();
  }

  /** Characters typed at the prompt. */
  type(text: string): void {
    for (const char of text) {
      if (char === "\x03") this.typed = "";
      else if (char === "\n" || char === "\r") this.enter();
      else this.typed += char;
    }
  }

  /** Evaluates in the board's context, outside any turn. */
  evaluate(source: string): unknown {
    return runInContext(source, this.context);
  }

  /** Sets an error flag as the interpreter does when, say, memory runs out, and tells E's errorFlag listeners. */
  raiseErrorFlag(flag: string): void {
    this.errorFlags.push(flag);
    const e = this.evaluate("E") as object;
    const flags = this.evaluate(JSON.stringify([flag]));
    this.host.emit(e, "errorFlag", [flags]);
  }

  private powerUp(): void {
    this.pinTable = new Pins(() => this.clock.now());
    this.listeners = new Listeners();
    this.telnet = true;
    this.console = CONSOLE;
    this.echo = true;
    this.typed = "";
    this.errorFlags = [];
    this.loop = new EventLoop(this.clock, {
      run: (what, self, callback, args) => this.run(what, () => callback.apply(self, args)),
      turnEnded: () => this.turnEnded(),
    });
    this.wifi = new Wifi(this.options.wifi ?? {}, this.loop, this.clock, {
      event: (name, details) => this.wifiEvent(name, details),
      callback: (callback, args) => this.host.later(callback, args),
      linkLost: () => {
        for (const connection of this.connections) connection.freeze();
      },
    });
    this.makeContext();
  }

  /** A fresh interpreter without boot code. */
  private restart(reason: string): void {
    this.powerDown();
    this.resetReason = reason;
    this.clock.restart(RTC_KEEPS.includes(reason));
    this.powerUp();
  }

  private makeContext(): void {
    const host = makeHost({
      clock: this.clock,
      loop: this.loop,
      listeners: this.listeners,
      native: this.native,
      pins: this.pinTable,
      storage: this.storage,
      wifi: this.wifi,
      hosts: this.options.hosts ?? {},
      openWire: this.options.openWire,
      connections: this.connections,
      counter: this.counter,
      resetReason: this.resetReason,
      output: (device, text) => this.output(device || this.console, text),
      setConsole: (device) => {
        this.console = device;
      },
      setEcho: (on) => {
        this.echo = on;
      },
      setTelnet: (on) => {
        this.telnet = on;
      },
      setPassword: (password) => {
        this.consolePassword = password;
      },
      neopixel: (pin, data) => this.neopixel.push({ at: this.now, pin, data }),
      reboot: (reason) => this.resetSoon(reason),
      evaluate: (source) => this.evaluate(source),
      takeErrorFlags: () => this.errorFlags.splice(0),
      nativeCall: (address, a, b, c, d) => this.nativeCall(address, a, b, c, d),
    });
    this.host = host;
    this.context = createContext({}, { name: "board" });
    const shared = {};
    for (const script of contextScripts()) {
      const setUp = script.runInContext(this.context) as (host: Host & Partial<ContextParts>, shared: object) => void;
      setUp(host, shared);
    }
  }

  private powerDown(): void {
    this.loop.stop();
    for (const connection of this.connections) connection.destroy();
    this.connections.clear();
    this.native.reset();
    this.counter[0] = 0;
    this.counted = { nativeCalls: 0, kernelInstructions: 0 };
    this.pendingReset = null;
  }

  private runBootCode(): void {
    const code = this.storage.locate(BOOT_FILE);
    if (!code) return;
    this.native.remember(code);
    const { instrument } = this.options;
    const script = scriptOf(code.data);
    const source = instrument ? instrument(script) : script;
    // The firmware's parts are made of their texts.
    if (instrument) this.context.Function = (body: string) => runInContext(instrument(`(function(){${body}})`), this.context);
    this.loop.firstTurn(() => this.run("boot", () => new Script(source, { filename: BOOT_FILE }).runInContext(this.context)));
  }

  /** Calls into the firmware; what it throws is printed, as Espruino does. */
  private run(what: string, call: () => unknown): void {
    if (this.pendingReset !== null) return;
    this.turnLog.ran(what);
    try {
      call();
    } catch (error) {
      if (this.pendingReset === null) this.uncaught(error);
    }
  }

  private uncaught(error: unknown): void {
    const stack = error && typeof error === "object" && "stack" in error ? String(error.stack) : String(error);
    // Node's own frames say nothing about the firmware.
    const shown = stack
      .split("\n")
      .filter((line) => !line.startsWith("    at ") || line.includes(BOOT_FILE))
      .join("\n");
    this.errors.push(shown);
    this.output(this.console, "Uncaught " + shown + "\n");
    const process = this.evaluate("process") as object;
    this.host.emit(process, "uncaughtException", [error]);
  }

  private nativeCall(address: number, a: number, b: number, c: number, d: number): number {
    if (this.pendingReset !== null) return 0;
    try {
      return this.native.call(address, a, b, c, d);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "Lx106Trap") throw error;
      this.errors.push(error.message);
      this.output(CONSOLE, "Fatal exception: " + error.message + "\n");
      this.resetSoon("exception");
      throw error;
    }
  }

  /** From now on nothing of this boot counts; the reset itself waits for the turn to end. */
  private resetSoon(reason: string): void {
    if (this.pendingReset !== null) return;
    this.pendingReset = reason;
    this.loop.wake();
  }

  private turnEnded(): void {
    const { nativeCalls, kernelInstructions } = this.native;
    const statements = this.counter[0]!;
    this.counter[0] = 0;
    const calls = nativeCalls - this.counted.nativeCalls;
    const instructions = kernelInstructions - this.counted.kernelInstructions;
    this.counted = { nativeCalls, kernelInstructions };
    this.turnLog.end(this.now, statements, calls, instructions);
    const reason = this.pendingReset;
    if (reason === "reset") this.restart(this.resetReason);
    else if (reason === "load") this.reboot(this.resetReason);
    else if (reason !== null) this.reboot(reason);
    this.checkWatchers();
  }

  private checkWatchers(): void {
    for (const watcher of [...this.watchers]) watcher.check();
  }

  private output(device: string, text: string): void {
    if (device === CONSOLE && this.pendingReset === null) this.log.add(text);
  }

  private enter(): void {
    const line = this.typed;
    this.typed = "";
    if (this.echo) this.output(CONSOLE, line + "\n");
    this.loop.firstTurn(() =>
      this.run("typed", () => {
        const value = this.evaluate(line);
        const shown = this.evaluate("__shown") as (value: unknown) => string;
        if (this.echo) this.output(CONSOLE, "=" + shown(value) + "\n>");
      }),
    );
  }

  private wifiEvent(name: string, details: Record<string, unknown>): void {
    const inContext = this.evaluate("(" + JSON.stringify(details) + ")");
    this.host.emit(this.host.wifiLibrary!, name, [inContext]);
  }

  private randomRegister(): number {
    if (!this.wifi.isUp) return STUCK_RANDOM;
    return this.options.randomRegister ? this.options.randomRegister() : randomBytes(4).readUInt32LE();
  }
}

let compiledScripts: Script[] | undefined;

function contextScripts(): Script[] {
  compiledScripts ??= CONTEXT_SCRIPTS.map((filename) => new Script(readFileSync(filename, "utf8"), { filename }));
  return compiledScripts;
}
