/**
 * What the firmware uses of Espruino, as 2v29 has it. The build leaves every property named in this file as it is and shortens all others,
 * so a property that Espruino reads or gives must be declared here.
 */

/** A string whose characters are bytes. */
type EspruinoBytes = string;

interface EspruinoSocket {
  /** `data` comes while the network is looked after; "chunk" is what the firmware emits. */
  on(event: "data" | "chunk", listener: (chunk: EspruinoBytes) => void): void;
  on(event: "end" | "drain" | "connect", listener: () => void): void;
  on(event: "close", listener: (hadError: boolean) => void): void;
  on(event: "error", listener: (error: { code: number; message: string }) => void): void;
  removeAllListeners(event?: string): void;
  /** Queues the event for the end of this turn of Espruino's loop. */
  emit(event: "chunk", chunk: EspruinoBytes): void;
  /** Queues in memory and returns false. Bytes must come as a string: an array is sent as its text. */
  write(chunk: EspruinoBytes): boolean;
  /** A full close: what arrives afterwards is lost. */
  end(chunk?: EspruinoBytes): void;
}

interface EspruinoNet {
  /** Takes either the callback or a later on("connect"), never both. On Linux a refused connection throws. */
  connect(options: { host: string; port: number }, connected?: () => void): EspruinoSocket;
}

interface EspruinoStorage {
  /** The file's bytes in place (a view of the flash), or a part of them; undefined if there is none. */
  read(name: string, offset?: number, length?: number): EspruinoBytes | undefined;
  /** Writes a part at `offset`; the first write says the whole `size`. False if there is no room. */
  write(name: string, data: EspruinoBytes, offset?: number, size?: number): boolean;
  erase(name: string): void;
  compact(): void;
  getFree(): number;
  list(): string[];
}

interface EspruinoWifi {
  connect(ssid: EspruinoBytes, options: { password: EspruinoBytes }, done: (error: string | null) => void): void;
  disconnect(done?: () => void): void;
  stopAP(done?: () => void): void;
  save(what?: "clear"): void;
  getIP(done?: (error: string | null, info: { ip: string }) => void): { ip: string; netmask: string; gw: string; mac: string };
  getStatus(): { station: string; mode: string };
  on(event: "connected" | "disconnected", listener: () => void): void;
  setSNTP(host: string, zone: string): void;
}

interface EspruinoChip {
  getState(): { freeHeap: number; sdkVersion: string; cpuFrequency: number };
  getResetInfo(): { code: number; reason: string; exccause: number; epc1: number };
  reboot(): void;
  setCPUFreq(mhz: number): void;
}

interface EspruinoTelnet {
  setOptions(options: { mode: "off" | "on" }): void;
}

interface EspruinoFs {
  readFileSync(path: string): EspruinoBytes;
}

interface EspruinoNeopixel {
  /** `data` so many times as `count` says. */
  write(pin: EspruinoPin | number, pixels: { data: number[]; count: number }): void;
}

declare function require(module: "net"): EspruinoNet;
declare function require(module: "Storage"): EspruinoStorage;
declare function require(module: "Wifi"): EspruinoWifi;
declare function require(module: "ESP8266"): EspruinoChip;
declare function require(module: "TelnetServer"): EspruinoTelnet;
declare function require(module: "fs"): EspruinoFs;
declare function require(module: "neopixel"): EspruinoNeopixel;

interface EspruinoPin {
  mode(mode: string): void;
  write(value: boolean | number): void;
  set(): void;
  reset(): void;
}
/** GPIO by its name; the functions take its number as well. */
declare const Pin: new (name: string | number) => EspruinoPin;
declare function digitalWrite(pin: EspruinoPin | number, value: boolean | number): void;
/** Software PWM on any pin, by the timer's interrupt, high first; at 0 and 1 nothing runs. Ends what digitalPulse began. */
declare function analogWrite(pin: EspruinoPin | number, value: number, options?: { freq: number }): void;
/** `value` for the first time, its opposite for the next…, by the timer's interrupt; afterwards what the last was not. At most 16 edges may wait. */
declare function digitalPulse(pin: EspruinoPin | number, value: boolean, milliseconds: number[]): void;

declare function setTimeout(f: (...values: never[]) => void, ms?: number, ...values: unknown[]): number;
declare function setInterval(f: () => void, ms: number): number;
declare function clearTimeout(timer: number): void;
declare function clearInterval(timer: number): void;
/** Seconds, with a fraction. */
declare function getTime(): number;

declare function print(...values: unknown[]): void;
declare function peek8(address: number): number;
declare function peek32(address: number): number;
declare function poke32(address: number, value: number): void;
declare function atob(text: string): EspruinoBytes;
declare function load(): void;
/** What the boot loader evaluates, a view of the flash (tools/flash/loader.ts); not there where the script is itself the boot code. */
declare const t: EspruinoBytes | undefined;

declare const process: {
  memory(collect?: boolean): { free: number; usage: number; total: number };
  version: string;
  env: { VERSION: string; BOARD: string; GIT_COMMIT: string };
};

interface EspruinoFile {
  read(length: number): EspruinoBytes;
  close(): void;
}

declare const E: {
  /** Only where there is a file system. */
  openFile(path: string, mode: "r"): EspruinoFile | undefined;
  /** With `flat`: 0 if the data is not contiguous. */
  getAddressOf(data: object | string, flat: boolean): number;
  nativeCall(address: number, signature: string): (...values: number[]) => number;
  /** The bytes of an array, or of several values, as a string. */
  toString(...data: unknown[]): EspruinoBytes;
  toUint8Array(...data: unknown[]): Uint8Array;
  toArrayBuffer(data: EspruinoBytes): ArrayBuffer;
  memoryArea(address: number, length: number): EspruinoBytes;
  mapInPlace(from: Uint8Array, to: Uint8Array, table?: Uint8Array): void;
  CRC32(data: EspruinoBytes | Uint8Array): number;
  on(event: "init" | "kill" | "errorFlag", listener: (flags: string[]) => void): void;
  getErrorFlags(): string[];
  hwRand(): number;
  setClock(mhz: number): void;
  kickWatchdog(): void;
  reboot(): void;
  defrag(): void;
};

interface EspruinoSerial {
  write(text: EspruinoBytes): void;
  print(text: string): void;
  println(text: string): void;
  setConsole(force?: boolean): void;
}

declare const Serial1: EspruinoSerial;
declare const USB: EspruinoSerial;
declare const LoopbackA: EspruinoSerial;

interface Uint8Array {
  /** Espruino takes the bytes of a string, too. */
  set(bytes: EspruinoBytes, at?: number): void;
}

/** The modules that were required. */
declare const Modules: {
  /** Lets go of one. */
  removeCached(name: string): void;
};
