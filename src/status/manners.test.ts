import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { openResponse, startResponse } from "../http/response";
import { fakeBoard, playPiece } from "../transport.testing";
import { leastInterval, pollsToSkip, spreadInterval } from "./manners";
import { responseBytes } from "./recorded.testing";

/** The numbers of a response with these headers. */
function respond(headers: Record<string, string | number>): Uint32Array {
  const board = fakeBoard();
  const response = openResponse(board, () => {});
  startResponse(response);
  playPiece(
    board,
    response,
    responseBytes(
      200,
      Object.entries(headers).map(([k, v]) => [k, String(v)]),
      "",
    ),
  );
  return response.now;
}

/** A limit whose reset is `seconds` after the server's Date. */
function limited(remaining: number, seconds: number, now = 1_763_800_000): Uint32Array {
  return respond({ Date: new Date(now * 1000).toUTCString(), "X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": now + seconds });
}

const limited403 = ErrorCode.status_rate_limited;

describe("polls left out after one response", () => {
  test("none, where it says nothing, or that enough requests remain", () => {
    expect(pollsToSkip(respond({}), 1, ErrorCode.none, 300)).toBe(0);
    expect(pollsToSkip(limited(59, 3600), 1, ErrorCode.none, 300)).toBe(0);
  });

  test("Retry-After", () => {
    expect(pollsToSkip(respond({ "Retry-After": 90 }), 1, ErrorCode.none, 300)).toBe(0);
    expect(pollsToSkip(respond({ "Retry-After": 300 }), 1, ErrorCode.none, 300)).toBe(0);
    expect(pollsToSkip(respond({ "Retry-After": 301 }), 1, ErrorCode.none, 300)).toBe(1);
    expect(pollsToSkip(respond({ "Retry-After": 90_000 }), 1, ErrorCode.none, 300)).toBe(11);
  });

  test("the longer one, where Retry-After is sooner than the reset of an exhausted limit", () => {
    const now = 1_763_800_000;
    const headers = { Date: new Date(now * 1000).toUTCString(), "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": now + 2000 };
    expect(pollsToSkip(respond({ ...headers, "Retry-After": 1 }), 1, limited403, 300)).toBe(6);
    expect(pollsToSkip(respond({ ...headers, "Retry-After": 3000 }), 1, limited403, 300)).toBe(9);
    expect(pollsToSkip(respond({ "Retry-After": 900, "RETRY-AFTER": 0 }), 1, ErrorCode.none, 300)).toBe(2);
  });

  test("until the reset, where too few requests remain for a poll", () => {
    expect(pollsToSkip(limited(0, 1234), 1, limited403, 300)).toBe(4);
    expect(pollsToSkip(limited(1, 1234), 2, ErrorCode.none, 300)).toBe(4);
    expect(pollsToSkip(limited(2, 1234), 2, ErrorCode.none, 300)).toBe(2);
  });

  test("one at least, for a limit that says nothing or less than an interval", () => {
    expect(pollsToSkip(respond({}), 1, limited403, 300)).toBe(1);
    expect(pollsToSkip(respond({ "Retry-After": 60 }), 1, limited403, 300)).toBe(1);
  });

  test("for an hour, where the reset or the time is missing or senseless", () => {
    expect(pollsToSkip(respond({ "X-RateLimit-Remaining": 0 }), 1, 0, 300)).toBe(11);
    expect(pollsToSkip(respond({ "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": 1_763_800_000 }), 1, 0, 300)).toBe(11);
    expect(pollsToSkip(respond({ "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": "soon", Date: "now" }), 1, 0, 300)).toBe(11);
  });

  test("so many that the limit is reset, at any time of any hour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_500_000_000, max: 4_000_000_000 }), fc.integer({ min: 1, max: 3600 }), (now, seconds) => {
        expect(pollsToSkip(limited(0, seconds, now), 1, 0, 1)).toBe(seconds - 1);
      }),
    );
  });

  test("so many that the requests that remain suffice until the reset", () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 3600 }),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 4000 }),
        (left, seconds, requests, base) => {
          const interval = base * (pollsToSkip(limited(left, seconds), requests, 0, base) + 1);
          // polls at this interval before the reset (the one exactly at it is after it)
          const polls = Math.ceil(seconds / interval) - 1;
          expect(polls * requests).toBeLessThanOrEqual(left);
        },
      ),
    );
  });
});

test("the shortest interval that the limit allows", () => {
  expect([leastInterval(1, false), leastInterval(2, false), leastInterval(16, false)]).toEqual([60, 120, 960]);
  expect([leastInterval(1, true), leastInterval(16, true)]).toEqual([1, 12]);
});

test("the interval is spread over a tenth, never shorter", () => {
  expect([0, 128, 255].map((chance) => spreadInterval(300_000, chance))).toEqual([300_000, 315_000, 329_882]);
});
