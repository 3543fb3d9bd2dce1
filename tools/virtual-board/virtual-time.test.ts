import { afterEach, describe, expect, it } from "vitest";
import { VirtualBoard } from "./board";
import { VirtualTime } from "./virtual-time";

const boards: VirtualBoard[] = [];

afterEach(() => {
  for (const board of boards.splice(0)) board.stop();
});

describe("virtual time", () => {
  it("passes by events in their order, whenever they were planned, and by those called off not at all", async () => {
    const time = new VirtualTime();
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, time.now()]);
    const dues = [50, 10, 40, 10, 30, 20, 60, 5];
    for (const [index, due] of dues.entries()) time.after(due, note(`${due} ${index}`));
    time.after(35, note("called off"))();
    time.after(25, () => time.after(2, note("27 late")));
    await new Promise<void>((resolve) => time.rest(55, resolve));
    expect(seen.map(([name]) => name)).toEqual(["5 7", "10 1", "10 3", "20 5", "27 late", "30 4", "40 2", "50 0"]);
    expect(seen.every(([name, at]) => Number(name.split(" ")[0]) === at)).toBe(true);
    expect(time.now()).toBe(55);
  });

  it("keeps the order of what is due at the same time", async () => {
    const time = new VirtualTime();
    const seen: number[] = [];
    for (let i = 0; i < 40; i++) time.after(7, () => seen.push(i));
    await new Promise<void>((resolve) => time.rest(8, resolve));
    expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it("passes while a board is busy", async () => {
    const board = await VirtualBoard.create({
      source: "var n = 100; function f() { if (n--) setTimeout(f, 0); else print(Date.now() >= 300, Date.now() < 400); } f();",
      clock: new VirtualTime({ perTurn: 3 }),
    });
    boards.push(board);
    board.boot();
    await board.waitForLine(/^true true$/, { timeout: 5000 });
  });

  it("waits for what is on its way in Node's event loop", async () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    const chain = (left: number): void => {
      time.active();
      if (left > 0) setImmediate(() => setImmediate(() => chain(left - 1)));
      else seen.push(`done at ${time.now()}`);
    };
    chain(20);
    await new Promise<void>((resolve) => time.rest(1000, resolve));
    expect(seen).toEqual(["done at 0"]);
  });

  it("lets a board live for days in no time, each turn taking its own", async () => {
    const time = new VirtualTime({ perTurn: 3 });
    const board = await VirtualBoard.create({
      source: "var n = 0; setInterval(function () { n++; }, 3600000); setTimeout(function () { print(n); }, 864005000);",
      clock: time,
    });
    boards.push(board);
    board.boot();
    await board.waitForLine(/^240$/);
    expect(board.now).toBeGreaterThanOrEqual(864_005_000);
    expect(board.now).toBeLessThan(864_005_100);
  });
});

describe("a light that blinks", () => {
  it("stands still after a while, until something else is due", async () => {
    const time = new VirtualTime({ blinkFor: 10_000 });
    const board = await VirtualBoard.create({
      source: `var n = 0, lit = 0;
        setInterval(function () { n++; lit = !lit; digitalWrite(D2, lit); }, 100);
        setInterval(function () { print(n); n = 0; }, 600000);`,
      clock: time,
    });
    boards.push(board);
    board.boot();
    await board.waitUntil(() => board.lines.length >= 3);
    // Ten seconds of blinks after each time that something else was done.
    for (const line of board.lines.slice(0, 3)) expect(Math.abs(Number(line) - 100)).toBeLessThanOrEqual(2);
    expect(board.now).toBeGreaterThanOrEqual(1_800_000);
    expect(time.stoodStill).toBeGreaterThan(1_760_000);
  });
});

describe("SNTP", () => {
  const worldTime = 1_790_000_000_700;
  const sync = 'var W = require("Wifi"); W.connect("net", {}, function () { W.setSNTP("pool.ntp.org", 0); });';

  async function boot(sntp: boolean | number): Promise<{ board: VirtualBoard; at: (milliseconds: number) => Promise<number> }> {
    const time = new VirtualTime();
    const board = await VirtualBoard.create({ source: sync, clock: time, worldTime, wifi: { delay: 0, sntp } });
    boards.push(board);
    board.boot();
    /** What the board takes for the time, once so many milliseconds have passed. */
    const at = (milliseconds: number): Promise<number> =>
      new Promise((resolve) => time.after(milliseconds - time.now(), () => resolve(board.evaluate("Date.now()") as number)));
    return { board, at };
  }

  it("sets the clock in whole seconds, and again every half minute", async () => {
    const { at } = await boot(true);
    expect(await at(90)).toBe(90);
    expect(await at(150)).toBe(1_790_000_000_050);
    // 100 ms after setSNTP it was 0.8 s past the second; so it lags by as much until the next look sets it back again.
    expect(await at(30_050)).toBe(1_790_000_029_950);
    expect(await at(30_150)).toBe(1_790_000_030_050);
  });

  it("looks for an answer only after 100 ms and then after half a minute", async () => {
    const { at } = await boot(200);
    expect(await at(30_050)).toBe(30_050);
    expect(await at(30_150)).toBe(1_790_000_030_050);
  });

  it("is asked again every 15 seconds where no answer comes", async () => {
    const { board, at } = await boot(false);
    expect(await at(40_000)).toBe(40_000);
    board.wifi.options.sntp = true;
    expect(await at(60_050)).toBe(60_050);
    expect(await at(60_150)).toBe(1_790_000_060_050);
  });

  it("keeps the time over a restart, not over a power cut", async () => {
    const { board, at } = await boot(true);
    await at(1000);
    board.reboot("restart");
    expect(await at(1010)).toBeGreaterThan(1_790_000_000_000);
    board.reboot("power on");
    expect(await at(1020)).toBeLessThan(1000);
  });
});
