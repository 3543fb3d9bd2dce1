import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { fakeBoard } from "../transport.testing";
import { backoffCeiling, backoffDelay, defaultBackoff, mayRetry } from "./backoff";

const options = defaultBackoff();
const place = 100;

test("the ceiling doubles up to the cap", () => {
  expect([1, 2, 3, 4, 5, 6, 100].map((n) => backoffCeiling(options, n))).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000]);
  expect(backoffCeiling({ base: 700, cap: 300, attempts: 3 }, 1)).toBe(300);
});

test("a delay is between 0 and the ceiling, both reached", () => {
  expect(
    backoffDelay(
      fakeBoard(() => 0),
      options,
      1,
      place,
    ),
  ).toBe(0);
  expect(
    backoffDelay(
      fakeBoard(() => 255),
      options,
      1,
      place,
    ),
  ).toBe(500);
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 9 }), (high, low, attempt) => {
      const bytes = [high, low];
      const delay = backoffDelay(
        fakeBoard(() => bytes.shift() ?? 0),
        options,
        attempt,
        place,
      );
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(backoffCeiling(options, attempt));
    }),
  );
});

test("delays are spread evenly", () => {
  // a fixed sequence (Numerical Recipes' generator), so that the figures below never change
  let state = 1;
  const board = fakeBoard(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  const tenths = new Array(10).fill(0);
  const draws = 20_000;
  for (let i = 0; i < draws; i++) tenths[Math.min(9, Math.floor(backoffDelay(board, options, 5, place) / 500))]++;
  for (const n of tenths) expect(Math.abs(n - draws / 10)).toBeLessThan(draws / 10 / 10);
});

test("a source of randomness that failed is no delay of 0", () => {
  const board = { ...fakeBoard(), random: () => ErrorCode.random_stuck };
  let thrown: unknown;
  try {
    backoffDelay(board, options, 1, place);
  } catch (code) {
    thrown = code;
  }
  expect(thrown).toBe(ErrorCode.random_stuck);
});

describe("what is tried again", () => {
  const passing = [
    ErrorCode.host_not_found,
    ErrorCode.connection_refused,
    ErrorCode.connection_reset,
    ErrorCode.connect_timeout,
    ErrorCode.connection_closed,
    ErrorCode.handshake_timeout,
    ErrorCode.truncated,
  ];

  test("the network's passing failures", () => {
    for (const code of passing) expect(mayRetry(code, false)).toBe(true);
  });

  test("none of them once a byte of the request was written", () => {
    for (const code of passing) expect(mayRetry(code, true)).toBe(false);
  });

  test("no refusal of trust, no alert, no answer", () => {
    for (const code of [
      ErrorCode.fingerprint_mismatch,
      ErrorCode.bad_signature,
      ErrorCode.bad_record_mac,
      ErrorCode.unsupported_version,
      ErrorCode.status_forbidden,
      ErrorCode.http_bad_status_line,
      ErrorCode.random_stuck,
      ErrorCode.alert_received + 40,
    ])
      expect(mayRetry(code, false)).toBe(false);
  });
});
