/** What the files in context/ builds Espruino's globals from: plain functions over the parts of the board. */

import { createHash } from "node:crypto";
import type { BoardClock } from "./clock";
import { crc32 } from "./crc32";
import { MISSING_GLOBALS, MISSING_MEMBERS } from "./lacks";
import type { Listeners } from "./listeners";
import type { EventLoop } from "./loop";
import type { NativeMemory } from "./native";
import { PIN_NAMES, type Pins } from "./pins";
import { Connection, type SocketHost } from "./sockets";
import type { FlashStorage } from "./storage";
import type { Hosts, OpenWire } from "./tcp";
import { STATION_MAC, type Wifi } from "./wifi";

/** The version of Espruino that is imitated. */
const VERSION = "2v29";
/** Bytes from which on an array is contiguous and so has an address. */
const SHORTEST_FLAT = 20;

type Callback = (...args: unknown[]) => unknown;

/** The parts of the board that the firmware's calls reach, and what only the board itself can do. */
export interface BoardParts {
  clock: BoardClock;
  loop: EventLoop;
  listeners: Listeners;
  native: NativeMemory;
  pins: Pins;
  storage: FlashStorage;
  wifi: Wifi;
  hosts: Hosts;
  openWire?: OpenWire;
  connections: Set<Connection>;
  counter: Float64Array;
  resetReason: string;
  /** Text that leaves by a serial port or loopback. */
  output(device: string, text: string): void;
  setConsole(device: string): void;
  setEcho(on: boolean): void;
  setTelnet(on: boolean): void;
  setPassword(password: string): void;
  neopixel(pin: string, data: string): void;
  reboot(reason: string): void;
  evaluate(source: string): unknown;
  takeErrorFlags(): string[];
  /** Runs a native call; a trap ends the boot. */
  nativeCall(address: number, a: number, b: number, c: number, d: number): number;
}

/** Set by the files in context/: objects that must be made inside the context. */
export interface ContextParts {
  wifiLibrary: object;
  makeError(code: number, message: string): unknown;
}

export type Host = ReturnType<typeof makeHost>;

export function makeHost(board: BoardParts) {
  const { clock, loop, listeners, native, pins, storage, wifi, counter } = board;
  const sockets = new WeakMap<object, Connection>();
  const inContext: Partial<ContextParts> = {};

  function queue(self: object, event: string, args: unknown[]): void {
    const list = listeners.of(self, event);
    if (list) loop.queue({ name: event, self, listeners: list, args });
  }

  const socketHost: SocketHost = {
    queue,
    deliver(self, data) {
      const list = listeners.of(self, "data");
      if (!list) return false;
      loop.runNow("data", self, list, [data]);
      return true;
    },
    errorDetails: (code, message) => inContext.makeError!(code, message),
    closed(connection) {
      loop.remove(connection);
      board.connections.delete(connection);
    },
    wake: () => loop.wake(),
  };

  return Object.assign(inContext, {
    missingGlobals: MISSING_GLOBALS,
    missingMembers: MISSING_MEMBERS,
    version: VERSION,
    mac: STATION_MAC,
    shortestFlat: SHORTEST_FLAT,
    pinNames: PIN_NAMES,
    counter,
    storage,
    wifi,

    // events
    on(self: object, event: string, listener: Callback, first: boolean): void {
      listeners.add(self, event, listener, first);
      const connection = event === "data" ? sockets.get(self) : undefined;
      if (connection && connection.available() > 0) queue(self, "data", [connection.read(0)]);
    },
    onlyListener: (self: object, event: string, listener: Callback) => listeners.setOnly(self, event, listener),
    emit: queue,
    removeListener: (self: object, event: string, listener: Callback) => listeners.remove(self, event, listener),
    removeAllListeners: (self: object, event?: string) => listeners.removeAll(self, event),
    later(callback: unknown, args: unknown[]): void {
      if (typeof callback === "function") loop.queue({ name: "callback", self: undefined, listeners: [callback as Callback], args });
    },

    // console and time
    print: (text: string) => board.output("", text),
    serial: (device: string, text: string) => board.output(device, text),
    setConsole: board.setConsole,
    setEcho: board.setEcho,
    setTimer: (callback: Callback, milliseconds: number, args: unknown[], repeats: boolean) =>
      loop.setTimer(callback, milliseconds, args, repeats),
    clearTimer: (id: number) => loop.clearTimer(id),
    clearAllTimers: () => loop.clearAllTimers(),
    changeInterval: (id: number, milliseconds: number) => loop.changeInterval(id, milliseconds),
    wallTime: () => clock.wallNow(),
    setWallTime: (milliseconds: number) => clock.setWall(milliseconds),
    evaluate: board.evaluate,

    // pins
    pinWrite: (name: string, value: number) => pins.write(name, value),
    pinAnalog: (name: string, value: number, hertz?: number) => pins.writeAnalog(name, value, hertz),
    pinPulse: (name: string, value: number, milliseconds: number[]) => pins.pulse(name, value, milliseconds),
    pinRead: (name: string) => pins.read(name),
    pinMode: (name: string, mode: string) => pins.setMode(name, mode),
    pinGetMode: (name: string) => pins.states[name]!.mode,
    neopixel: board.neopixel,

    // memory and machine code
    objectAddress: () => native.addressOfObject(),
    stringAddress: (data: string) => native.addressOfString(data),
    bufferAddress: (buffer: ArrayBuffer) => native.addressOfBuffer(buffer),
    nativeCall: board.nativeCall,
    memoryArea: (address: number, length: number) => native.area(address, length),
    peek: (bits: number, address: number) => native.peek(bits, address),
    poke: (bits: number, address: number, value: number) => native.poke(bits, address, value),
    crc32: (data: string) => crc32(Buffer.from(data, "latin1")),
    sha1: (data: string) => createHash("sha1").update(data, "latin1").digest().toString("latin1"),
    atob: (data: string) => Buffer.from(data, "base64").toString("latin1"),
    btoa: (data: string) => Buffer.from(data, "latin1").toString("base64"),
    takeErrorFlags: () => board.takeErrorFlags().join(" "),

    // Storage
    storageRead(name: string, offset: number, length: number): string | undefined {
      const read = storage.locate(name, offset, length);
      if (read) native.remember(read);
      return read?.data;
    },
    storageWrite: (name: string, data: string, offset: number, size: number) => storage.write(name, data, offset, size),
    storageErase: (name: string) => storage.erase(name),

    // sockets
    socketOpen(self: object, address: string, port: number): void {
      const connection = new Connection(self, socketHost);
      sockets.set(self, connection);
      board.connections.add(connection);
      loop.add(connection);
      if (!connection.open(address, port, board.hosts, wifi.isUp, board.openWire)) throw new Error("Unable to create socket");
    },
    socketWrite: (self: object, data: string) => sockets.get(self)!.write(data),
    socketEnd(self: object, data?: string): void {
      const connection = sockets.get(self)!;
      if (data !== undefined) connection.write(data);
      connection.end();
    },
    socketAvailable: (self: object) => sockets.get(self)!.available(),
    socketRead: (self: object, count: number) => sockets.get(self)!.read(count),

    // the board
    resetReason: () => board.resetReason,
    reboot: board.reboot,
    setTelnet: board.setTelnet,
    setPassword: board.setPassword,
  });
}
