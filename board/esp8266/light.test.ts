import { afterEach, describe, expect, it } from "vitest";
import { Glow } from "../../src/transport";
import type { LightFile } from "../../tools/config/config-file";
import { lightConfig } from "../../tools/config/light";
import { VirtualBoard } from "../../tools/virtual-board/board";
import { levelAt } from "../../tools/virtual-board/pins";
import { lightScript } from "./light.testing";

const SECOND = 1000;
const glows = { starting: Glow.starting, success: Glow.success, failure: Glow.failure, pending: Glow.pending, unknown: Glow.unknown };

let board: VirtualBoard;
afterEach(() => board.stop());

async function boardWith(light: LightFile | null): Promise<void> {
  board = await VirtualBoard.create({ source: await lightScript(light && lightConfig(light)), clock: "skip" });
  board.boot();
}

/** Shows a state for a while. Gives the moment at which it began. */
async function show(glow: Glow, milliseconds: number): Promise<number> {
  board.evaluate(`exec(${glow}); setTimeout(print, ${milliseconds}, "later")`);
  const from = board.now;
  board.clearSerial();
  await board.waitForLine(/^later/);
  expect(board.errors).toEqual([]);
  return from;
}

/** What an eye sees at a pin: a character each 10 ms, "#" for lit. */
function seen(pin: string, from: number, milliseconds: number, dark = 0): string {
  let text = "";
  for (let at = from + 5; at < from + milliseconds; at += 10) text += levelAt(board.pins[pin]!, at) === dark ? "." : "#";
  return text;
}

