import fc from "fast-check";
import { expect, test } from "vitest";
import { Glow } from "../transport";
import { packStatus, unpackStatus } from "./build-status";

const text = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 64 });

test("a packed status is the same again, whatever the server said", () => {
  fc.assert(
    fc.property(
      fc.record({
        glow: fc.constantFrom(Glow.success, Glow.failure, Glow.pending, Glow.unknown),
        error: fc.integer({ min: 0, max: 999 }),
        statuses: fc.integer({ min: -1, max: 10000 }),
        checks: fc.integer({ min: -1, max: 10000 }),
        sha: text,
        message: text,
        notModified: fc.boolean(),
      }),
      (status) => {
        expect(unpackStatus(packStatus(status))).toEqual(status);
      },
    ),
  );
});
