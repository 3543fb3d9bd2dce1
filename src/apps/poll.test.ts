import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { Source, type Target } from "../status/poll-target";
import type { Tls } from "../tls";
import { Glow } from "../transport";
import { fakeBoard, playPiece } from "../transport.testing";
import { type BuildStatusJob, startBuildStatus } from "./build-status";
import { ask } from "./exchange";
import { closedPoll, type Poll, runPoll } from "./poll";
import "./join";
import "./verdict";

const target: Target = {
  label: "esp8266/Arduino",
  path: "/repos/esp8266/Arduino/commits/master",
  source: Source.statuses,
};

function fakeJob(targets = [target]) {
  const board = fakeBoard();
  const job: BuildStatusJob = {
    board,
    abort: null,
    server: () => ({ host: "server.test", port: 443, fingerprints: [], caKeys: [], address: null }),
    status: () => ({ count: targets.length, target: (index) => targets[index]!, token: null, intervalSeconds: 300 }),
    wifi: () => ({ ssid: "net", password: "" }),
    skips: 0,
    age: 0,
    chance: 0,
    guard: 0,
    memory: [],
  };
  return { board, job };
}

/** Long enough for the parts to be loaded. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

test("an aborted poll does not take back what aborts the next one", async () => {
  const { board, job } = fakeJob();
  runPoll(job);
  const abort = job.abort;
  runPoll(job);
  const next = job.abort;
  abort?.(ErrorCode.response_timeout);
  expect(job.abort).toBe(next);
  next?.(ErrorCode.response_timeout);
  expect(job.abort).toBe(null);
  await settled();
  expect(board.lines.filter((line) => line.includes("is unknown: response_timeout"))).toHaveLength(2);
});

/** A poll whose connection is open and asks. @param sent takes the requests */
function asking(job: BuildStatusJob, sent: string[] = []): Poll {
  const { board } = job;
  const poll = {
    job,
    host: "server.test",
    results: [],
    result: null,
    side: 0,
    page: 1,
    requests: 0,
    memory: job.memory,
  } as unknown as Poll;
  poll.closed = closedPoll;
  poll.tls = {
    ram: board.ram,
    limit() {},
    send: (_type: number, text: string) => void sent.push(text),
    stream: {},
    resume() {},
    finish(code: number) {
      board.ram.fill(0);
      if (!poll.isOver) poll.closed(code);
    },
  } as unknown as Tls;
  ask(poll);
  return poll;
}

const answerOf = (body: string, headers = "") => `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
const success = answerOf('{"state":"success","total_count":1,"sha":"8cd331a2"}');

test("an answer is told once, though the connection says twice that its bytes were taken", async () => {
  const { board, job } = fakeJob();
  const tls = asking(job).tls as Tls;
  board.network.isUp = () => true;
  playPiece(board, tls.sink, success);
  tls.taken();
  tls.taken();
  await settled();
  expect(board.lines.filter((line) => line.startsWith("esp8266/Arduino"))).toEqual(["esp8266/Arduino CI successful!"]);
  expect(board.lines.filter((line) => line === "closing connection")).toHaveLength(1);
});

test("several targets: a request and a line each, the light shows the worst", async () => {
  const { board, job } = fakeJob([target, { ...target, label: "second" }, { ...target, label: "third" }]);
  const sent: string[] = [];
  const tls = asking(job, sent).tls as Tls;
  board.network.isUp = () => true;
  for (const state of ["success", "failure", "pending"]) {
    playPiece(board, tls.sink, success.replace("success", state));
    tls.taken();
  }
  await settled();
  expect(sent).toHaveLength(3);
  expect(board.lines.slice(-9)).toEqual(
    [
      "esp8266/Arduino CI successful!",
      "second CI has failed",
      "third CI is pending",
      "reply was:",
      "==========",
      "state=success statuses=1 sha=8cd331a",
      "state=failure statuses=1 sha=8cd331a",
      "state=pending statuses=1 sha=8cd331a",
      "==========",
    ]
      .concat("closing connection")
      .slice(1),
  );
  expect(board.shown).toEqual([Glow.failure]);
});

test("what was not asked before the connection broke is unknown", async () => {
  const { board, job } = fakeJob([target, { ...target, label: "second" }]);
  const poll = asking(job);
  const tls = poll.tls as Tls;
  board.network.isUp = () => true;
  playPiece(board, tls.sink, success);
  tls.taken();
  poll.closed(ErrorCode.connection_reset);
  await settled();
  expect(board.lines).toContain("esp8266/Arduino CI successful!");
  expect(board.lines.some((line) => line.startsWith("second CI is unknown: connection_reset: "))).toBe(true);
  expect(board.shown).toEqual([Glow.unknown]);
});

test("a refusal for the rate ends the poll for all targets, and the next one is left out", async () => {
  const { board, job } = fakeJob([target, { ...target, label: "second" }]);
  const sent: string[] = [];
  const tls = asking(job, sent).tls as Tls;
  board.network.isUp = () => true;
  playPiece(board, tls.sink, answerOf("{}", "Retry-After: 900\r\n").replace("200 OK", "429 Slow down"));
  tls.taken();
  await settled();
  expect(sent).toHaveLength(1);
  expect(board.lines.filter((line) => line.includes("is unknown: status_rate_limited: "))).toHaveLength(2);
  expect(job.skips).toBe(2);
});

test("Retry-After is honoured whoever's answer it came with, and though the connection breaks", async () => {
  const { board, job } = fakeJob([target, { ...target, label: "second" }]);
  const poll = asking(job);
  const tls = poll.tls as Tls;
  board.network.isUp = () => true;
  playPiece(board, tls.sink, answerOf("{}", "Retry-After: 3000\r\n").replace("200 OK", "503 Later"));
  tls.taken();
  expect(job.skips).toBe(9);
  playPiece(board, tls.sink, success);
  tls.taken();
  await settled();
  expect(job.skips).toBe(9);
});

describe("polls that are left out", () => {
  test("count the age of what is shown: past three intervals it is unknown", async () => {
    const { board, job } = fakeJob();
    const timers: (() => void)[] = [];
    board.clock.after = (f) => void (f === board.restart || timers.push(f));
    startBuildStatus(job);
    const tick = async () => {
      timers.shift()?.();
      await settled();
    };
    await tick();
    job.skips = 5;
    job.age = 0;
    board.shown.length = 0;
    job.abort = null;
    timers.splice(0, timers.length, timers[0]!);
    for (const expected of [[], [], [Glow.unknown], [Glow.unknown], [Glow.unknown]]) {
      await tick();
      expect(board.shown).toEqual(expected);
    }
    expect(board.lines.filter((line) => line.includes("is unknown: status_too_old: "))).toHaveLength(1);
    expect(job.skips).toBe(0);
  });
});
