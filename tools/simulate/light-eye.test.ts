import { describe, expect, it } from "vitest";
import { VirtualTime } from "../virtual-board/virtual-time";
import { LightEye, shownAt } from "./light-eye";

describe("what a pin shows", () => {
  it.each([
    ["never written", [], null],
    ["dark", [{ at: 0, value: 1 }], null],
    ["lit", [{ at: 0, value: 0 }], 0],
    ["dimmed", [{ at: 0, value: 0.9, hertz: 100 }], 0.9],
    ["blinking by slow PWM", [{ at: 0, value: 0.5, hertz: 4 }], null],
    [
      "blinking by a pulse that is under way",
      [
        { at: 0, value: 1 },
        { at: 2000, value: 0 },
      ],
      null,
    ],
  ])("%s", (_name, history, level) => {
    expect(shownAt(history, 1000)).toBe(level);
  });
});

describe("the eye", () => {
  it("takes for steady what was lit without a change for six seconds", async () => {
    const time = new VirtualTime();
    const told: string[] = [];
    const eye = new LightEye(time, (isSteady) => void told.push(`${time.now()} ${isSteady}`));
    const levels: [number, number | null][] = [
      [0, 0],
      [4000, null],
      [5000, 0],
      [12_000, 0],
      [20_000, 0.5],
      [30_000, null],
    ];
    for (const [at, level] of levels) time.after(at, () => eye.see(level));
    await new Promise<void>((resolve) => time.rest(60_000, resolve));
    expect(told).toEqual(["11000 true", "20000 false", "26000 true", "30000 false"]);
  });
});
