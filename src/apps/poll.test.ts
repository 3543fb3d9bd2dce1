import { expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import type { Tls } from "../tls";
import { fakeBoard, playPiece } from "../transport.testing";
import type { BuildStatusJob } from "./build-status";
import type { ServerConfig, StatusConfig } from "./config";
import { ask } from "./exchange";
import { type Poll, runPoll } from "./poll";
import "./join";
import "./verdict";

const server: ServerConfig = { host: "server.test", port: 443, fingerprints: [], caKeys: [], address: null };
const status: StatusConfig = { owner: "esp8266", repo: "Arduino", ref: "master", token: null, intervalSeconds: 300 };

function fakeJob() {
  const board = fakeBoard();
  const job: BuildStatusJob = {
    board,
    abort: null,
    server: () => server,
    status: () => status,
    wifi: () => ({ ssid: "net", password: "" }),
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

test("an answer is told once, though the connection says twice that its bytes were taken", async () => {
  const { board, job } = fakeJob();
  const tls = { limit() {}, send() {}, resume() {}, finish: () => void board.ram.fill(0) } as unknown as Tls;
  const poll = { job, tls, options: { host: "server.test" }, isTold: false } as unknown as Poll;
  ask(poll);
  const body = '{"state":"success","total_count":1,"sha":"8cd331a2"}';
  playPiece(board, tls.sink, `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  tls.taken();
  tls.taken();
  await settled();
  expect(board.lines.filter((line) => line.startsWith("esp8266/Arduino"))).toEqual(["esp8266/Arduino CI successful!"]);
  expect(board.lines.filter((line) => line === "closing connection")).toHaveLength(1);
});
