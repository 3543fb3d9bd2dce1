import { describe, expect, it } from "vitest";
import { isGood, summary } from "./report";
import { type SimulationOptions, simulate } from "./simulate";

const SECONDS = 1000;

/** Stands in for a compiled module of the firmware. */
const replaced = (path: string, source: string): SimulationOptions => ({ days: 1, seed: 3, replace: new Map([[path, source]]) });

describe("a lamp in a world where things go wrong", () => {
  it(
    "is right for four days",
    async () => {
      const result = await simulate({ days: 4, seed: 7 });
      expect(result.watch.violations, summary(result)).toEqual([]);
      expect(isGood(result)).toBe(true);
      expect(result.watch.polls).toBeGreaterThan(4 * 80);
      // Things did go wrong, and the lamp said so.
      expect(result.watch.outcomes.unknown).toBeGreaterThan(5);
      expect(result.faults.size).toBeGreaterThan(3);
      expect(result.watch.outcomes.failure).toBeGreaterThan(0);
    },
    60 * SECONDS,
  );

  it(
    "is in the same world for the same seed",
    async () => {
      const [first, second] = [await simulate({ days: 1, seed: 5 }), await simulate({ days: 1, seed: 5 })];
      expect(second.faults).toEqual(first.faults);
      expect(second.builds).toBe(first.builds);
      expect(second.watch.polls).toBe(first.watch.polls);
    },
    60 * SECONDS,
  );

  it(
    "is found out when its light stays green",
    async () => {
      const light = "export const pinLight = () => { const pin = new Pin('D2'); return { show() { digitalWrite(pin, 0); } }; };";
      const result = await simulate(replaced("board/esp8266/light", light));
      expect(isGood(result)).toBe(false);
      expect(result.watch.violations.map(({ rule }) => rule)).toContain("4: green");
      expect(summary(result)).toContain("VIOLATIONS; again with --seed 3 --days 1");
    },
    60 * SECONDS,
  );
});
