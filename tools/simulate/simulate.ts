/**
 * A simulated year (or so): the firmware as it would be flashed, on the virtual board, in virtual time, against the stand-in, in a world where things go
 * wrong. Whether the lamp was right all the while is for watch.ts to say.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { buildFirmware } from "../build/firmware";
import { toBuildConfig } from "../config/build-config";
import { checkConfigText } from "../config/load";
import { VirtualBoard, VirtualTime } from "../virtual-board/board";
import { TARGETS } from "./builds";
import { fastCrypto } from "./fast-crypto";
import { LightEye, shownAt } from "./light-eye";
import { Random } from "./random";
import { type Source, Truth } from "./truth";
import { DAY, HOUR, MINUTE, SECOND } from "./units";
import { Watch } from "./watch";
import { HOST, World } from "./world";

/** What the lamp is configured for. */
export interface Lamp {
  /** 1 to 3. */
  targets: number;
  source: Source;
  trust: "fingerprints" | "caKeys";
  token: boolean;
}

export interface SimulationOptions {
  days: number;
  seed: number;
  lamp?: Partial<Lamp>;
  /** Days between a leaf and the next, which has another key; 60 unless given. */
  rotation?: number;
  /** Runs the native kernels on the emulated processor instead of Node's crypto. */
  kernels?: boolean;
  /** Compiled modules of the firmware and the texts that stand in for them, for tests. */
  replace?: Map<string, string>;
  /** Told how far it is, a hundred times. */
  onProgress?: (day: number, percent: number) => void;
  /** Told what happens in the world, with the time. */
  onWorld?: (at: number, what: string) => void;
  /** Told each line of the serial port, with the time. */
  onLine?: (at: number, line: string) => void;
}

export interface Simulation {
  options: SimulationOptions;
  watch: Watch;
  /** How often each thing went wrong. */
  faults: Map<string, number>;
  builds: number;
  rotations: number;
  reboots: number;
  /** Bytes of Node's heap after garbage collection, at equal distances. */
  heap: number[];
  heapGrowth: number;
  /** What was configured, in words. */
  lamp: string;
  turns: number;
  bundleBytes: number;
  /** Milliseconds that it took. */
  took: number;
}

const INTERVAL = 15 * MINUTE;
/** The firmware spreads its polls over this part of their interval. */
const JITTER = 0.1;
const PIN = "D2";
/** How long the light's rhythm is simulated, after whatever else there was to do. */
const BLINK = 20 * SECOND;
const ROTATION_DAYS = 60;
/** What the firmware may take by its own timers: for Wi-Fi; and for each request TCP and the handshake, if the server closes each time, and the response. */
const WIFI_PATIENCE = 30 * SECOND;
const REQUEST_PATIENCE = (10 + 15 + 30) * SECOND;
const SLACK = 5 * SECOND;
/** Milliseconds that a turn of the board takes. */
const TURN = 2;
const HEAP_SAMPLES = 12;
/** Of a pin's history, the last change and the edges of pulses to come. */
const KEPT_CHANGES = 8;
const WITHOUT_TOKEN = 60;
const WITH_TOKEN = 5000;
const TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
const USUAL_LAMP: Lamp = { targets: 3, source: "auto", trust: "fingerprints", token: false };
/** Growth of the heap, in bytes, that may be noise. */
export const HEAP_TOLERANCE = 2_000_000;

