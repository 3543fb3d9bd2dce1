import { createContext, runInContext } from "node:vm";
import { crc32 } from "./crc32";
import type { Link, LinkListener } from "./link";

const FLASH_BASE = 0x0cb000;
const PAGE = 4096;
const FILE_HEADER = 32;
const CLEAR_LINE = "\x1b[2H";

/** What goes wrong on the way. Byte counts are over all bytes that the host sends, from 0. */
export interface Faults {
  /** These bytes from the host get lost. */
  lose?: (at: number) => boolean;
  /** This byte arrives changed. */
  flip?: (at: number) => boolean;
  /** The cable is pulled after so many bytes from the host. */
  unplugAfter?: number;
  /** The board loses power for a moment after so many bytes from the host. */
  resetAfter?: number;
  /** Bytes that the board says of itself before each answer. */
  noise?: string;
  /** Bytes of the board's that get lost, counted likewise. */
  loseAnswer?: (at: number) => boolean;
  /** The board takes so long before it looks at a line, in ms. */
  delayMs?: number;
  /** Nothing answers. */
  silent?: boolean;
  /** Answers everything with this, like another firmware. */
  parrot?: string;
  /** Written flash bytes come out different. */
  wornPage?: number;
}

export interface FakeBoardOptions {
  build?: string;
  pages?: number;
  variables?: number;
  faults?: Faults;
}

/** Espruino on an ESP8266 as far as the tools see it: prompt, echo, Storage in a flash that only clears bits, boot code. */
export class FakeBoard implements Link {
  readonly name = "/dev/ttyFAKE";
  readonly flash: Buffer;
  faults: Faults;
  /** Times the loader was run at a start. */
  boots = 0;
  /** Pages that were erased, by their offset in Storage. */
  readonly erased: number[] = [];
  /** Its address in the Wi-Fi, which is up from the start. */
  address = "192.168.1.104";
  readonly signalLog: { dtr: boolean; rts: boolean }[] = [];
  sentBytes = 0;
  /** Milliseconds that the bytes sent would have taken at 115200 baud, both ways. */
  lineMs = 0;
  #listener: LinkListener | undefined;
  #line = "";
  #echo = true;
  #interrupted = false;
  #gone = false;
  #answerBytes = 0;
  #out = "";
  #queue: Promise<void> = Promise.resolve();
  #context: object = {};
  readonly #build: string;
  readonly #variables: number;

  constructor(options: FakeBoardOptions = {}) {
    this.#build = options.build ?? "ESP8266_4MB";
    this.#variables = options.variables ?? 1600;
    this.faults = options.faults ?? {};
    this.flash = Buffer.alloc((options.pages ?? 48) * PAGE, 0xff);
    this.#restart(true);
    this.#out = "";
  }

  /** The cable is put back; counters of faults begin anew. */
  replug(faults: Faults = {}): void {
    this.faults = faults;
    this.#gone = false;
    this.sentBytes = 0;
    this.#line = "";
    this.#restart(true);
  }

  listen(listener: LinkListener): void {
    this.#listener = listener;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#gone) throw new Error("the port is gone");
    this.lineMs += (bytes.length * 10_000) / 115200;
    for (const byte of bytes) this.#arrive(byte);
    await Promise.resolve();
  }

  async signals(lines: { dtr: boolean; rts: boolean }): Promise<void> {
    const released = this.signalLog.at(-1)?.rts && !lines.rts;
    this.signalLog.push(lines);
    if (released && !this.faults.silent && !this.faults.parrot) this.#restart(true);
  }

  async setBaudRate(): Promise<void> {}

  async close(): Promise<void> {
    this.unplug();
  }

  unplug(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#listener?.closed();
  }

  /** Power off and on. */
  powerCycle(): void {
    this.#restart(true);
  }

  /** Bytes appear on the line by themselves. */
  say(text: string): void {
    this.#out += text;
    this.#flush();
  }

