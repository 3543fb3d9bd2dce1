import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { openResponse, Progress, responseProgress, startResponse } from "../http/response";
import { type Bytes, Glow } from "../transport";
import { fakeBoard, playPiece } from "../transport.testing";
import { type AnswerResponse, startAnswer, takeAnswer } from "./answer";
import { unpackStatus } from "./build-status";
import { Source, type Target, type TargetWalk, takeTarget, targetPath, targetRequest } from "./poll-target";
import { checkRun, checkRunsBody, responseBytes } from "./recorded.testing";

const commit = "/repos/esp8266/Arduino/commits/feature%2Fx";
const target = (source: Source, check = ""): Target => ({
  label: "esp8266/Arduino",
  path: commit,
  source,
  check,
  checkQuery: encodeURIComponent(check),
});

interface Asked {
  path: string;
  request: string;
}

/** Polls a target; `answer` gives the response to each request. */
function poll(t: Target, answer: (asked: Asked) => Bytes, memory: Bytes[] = [], token: string | null = null) {
  const board = fakeBoard();
  const walk: TargetWalk = { results: [], result: null, side: 0, page: 1, requests: 0, place: 0, memory };
  const response = openResponse(board, takeAnswer) as AnswerResponse;
  const asked: Asked[] = [];
  const errors: number[] = [];
  while (walk.results.length === 0) {
    const path = targetPath(walk, t);
    const request = targetRequest(walk, path, "api.github.com", token);
    asked.push({ path, request });
    startResponse(response);
    startAnswer(response, walk.side === Source.checks, t.check ?? "");
    playPiece(board, response, answer({ path, request }));
    expect(responseProgress(response)).toBe(Progress.complete);
    errors.push(takeTarget(walk, response, t));
    expect(asked.length).toBeLessThan(50);
  }
  expect([walk.requests, walk.result, walk.side, walk.page]).toEqual([asked.length, null, 0, 1]);
  return { paths: asked.map((a) => a.path), requests: asked.map((a) => a.request), result: unpackStatus(walk.results[0]!), errors };
}

const statuses = (state: string, count: number, headers: [string, string][] = []) =>
  responseBytes(200, headers, `{"state":"${state}","total_count":${count},"sha":"5a"}`);
const checks = (conclusions: string[], headers: [string, string][] = []) =>
  responseBytes(200, headers, checkRunsBody(conclusions.map((c) => checkRun("build", "completed", c, "c5"))));
const isStatuses = (path: string) => path.endsWith("/status");

describe("sources", () => {
  test("a refusal of one side is told, though the other side's failure is the result", () => {
    const refusal = responseBytes(403, [["x-ratelimit-remaining", "0"]], '{"message":"API rate limit exceeded"}');
    const { errors, result } = poll(target(Source.auto), ({ path }) => (isStatuses(path) ? statuses("failure", 1) : refusal));
    expect(result.glow).toBe(Glow.failure);
    expect(errors).toEqual([ErrorCode.none, ErrorCode.status_rate_limited]);
  });

  test("statuses: one request", () => {
    const { paths, result, requests } = poll(target(Source.statuses), () => statuses("success", 2));
    expect(paths).toEqual([`${commit}/status`]);
    expect(result).toMatchObject({ glow: Glow.success, statuses: 2, checks: -1, sha: "5a" });
    expect(requests[0]).toBe(
      `GET ${commit}/status HTTP/1.1\r\nHost: api.github.com\r\nUser-Agent: Buildlamp\r\nAccept: application/vnd.github+json\r\n\r\n`,
    );
  });

  test("statuses of a project that has none stay pending, as GitHub says", () => {
    expect(poll(target(Source.statuses), () => statuses("pending", 0)).result).toMatchObject({ glow: Glow.pending, statuses: 0 });
  });

  test("checks: by name if one is given", () => {
    const { paths, result } = poll(target(Source.checks, "build"), () => checks(["success"]));
    expect(paths).toEqual([`${commit}/check-runs?per_page=30&check_name=build`]);
    expect(result).toMatchObject({ glow: Glow.success, statuses: -1, checks: 1, sha: "c5" });
  });

  test("auto: both, and the worse counts", () => {
    const { paths, result } = poll(target(Source.auto), ({ path }) => (isStatuses(path) ? statuses("success", 1) : checks(["failure"])));
    expect(paths).toEqual([`${commit}/status`, `${commit}/check-runs?per_page=30`]);
    expect(result).toMatchObject({ glow: Glow.failure, statuses: 1, checks: 1, sha: "5a" });
  });

  test("auto: a project that only uses Actions is not pending for ever", () => {
    const { result } = poll(target(Source.auto), ({ path }) => (isStatuses(path) ? statuses("pending", 0) : checks(["success"])));
    expect(result).toMatchObject({ glow: Glow.success, statuses: 0, checks: 1 });
  });

  test("auto: nothing on either side", () => {
    const { result } = poll(target(Source.auto), ({ path }) => (isStatuses(path) ? statuses("pending", 0) : checks([])));
    expect(result).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_no_builds });
  });

  test("auto: who refuses one side is not asked for the other", () => {
    const { paths, result } = poll(target(Source.auto), () => responseBytes(429, [], '{"message":"slow down"}'));
    expect(paths).toHaveLength(1);
    expect(result).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_rate_limited, message: "slow down" });
  });
});

