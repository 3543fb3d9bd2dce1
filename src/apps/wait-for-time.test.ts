import { describe, expect, test } from "vitest";
import { nodeBoard } from "../../tools/node-board/node-board";
import { Source } from "../status/poll-target";
import type { Board } from "../transport";
import { TIME_KNOWN } from "../trust/ca";
import type { BuildStatusJob } from "./build-status";
import { runPoll } from "./poll";
import { type Publication, type PublishJob, startPublication } from "./publication";
import "./connect";
import "./publish-connect";
import "./wait-for-time";

const waiting = "waiting for the time";
const lookInterval = 1000;
const server = { host: "server.test", port: 443, fingerprints: [], caKeys: ["k"], built: TIME_KNOWN, waitForTime: true, address: null };

/** A board whose time, in seconds, and whose timer for the next look are set by hand. */
interface TimedBoard extends Board {
  lines: string[];
  now: number;
  /** How many looks were set for later. */
  looks: number;
  /** Has the last one come. */
  look(): void;
}

function timedBoard(now: number): TimedBoard {
  const lines: string[] = [];
  const timers: (() => void)[] = [];
  const board = { ...nodeBoard({ onLine: (line) => void lines.push(line) }), lines, now, looks: 0, look: () => timers[board.looks - 1]!() };
  const { after } = board.clock;
  board.clock.after = (f, ms) => (ms === lookInterval ? (board.looks = timers.push(f)) : after(f, ms));
  board.network.open = () => ({ write() {}, end() {} });
  board.time = () => board.now;
  return board;
}

/** Long enough for the parts to be loaded. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

function beginPoll(board: TimedBoard): void {
  const status = { label: "esp8266/Arduino", path: "/repos/esp8266/Arduino/commits/master", source: Source.statuses };
  const job: BuildStatusJob = {
    board,
    abort: null,
    server: () => ({ ...server }),
    status: () => ({ count: 1, target: () => status, token: null, intervalSeconds: 300 }),
    wifi: () => ({ ssid: "net", password: "" }),
    skips: 0,
    age: 0,
    chance: 0,
    guard: 0,
    memory: [],
  };
  runPoll(job);
}

function beginPublication(board: TimedBoard): void {
  const publish = () => ({ ...server, path: "/", retry: { base: 1, cap: 1, attempts: 5 }, retryUnsafe: false });
  const job = { board, abort: null, publication: null, publish } as unknown as PublishJob;
  startPublication({ ...publish(), job, body: "{}" } as unknown as Publication);
}

describe.each([
  ["a poll", beginPoll, "connecting to server.test"],
  ["a publication", beginPublication, "publish: connecting to server.test, attempt 1 of 5"],
])("%s whose config says waitForTime", (_name, begin, connecting) => {
  test("connects at once, and says nothing of it, where the time is known", async () => {
    const board = timedBoard(TIME_KNOWN);
    begin(board);
    await settled();
    expect([board.lines, board.looks]).toEqual([[connecting], 0]);
  });

  test("says so and looks each second, and connects when the time is known", async () => {
    const board = timedBoard(TIME_KNOWN - 1);
    begin(board);
    await settled();
    board.look();
    board.look();
    await settled();
    expect([board.lines, board.looks]).toEqual([[waiting], 3]);
    board.now = TIME_KNOWN;
    board.look();
    await settled();
    expect([board.lines, board.looks]).toEqual([[waiting, connecting], 3]);
  });

  test("connects after a minute without the time, too: what needs it says that it is not known", async () => {
    const board = timedBoard(0);
    begin(board);
    await settled();
    for (let second = 1; second < 60; second++) board.look();
    await settled();
    expect([board.lines, board.looks]).toEqual([[waiting, connecting], 59]);
  });
});