function collectGarbage(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** How much more was in use towards the end than after the first quarter. */
function growthOf(heap: readonly number[]): number {
  const quarter = Math.max(1, heap.length >> 2);
  return median(heap.slice(-quarter)) - median(heap.slice(quarter, 2 * quarter));
}

function configText({ targets, source, trust }: Lamp, token: string | null, world: World): string {
  const about = { intervalSeconds: INTERVAL / SECOND, ...(token ? { token } : {}) };
  const status = TARGETS.slice(0, targets).map((target, index) => ({ ...target, source, ...(index === 0 ? about : {}) }));
  return JSON.stringify({
    wifi: { ssid: "sensor-net", password: "correct horse" },
    server: { host: HOST, ...(trust === "caKeys" ? { caKeys: [world.caKey] } : { fingerprints: world.fingerprints }) },
    status: targets === 1 ? status[0] : status,
    light: { pin: PIN, activeLow: true },
  });
}

function lampInWords({ targets, source, trust, token }: Lamp): string {
  const what = { statuses: "combined status", checks: "check runs", auto: "combined status and check runs" }[source];
  const trusted = { fingerprints: "pinned fingerprints", caKeys: "a pinned CA key" }[trust];
  return `${targets} target${targets > 1 ? "s" : ""}, ${what}, ${trusted}, ${token ? "a" : "no"} token`;
}

export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const began = performance.now();
  const { days, seed } = options;
  const lamp: Lamp = { ...USUAL_LAMP, ...options.lamp };
  const { source, targets } = lamp;
  const token = lamp.token ? TOKEN : null;
  const requests = targets * (source === "auto" ? 2 : 1);
  const time = new VirtualTime({ perTurn: TURN, blinkFor: BLINK });
  // Not before the firmware's own build, because it refuses such a time.
  const start = Math.ceil(Date.now() / HOUR + 1) * HOUR;
  const truth = new Truth(targets, source, 8 * INTERVAL);
  const patience = WIFI_PATIENCE + REQUEST_PATIENCE * requests + SLACK;
  const limit = token ? WITH_TOKEN : WITHOUT_TOKEN;
  const held = { truth, targets, requests, interval: INTERVAL * (1 + JITTER), patience, requestsPerHour: limit };
  const watch = new Watch(held, () => time.now());
  const world = await World.create(time, {
    seed,
    days,
    source,
    targets,
    token,
    rotation: options.rotation ?? ROTATION_DAYS,
    start,
    onRequest: (_request, given) => watch.requested(given?.status ?? null, given?.headers ?? [], start + time.now()),
  });

  const config = toBuildConfig(checkConfigText(configText(lamp, token, world), "the simulation's config"));
  const { code, size } = await buildFirmware({ config, board: "esp8266", ...(options.replace ? { replace: options.replace } : {}) });

  const register = new Random(seed, "random register");
  let partial = "";
  const eye = new LightEye(time, (isSteady) => watch.light(isSteady));
  const board = await VirtualBoard.create({
    source: code,
    clock: time,
    worldTime: start,
    kernels: options.kernels ? true : fastCrypto,
    randomRegister: () => register.word(),
    hosts: world.hosts,
    openWire: world.openWire,
    wifi: world.wifi,
    onSerial(text) {
      watch.serial(text);
      if (!options.onLine) return;
      const lines = (partial + text).split("\n");
      partial = lines.pop()!;
      for (const line of lines) options.onLine(time.now(), line);
    },
    onTurn() {
      eye.see(shownAt(board.pins[PIN]!.history, board.now));
      watch.turnEnded();
    },
  });

  const result: Simulation = {
    options,
    watch,
    faults: new Map(),
    builds: 0,
    rotations: 0,
    reboots: 0,
    heap: [],
    heapGrowth: 0,
    lamp: lampInWords(lamp),
    turns: 0,
    bundleBytes: size,
    took: 0,
  };
  const tellWorld = (what: string): void => options.onWorld?.(time.now(), what);

  board.boot();
  world.begin(board, {
    changed(target, side, state) {
      watch.beforeChange();
      truth.set(time.now(), target, side, state);
      watch.afterChange(`${side} of target ${target + 1}: ${state}`);
      tellWorld(`${side} of target ${target + 1}: ${state}`);
      if (state === "pending") result.builds++;
    },
    broke(name) {
      watch.broke(name);
      result.faults.set(name, (result.faults.get(name) ?? 0) + 1);
      tellWorld(name);
    },
    mended: (name) => watch.mended(name),
    rotated() {
      result.rotations++;
      watch.afterChange("a new certificate");
    },
    rebooted(reason) {
      result.turns += board.turns;
      result.reboots++;
      watch.rebooted(reason);
    },
    impostor: (there) => watch.impostorIs(there),
  });

  /** Now and then: looks, and lets go of what the tools, not the firmware, have gathered. */
  const sweep = (): void => {
    watch.look();
    world.forget();
    board.clearSerial();
    for (const { history } of Object.values(board.pins)) history.splice(0, history.length - KEPT_CHANGES);
    board.neopixel.length = 0;
    time.after(INTERVAL, sweep);
  };
  sweep();
  const sample = (n: number): void => {
    result.heap.push(collectGarbage());
    if (n < HEAP_SAMPLES) time.after((days * DAY) / HEAP_SAMPLES, () => sample(n + 1));
  };
  sample(0);
  const tell = (percent: number): void => {
    options.onProgress?.(time.now() / DAY, percent);
    time.after((days * DAY) / 100, () => tell(percent + 1));
  };
  tell(0);

  await new Promise<void>((resolve) => time.after(days * DAY + MINUTE, resolve));
  watch.finish();
  result.turns += board.turns;
  result.heapGrowth = growthOf(result.heap);
  board.stop();
  await world.close();
  result.took = performance.now() - began;
  return result;
}