/** The same as a rhythm: how long lit, how long dark, to 50 ms, from the first time lit to the last change. */
function rhythm(text: string): number[] {
  const runs = text.replace(/^\.+/, "").match(/#+|\.+/g) ?? [];
  return runs.slice(0, -1).map((run) => Math.round(run.length / 5) * 50);
}

describe("one LED", () => {
  it.each([
    [{ pin: "D2" }, "D2", 0],
    [{ pin: "NodeMCU.D4", activeLow: true }, "D2", 1],
    [{ pin: "D16", activeLow: true }, "D16", 1],
  ])("has a pattern of its own for each state (%o)", async (light, pin, dark) => {
    await boardWith(light);
    const patterns: Record<string, string> = {};
    for (const [name, glow] of Object.entries(glows)) patterns[name] = seen(pin, await show(glow, 6 * SECOND), 6 * SECOND, dark);
    expect(patterns.success).toBe("#".repeat(600));
    expect(rhythm(patterns.starting!).slice(0, 4)).toEqual([100, 900, 100, 900]);
    expect(new Set(rhythm(patterns.failure!).map((time) => Math.abs(time - 125)))).toEqual(new Set([25]));
    expect(new Set(rhythm(patterns.pending!))).toEqual(new Set([800]));
    expect(rhythm(patterns.unknown!).slice(0, 8)).toEqual([100, 150, 100, 1650, 100, 150, 100, 1650]);
  });

  it("goes from each state to each other, and leaves nothing of the one before", async () => {
    await boardWith({ pin: "D2" });
    const watch = async (glow: Glow) => seen("D2", await show(glow, 4 * SECOND), 4 * SECOND);
    const isFailure = (text: string) => rhythm(text).length > 25;
    const kindOf = (text: string) => (isFailure(text) ? "fast" : rhythm(text).slice(0, 4).join(" "));
    const alone: Record<number, string> = {};
    for (const glow of Object.values(glows)) alone[glow] = kindOf(await watch(glow));
    expect(new Set(Object.values(alone)).size).toBe(5);
    for (const before of Object.values(glows)) {
      for (const after of Object.values(glows)) {
        await show(before, 120);
        expect([before, after, kindOf(await watch(after))]).toEqual([before, after, alone[after]]);
      }
    }
  });

  it("takes no turn of the interpreter, but for one every other second in unknown", async () => {
    await boardWith({ pin: "D2" });
    for (const [glow, most] of [
      [Glow.success, 1],
      [Glow.failure, 1],
      [Glow.pending, 1],
      [Glow.starting, 1],
      [Glow.unknown, 11],
    ] as const) {
      const before = board.turns;
      await show(glow, 20 * SECOND);
      expect([glow, board.turns - before <= most]).toEqual([glow, true]);
    }
  });

  it.each([10, 55])("is as bright as it is told (%d %%)", async (brightness) => {
    for (const activeLow of [false, true]) {
      await boardWith({ pin: "D2", brightness, activeLow });
      const share = async (glow: Glow) => {
        const from = await show(glow, 8 * SECOND);
        let sum = 0;
        for (let at = from; at < from + 8 * SECOND; at += 1) sum += Math.abs(levelAt(board.pins.D2!, at) - Number(activeLow));
        return sum / (8 * SECOND);
      };
      expect(await share(Glow.success)).toBeCloseTo(brightness / 100, 2);
      expect(board.pins.D2!.history.at(-1)!.hertz).toBeGreaterThanOrEqual(100);
      expect(await share(Glow.failure)).toBeCloseTo(brightness / 200, 2);
      expect(await share(Glow.unknown)).toBeCloseTo(brightness / 1000, 2);
      board.stop();
    }
  });

  it("has no two edges farther apart than the chip's timer counts, whatever the brightness", async () => {
    const timerMilliseconds = 1600;
    for (const brightness of [1, 50, 100]) {
      await boardWith({ pin: "D2", brightness });
      for (const glow of Object.values(glows)) await show(glow, 100);
      for (const { value, hertz } of board.pins.D2!.history) {
        if (hertz && value > 0 && value < 1) expect(1000 / hertz).toBeLessThanOrEqual(timerMilliseconds);
      }
      board.stop();
    }
  });
});

describe("three LEDs", () => {
  const pins = ["D12", "D13", "D15"];
  const colours: [keyof typeof glows, string][] = [
    ["starting", "D12 D13 D15"],
    ["success", "D13"],
    ["failure", "D12"],
    ["pending", "D15"],
    ["unknown", "D12 D15"],
  ];

  it.each([false, true])("show each state in its colour and pattern (activeLow %s)", async (activeLow) => {
    await boardWith({ pin: "D2" });
    const patterns: Record<string, string> = {};
    for (const [name] of colours) patterns[name] = seen("D2", await show(glows[name], 4 * SECOND), 4 * SECOND);
    board.stop();
    await boardWith({ rgb: pins, activeLow });
    // Half of a fast blink is 125 ms, which is either 100 or 150.
    const slow = (text: string) =>
      rhythm(text)
        .slice(0, 3)
        .map((time) => (time < 200 ? 100 : time));
    for (const [name, lit] of colours) {
      const from = await show(glows[name], 4 * SECOND);
      const views = pins.map((pin) => seen(pin, from, 4 * SECOND, Number(activeLow)));
      expect([name, pins.filter((_, index) => views[index]!.includes("#")).join(" ")]).toEqual([name, lit]);
      for (const view of views) {
        if (view.includes("#")) expect([name, slow(view)]).toEqual([name, slow(patterns[name]!)]);
      }
    }
  });
});

describe("NeoPixels", () => {
  const bytes = (data: string) => [...Buffer.from(data, "latin1")];
  /** Colour bytes at each of sixteen steps of 125 ms. */
  async function steps(glow: Glow): Promise<number[][]> {
    const before = board.neopixel.length;
    await show(glow, 4 * SECOND);
    return board.neopixel.slice(before).map(({ data }) => bytes(data));
  }

  it("are sent each state in its colour, green first", async () => {
    await boardWith({ neopixel: "D4", brightness: 100 });
    const brightest = (all: number[][]) => [...all].sort((a, b) => Math.max(...b) - Math.max(...a))[0];
    expect(await steps(Glow.success)).toEqual([[252, 0, 0]]);
    expect(brightest(await steps(Glow.failure))).toEqual([0, 252, 0]);
    expect(brightest(await steps(Glow.pending))).toEqual([0, 0, 252]);
    expect(brightest(await steps(Glow.unknown))).toEqual([0, 252, 252]);
    expect(brightest(await steps(Glow.starting))).toEqual([252, 252, 252]);
    expect(board.neopixel.every(({ pin }) => pin === "D4")).toBe(true);
  });

  it("take the order, the count and the brightness of the config", async () => {
    await boardWith({ neopixel: "NodeMCU.D2", order: "RGB", count: 3, brightness: 20 });
    const [first] = await steps(Glow.success);
    expect(first).toEqual([0, 45, 0, 0, 45, 0, 0, 45, 0]);
    expect(board.neopixel[0]!.pin).toBe("D4");
  });

  it("keep their pattern, and are left alone in success", async () => {
    await boardWith({ neopixel: "D4" });
    const pattern = async (glow: Glow) => (await steps(glow)).map((pixel) => (Math.max(...pixel) ? "#" : ".")).join("");
    expect(await pattern(Glow.failure)).toMatch(/^(#\.){15,}|(\.#){15,}/);
    expect(await pattern(Glow.unknown)).toMatch(/^#\.#\.{13}#\.#/);
    expect(await pattern(Glow.pending)).toContain("####....");
    expect(await pattern(Glow.starting)).toContain("#.......#.......#");
    expect(await pattern(Glow.success)).toBe("#");
    const sent = board.neopixel.length;
    await show(Glow.success, 20 * SECOND);
    expect(board.neopixel.length).toBe(sent + 1);
  });
});

describe("which light there is", () => {
  it("is nothing where the config has none", async () => {
    await boardWith(null);
    for (const glow of Object.values(glows)) await show(glow, 10);
    expect(Object.values(board.pins).every(({ history }) => history.length === 0)).toBe(true);
  });

  it("decides what is in the script", async () => {
    const script = (light: LightFile) => lightScript(lightConfig(light));
    const [lamp, colours, pixels] = await Promise.all([
      script({ pin: "D2" }),
      script({ rgb: ["D12", "D13", "D15"] }),
      script({ neopixel: "D2" }),
    ]);
    expect(lamp).not.toMatch(/neopixel|72145/);
    expect(colours).not.toContain("neopixel");
    expect(pixels).not.toMatch(/analogWrite|digitalPulse/);
    expect((await lightScript(null)).length).toBeLessThan(60);
    board = await VirtualBoard.create();
    console.log(`bytes: one LED ${lamp.length}, three ${colours.length}, NeoPixels ${pixels.length}`);
  });
});