test("the token is sent as a bearer token", () => {
  const { requests } = poll(target(Source.statuses), () => statuses("success", 1), [], "ghp_x");
  expect(requests[0]).toContain("\r\nAuthorization: Bearer ghp_x\r\n");
});

describe("pages", () => {
  const next = (page: number): [string, string][] => [["Link", `<https://evil.example/x?page=${page}&per_page=30>; rel="next"`]];
  const pageIn = (path: string) => Number(/&page=(\d+)/.exec(path)?.[1] ?? 1);

  test("are walked by their number; host and path stay ours", () => {
    const { paths, result } = poll(target(Source.checks), ({ path }) =>
      checks(["success", "skipped"], pageIn(path) < 3 ? next(pageIn(path) + 1) : []),
    );
    expect(paths).toEqual(["", "&page=2", "&page=3"].map((page) => `${commit}/check-runs?per_page=30${page}`));
    expect(result).toMatchObject({ glow: Glow.success, checks: 6 });
  });

  test("end at the first failure", () => {
    const { paths, result } = poll(target(Source.checks), ({ path }) =>
      checks([pageIn(path) === 2 ? "failure" : "success"], next(pageIn(path) + 1)),
    );
    expect(paths).toHaveLength(2);
    expect(result).toMatchObject({ glow: Glow.failure, checks: 2 });
  });

  test("have a cap, and past it nothing is known", () => {
    const { paths, result } = poll(target(Source.checks), ({ path }) => checks(["success"], next(pageIn(path) + 1)));
    expect(paths).toHaveLength(10);
    expect(result).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_too_many_pages });
  });

  test("are not hidden by a further Link line", () => {
    const { paths, result } = poll(target(Source.checks), ({ path }) =>
      pageIn(path) === 1
        ? checks(["success"], [...next(2), ["Link", '<https://docs.github.com/>; rel="deprecation"']])
        : checks(["failure"]),
    );
    expect(paths).toHaveLength(2);
    expect(result.glow).toBe(Glow.failure);
  });

  test("that are not named leave the state unknown: not all runs were seen", () => {
    const few = (conclusion: string, total: number, headers: [string, string][] = []) =>
      responseBytes(200, headers, checkRunsBody([checkRun("build", "completed", conclusion, "c5")], total));
    expect(poll(target(Source.checks), () => few("success", 45)).result).toMatchObject({
      glow: Glow.unknown,
      error: ErrorCode.status_no_state,
    });
    expect(poll(target(Source.checks), () => few("failure", 45)).result.glow).toBe(Glow.failure);
    const twoOf = (total: number) =>
      poll(target(Source.checks), ({ path }) => few("success", total, pageIn(path) === 1 ? next(2) : [])).result.glow;
    expect([twoOf(2), twoOf(3)]).toEqual([Glow.success, Glow.unknown]);
    expect(poll(target(Source.checks, "build"), () => few("success", 45)).result.glow).toBe(Glow.success);
  });

  test("after a word that is unknown are read as well: there may be a failure", () => {
    const walk = (second: string) =>
      poll(target(Source.checks), ({ path }) => (pageIn(path) === 1 ? checks(["stale"], next(2)) : checks([second])));
    expect([walk("failure").paths.length, walk("failure").result.glow]).toEqual([2, Glow.failure]);
    expect(walk("success").result).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_word_unknown, message: "stale" });
  });

  test("only lead forward", () => {
    for (const page of [1, 7, -1]) {
      const { paths, result } = poll(target(Source.checks), () => checks(["success"], next(page)));
      expect(paths).toHaveLength(1);
      expect(result).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_no_state });
    }
  });
});

