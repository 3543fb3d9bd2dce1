import { describe, expect, it } from "vitest";
import { isGood, summary } from "./report";
import { type Simulation, type SimulationOptions, simulate } from "./simulate";
import { SECOND } from "./units";

/** Stands in for a compiled module of the firmware. */
const replaced = (path: string, source: string): SimulationOptions => ({ days: 1, seed: 3, replace: new Map([[path, source]]) });

interface WorldEvent {
  at: number;
  what: string;
}

describe("a lamp in a world where things go wrong", () => {
  it(
    "is right for three days, and lives in the same world again for the same seed",
    async () => {
      const run = async (days: number): Promise<{ result: Simulation; events: WorldEvent[] }> => {
        const events: WorldEvent[] = [];
        const result = await simulate({ days, seed: 7, rotation: 1, onWorld: (at, what) => events.push({ at, what }) });
        return { result, events };
      };
      const { result, events } = await run(3);
      expect(result.watch.violations, summary(result)).toEqual([]);
      expect(isGood(result)).toBe(true);
      expect(result.watch.polls).toBeGreaterThan(3 * 80);
      // Things did go wrong, and the lamp said so.
      expect(result.watch.outcomes.unknown).toBeGreaterThan(5);
      expect(result.faults.size).toBeGreaterThan(3);
      expect(result.watch.outcomes.failure).toBeGreaterThan(0);
      expect(result.rotations).toBe(3);

      const again = (await run(1)).events;
      const first = events.slice(0, again.length);
      expect(again.map(({ what }) => what)).toEqual(first.map(({ what }) => what));
      for (const [index, { at }] of again.entries()) expect(Math.abs(at - first[index]!.at)).toBeLessThan(SECOND);
    },
    240 * SECOND,
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
    240 * SECOND,
  );
});
