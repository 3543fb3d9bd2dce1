import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { collectBody } from "../http/collect";
import { openResponse, type Response } from "../http/response";
import { fakeBoard, playPiece } from "../transport.testing";
import { isTooOld, leastInterval, mannersHeaders, spreadInterval, stretchInterval, waitSeconds } from "./manners";
import { responseBytes } from "./recorded.testing";

function respond(headers: Record<string, string | number>): Response {
  const board = fakeBoard();
  const response = openResponse(board, mannersHeaders(), collectBody(board, 0));
  playPiece(
    board,
    response,
    responseBytes(
      200,
      Object.entries(headers).map(([k, v]) => [k, String(v)]),
      "",
    ),
  );
  return response;
}

/** A limit whose reset is `seconds` after the server's Date. */
function limited(remaining: number, seconds: number, now = 1_763_800_000): Response {
  return respond({ Date: new Date(now * 1000).toUTCString(), "X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": now + seconds });
}

describe("what one response asks for", () => {
  test("nothing, where it says nothing", () => {
    expect(waitSeconds(respond({}), 1, ErrorCode.none)).toBe(0);
    expect(waitSeconds(limited(59, 3000), 1, ErrorCode.none)).toBe(0);
  });

  test("Retry-After", () => {
    expect(waitSeconds(respond({ "Retry-After": 90 }), 1, ErrorCode.status_rate_limited)).toBe(90);
    expect(waitSeconds(respond({ "Retry-After": 90_000 }), 1, ErrorCode.none)).toBe(3600);
  });

  test("the reset, where too few requests remain for a poll", () => {
    expect(waitSeconds(limited(0, 1234), 1, ErrorCode.status_rate_limited)).toBe(1234);
    expect(waitSeconds(limited(1, 1234), 2, ErrorCode.none)).toBe(1234);
    expect(waitSeconds(limited(2, 1234), 2, ErrorCode.none)).toBe(0);
  });

  test("a minute for a limit that says nothing", () => {
    expect(waitSeconds(respond({}), 1, ErrorCode.status_rate_limited)).toBe(60);
  });

  test("an hour, where the reset or the time is missing or senseless", () => {
    expect(waitSeconds(respond({ "X-RateLimit-Remaining": 0 }), 1, 0)).toBe(3600);
    expect(waitSeconds(respond({ "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": 1_763_800_000 }), 1, 0)).toBe(3600);
    expect(waitSeconds(respond({ "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": "soon", Date: "now" }), 1, 0)).toBe(3600);
  });

  test("the reset is right at any time of any hour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_500_000_000, max: 4_000_000_000 }), fc.integer({ min: 1, max: 3600 }), (now, seconds) => {
        expect(waitSeconds(limited(0, seconds, now), 1, 0)).toBe(seconds);
      }),
    );
  });
});

describe("the interval", () => {
  test("stays where enough requests remain", () => {
    expect(stretchInterval(limited(59, 3600), 1, 300)).toBe(300);
    expect(stretchInterval(respond({}), 1, 300)).toBe(300);
  });

  test("grows until the rest suffices, and never shrinks", () => {
    expect(stretchInterval(limited(3, 3600), 1, 300)).toBe(900);
    expect(stretchInterval(limited(3, 3600), 2, 300)).toBe(1800);
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 3600 }),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(4000),
        (left, seconds, requests, base) => {
          const interval = stretchInterval(limited(left, seconds), requests, base);
          expect(interval).toBeGreaterThanOrEqual(base);
          // polls at this interval before the reset (the one exactly at it is after it)
          const polls = Math.ceil(seconds / interval) - 1;
          expect(polls * requests).toBeLessThanOrEqual(left);
        },
      ),
    );
  });

  test("the least that the limit allows", () => {
    expect([leastInterval(1, false), leastInterval(2, false), leastInterval(16, false)]).toEqual([60, 120, 960]);
    expect([leastInterval(1, true), leastInterval(16, true)]).toEqual([1, 12]);
  });

  test("is spread over a tenth, never shorter", () => {
    expect(
      spreadInterval(
        fakeBoard(() => 0),
        300_000,
        0,
      ),
    ).toBe(300_000);
    expect(
      spreadInterval(
        fakeBoard(() => 255),
        300_000,
        0,
      ),
    ).toBe(329_999);
    expect(spreadInterval({ ...fakeBoard(() => 255), random: () => ErrorCode.wifi_lost }, 300_000, 0)).toBe(300_000);
  });
});

test("a state is too old past three intervals", () => {
  expect([isTooOld(900, 300), isTooOld(901, 300)]).toEqual([false, true]);
});