  #arrive(byte: number): void {
    if (this.#gone) return;
    const at = this.sentBytes++;
    if (at === this.faults.unplugAfter) {
      this.unplug();
      return;
    }
    if (at === this.faults.resetAfter) this.#restart(true);
    if (this.faults.silent || this.faults.lose?.(at)) return;
    if (this.faults.parrot) {
      this.say(this.faults.parrot);
      return;
    }
    const char = String.fromCharCode(this.faults.flip?.(at) ? byte ^ 1 : byte);
    if (char === "\x03") {
      this.#line = "";
    } else if (char === "\x10") {
      if (this.#line === "") this.#echo = false;
    } else if (char === "\n" || char === "\r") {
      this.#enter();
    } else {
      this.#line += char;
      if (this.#line.endsWith(CLEAR_LINE)) this.#line = "";
      if (this.#echo) this.#out += char;
    }
    this.#flush();
  }

  #enter(): void {
    if (unfinished(this.#line)) {
      this.#line += "\n";
      this.#out += "\r\n:";
      return;
    }
    const line = this.#line;
    this.#line = "";
    if (this.#echo) this.#out += "\r\n";
    this.#echo = true;
    if (!this.faults.delayMs) {
      this.#execute(line);
      return;
    }
    this.#queue = this.#queue.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, this.faults.delayMs));
      this.#execute(line);
      this.#flush();
    });
  }

  #execute(line: string): void {
    this.#interrupted = false;
    if (this.faults.noise) this.#out += this.faults.noise;
    try {
      runInContext(line, this.#context);
    } catch (error) {
      const { name, message } = error as Error;
      this.#out += `Uncaught ${name}: ${message.replace(/^(\S+) is/, '"$1" is')}\r\n    at line 1 col 1\r\n`;
    }
    if (!this.#interrupted) this.#out += ">";
  }

  #restart(bootCode: boolean): void {
    this.#line = "";
    this.#echo = true;
    this.#interrupted = true;
    this.#context = this.#makeContext();
    if (bootCode) this.#out += "\x8c\x9e\xf2l\xe0\r\n";
    this.#out += "\r\n ____                 _ \r\n|  __|___ ___ ___ _ _|_|___ ___ \r\n 2v29 (c) 2026 G.Williams\r\n\r\n>";
    const boot = bootCode && this.#read(".bootcde");
    if (boot) {
      this.boots++;
      this.#execute(boot);
    }
    this.#flush();
  }

  #flush(): void {
    if (this.#out === "" || this.#gone) return;
    let text = this.#out;
    this.#out = "";
    if (this.faults.silent) return;
    const lose = this.faults.loseAnswer;
    if (lose) text = [...text].filter((_, index) => !lose(this.#answerBytes + index)).join("");
    this.#answerBytes += text.length;
    this.lineMs += (text.length * 10_000) / 115200;
    queueMicrotask(() => this.#listener?.data(Buffer.from(text, "latin1")));
  }

  #makeContext(): object {
    const modules: Record<string, object> = {
      Storage: this.#storage(),
      Flash: this.#flashModule(),
      Wifi: {
        getIP: () => ({ ip: this.address }),
        getDetails: () => ({ status: this.address === "0.0.0.0" ? "no_ap_found" : "connected" }),
      },
    };
    const scope = {
      E: { CRC32: (data: string | Uint8Array) => crc32(data), reboot: () => this.#restart(true) },
      process: {
        env: { BOARD: this.#build, VERSION: "2v29" },
        memory: () => ({ total: this.#variables, free: this.#variables - 60 }),
      },
      require: (name: string) => modules[name],
      print: (...values: unknown[]) => {
        this.#out += `${values.join(" ")}\r\n`;
      },
      atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
      reset: () => this.#restart(false),
    };
    const context = createContext(Object.assign(scope, { global: scope }));
    // Espruino ends a script at a zero.
    return Object.assign(context, { eval: (script: string) => runInContext(script.split("\0", 1)[0], context) });
  }

  #flashModule(): object {
    return {
      read: (length: number, at: number) => Uint8Array.from(this.flash.subarray(at - FLASH_BASE, at - FLASH_BASE + length)),
      write: (data: string, at: number) => this.#program(Buffer.from(data, "latin1"), at - FLASH_BASE),
      getPage: () => ({ length: PAGE }),
      erasePage: (at: number) => {
        const page = Math.floor((at - FLASH_BASE) / PAGE) * PAGE;
        this.erased.push(page);
        this.flash.fill(0xff, page, page + PAGE);
      },
    };
  }

  #program(data: Uint8Array, at: number): void {
    data.forEach((byte, index) => {
      this.flash[at + index] &= byte;
    });
    const worn = this.faults.wornPage;
    if (worn !== undefined) this.flash[worn * PAGE] = 0;
  }

  #storage(): object {
    return {
      read: (name: string, offset = 0, length = 0) => this.#read(name, offset, length),
      write: (name: string, data: string, offset = 0, size = data.length) => this.#write(name, data, offset, size),
      erase: (name: string) => this.#erase(name),
      list: () => this.#files().flatMap((file) => file.name || []),
      eraseAll: () => this.flash.fill(0xff) && undefined,
      getStats: () => {
        const files = this.#files();
        const end = files.reduce((_, file) => file.at + align(file.size), 0);
        const trash = files.filter((file) => !file.name).reduce((sum, file) => sum + FILE_HEADER + align(file.size), 0);
        return { totalBytes: this.flash.length, freeBytes: this.flash.length - end, trashBytes: trash };
      },
    };
  }

  #files(): { name: string; at: number; size: number }[] {
    const files = [];
    let at = 0;
    while (at + FILE_HEADER <= this.flash.length && this.flash.readUInt32LE(at) !== 0xffffffff) {
      const size = this.flash.readUInt32LE(at) & 0xffffff;
      files.push({ name: this.flash.toString("latin1", at + 4, at + FILE_HEADER).split("\0")[0], at: at + FILE_HEADER, size });
      at += FILE_HEADER + align(size);
    }
    return files;
  }

  #read(name: string, offset = 0, length = 0): string | undefined {
    const file = this.#files().find((candidate) => candidate.name === name);
    if (!file) return undefined;
    const end = length > 0 ? Math.min(offset + length, file.size) : file.size;
    return this.flash.toString("latin1", file.at + offset, file.at + end);
  }

  #erase(name: string): void {
    const file = this.#files().find((candidate) => candidate.name === name);
    if (file) this.flash.fill(0, file.at - FILE_HEADER + 4, file.at - FILE_HEADER + 8);
  }

  #write(name: string, data: string, offset: number, size: number): boolean {
    if (this.#read(name) === data && offset === 0) return true;
    const existing = this.#files().find((file) => file.name === name);
    const isErased =
      existing && this.flash.subarray(existing.at + offset, existing.at + offset + data.length).every((byte) => byte === 0xff);
    if (existing && (offset > 0 || (existing.size === size && isErased))) {
      if (!isErased) throw new Error("File already written with different data");
      this.#program(Buffer.from(data, "latin1"), existing.at + offset);
      return true;
    }
    if (existing) this.#erase(name);
    const at = this.#files().reduce((_, file) => file.at + align(file.size), 0);
    if (at + FILE_HEADER + size > this.flash.length) throw new Error("Unable to find or create file");
    const header = Buffer.alloc(FILE_HEADER);
    header.writeUInt32LE(size, 0);
    header.write(name, 4, "latin1");
    this.#program(header, at);
    this.#program(Buffer.from(data, "latin1"), at + FILE_HEADER + offset);
    return true;
  }
}

function align(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/** Whether Espruino would wait for more: open brackets outside strings, or none closed too much. */
function unfinished(line: string): boolean {
  const bare = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "");
  if (bare.includes('"') || bare.includes("'")) return false;
  let depth = 0;
  for (const char of bare) {
    if ("([{".includes(char)) depth++;
    if (")]}".includes(char)) depth--;
    if (depth < 0) return false;
  }
  return depth > 0;
}