describe("ETags", () => {
  const tag: [string, string][] = [["ETag", 'W/"abc"']];
  const notModified = responseBytes(304, [], "").replace("Content-Length: 0\r\n", "");

  test("304 keeps the last state, and says so", () => {
    const memory: Bytes[] = [];
    const first = poll(target(Source.statuses), () => statuses("failure", 2, tag), memory);
    expect(first.requests[0]).not.toContain("If-None-Match");
    for (let i = 0; i < 3; i++) {
      const again = poll(target(Source.statuses), () => notModified, memory);
      expect(again.requests[0]).toContain('\r\nIf-None-Match: W/"abc"\r\n');
      expect(again.result).toEqual({ ...first.result, notModified: true });
    }
    const changed = poll(target(Source.statuses), () => statuses("success", 2, tag), memory);
    expect(changed.result).toMatchObject({ glow: Glow.success, notModified: false });
  });

  test("only so many sides are remembered", () => {
    const memory: Bytes[] = [];
    const board = fakeBoard();
    const walk: TargetWalk = { results: [], result: null, side: 0, page: 1, requests: 0, place: 0, memory };
    const response = openResponse(board, takeAnswer) as AnswerResponse;
    for (let i = 0; i < 8; i++) {
      expect(targetRequest(walk, targetPath(walk, target(Source.statuses)), "h", null)).not.toContain("If-None-Match");
      startResponse(response);
      startAnswer(response, false, "");
      playPiece(board, response, statuses("success", 1, tag));
      takeTarget(walk, response, target(Source.statuses));
    }
    expect(Object.keys(memory)).toEqual(["0", "2", "4"]);
  });

  test("each side has its own", () => {
    const memory: Bytes[] = [];
    poll(
      target(Source.auto),
      ({ path }) => (isStatuses(path) ? statuses("success", 1, tag) : checks(["success"], [["ETag", '"c"']])),
      memory,
    );
    const again = poll(target(Source.auto), ({ path }) => (isStatuses(path) ? notModified : checks(["failure"])), memory);
    expect(again.requests[1]).toContain('If-None-Match: "c"');
    expect(again.result).toMatchObject({ glow: Glow.failure, notModified: false, statuses: 1, checks: 1 });
  });

  test("one that is not printable is not remembered", () => {
    for (const odd of ["a b", "\x01", "\x7f", "\xe9"]) {
      const memory: Bytes[] = [];
      poll(target(Source.statuses), () => statuses("success", 1, [["ETag", odd]]), memory);
      expect(memory).toEqual([""]);
    }
  });

  test("none for a list of several pages, for an answer that was not understood, nor for a refusal", () => {
    const answers: Bytes[] = [
      statuses("odd", 1, tag),
      responseBytes(200, tag, "{}"),
      responseBytes(404, tag, "{}"),
      statuses("success", 1, [["ETag", "x".repeat(200)]]),
    ];
    for (const bytes of answers) {
      const memory: Bytes[] = [];
      poll(target(Source.statuses), () => bytes, memory);
      expect(memory).toEqual([""]);
    }
    const memory: Bytes[] = [];
    const link: [string, string] = ["Link", '<https://x/?page=2>; rel="next"'];
    poll(target(Source.checks), ({ path }) => checks(["success"], path.includes("&page=") ? tag : [...tag, link]), memory);
    expect(memory[1]).toBe("");
  });

  test("a first page is not remembered, whatever becomes of the second", () => {
    const link: [string, string] = ["Link", '<https://x/?page=2>; rel="next"'];
    const pages =
      (second: Bytes) =>
      ({ path }: Asked) =>
        path.includes("&page=") ? second : checks(["success"], [...tag, link]);
    const memory: Bytes[] = [];
    expect(() =>
      poll(target(Source.checks), ({ path }) => (path.includes("&page=") ? "" : checks(["success"], [...tag, link])), memory),
    ).toThrow();
    expect(memory[1]).toBe("");
    const { requests, result } = poll(target(Source.checks), pages(notModified), memory);
    expect(requests.join("")).not.toContain("If-None-Match");
    expect(result).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_refused });
  });

  test("a 304 that was not asked for is no state", () => {
    expect(poll(target(Source.statuses), () => notModified).result).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_refused });
  });
});
