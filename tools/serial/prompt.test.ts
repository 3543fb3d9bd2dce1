import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32";
import { FakeBoard } from "./fake-board.testing";
import { pause } from "./link";
import { commandLine, MAX_LINE_BYTES, type Patience, Prompt } from "./prompt";

const SHORT: Patience = { ping: 25, answer: 60, settle: 1, heldOff: 40 };

/** A board that says XOFF after the first piece of the first command, and XON some time later. */
async function timeOfHeldOffCommand(xonAfterMs: number): Promise<number> {
  const board = new FakeBoard();
  const prompt = new Prompt(board, SHORT);
  await prompt.reset();
  const write = board.write.bind(board);
  let pieces = 0;
  board.write = async (bytes) => {
    await write(bytes);
    if (++pieces !== 1) return;
    board.say("\x13");
    await Promise.resolve();
    setTimeout(() => board.say("\x11"), xonAfterMs);
  };
  const started = performance.now();
  expect(await prompt.run(`"${"x".repeat(100)}".length`)).toBe(100);
  return performance.now() - started;
}

describe("the prompt", () => {
  it("waits while the board holds it off", async () => {
    expect(await timeOfHeldOffCommand(20)).toBeGreaterThan(15);
  });

  it("goes on when the board forgets to call again", async () => {
    const time = await timeOfHeldOffCommand(5000);
    expect(time).toBeGreaterThan(35);
    expect(time).toBeLessThan(2000);
  });

  it("gives values of every kind", async () => {
    const prompt = new Prompt(new FakeBoard(), SHORT);
    await prompt.reset();
    for (const value of ['text with " and \\', 0, 4294967295, -1.5, true, null, [1, [2]], { a: 1 }]) {
      expect(await prompt.run(`(${JSON.stringify(value)})`)).toEqual(value);
    }
    expect(await prompt.run("undefined")).toBe(undefined);
  });

  it("hands on what the board complains of", async () => {
    const prompt = new Prompt(new FakeBoard(), SHORT);
    await prompt.reset();
    await expect(prompt.run('require("Storage").write("x","y",0,999999)')).rejects.toThrow(
      "the board refused a command: Error: Unable to find or create file",
    );
  });

  it("works beside a firmware that goes on running, and leaves nothing behind", async () => {
    const board = new FakeBoard();
    const prompt = new Prompt(board, SHORT);
    await prompt.attach();
    expect(await prompt.run("6*7")).toBe(42);
    await prompt.detach();
    await expect(prompt.run("6*7")).rejects.toThrow("restarted in the middle");
  });

  it("notices at once that the cable was pulled", async () => {
    const board = new FakeBoard();
    const prompt = new Prompt(board, { ...SHORT, answer: 60_000 });
    await prompt.reset();
    board.faults = { silent: true };
    const running = prompt.run("6*7");
    setTimeout(() => board.unplug(), 5);
    await expect(running).rejects.toThrow("the board on /dev/ttyFAKE was unplugged: plug it in and run the command again");
  });

  it("sends a board to its boot code", async () => {
    const board = new FakeBoard();
    const prompt = new Prompt(board, SHORT);
    await prompt.reset();
    await prompt.run('require("Storage").write(".bootcde","print(\'here\')")');
    await prompt.restart();
    expect((await prompt.waitFor(/(here)/, 50))?.[1]).toBe("here");
    expect(await prompt.waitFor(/never/, 5)).toBe(undefined);
  });

  it("wakes a board by its reset line where nothing else helps", async () => {
    const board = new FakeBoard({ faults: { silent: true } });
    const signals = board.signals.bind(board);
    board.signals = async (lines) => {
      board.faults = {};
      await signals(lines);
    };
    await new Prompt(board, SHORT).wake();
    expect(board.signalLog.map(({ rts }) => rts)).toEqual([true, false]);
    await pause(1);
  });

  it("never sends a line that the board's buffer cannot hold", () => {
    const longest = "x".repeat(MAX_LINE_BYTES - 40);
    expect(commandLine(1, longest).length).toBeLessThan(MAX_LINE_BYTES);
    expect(() => commandLine(1, longest + "x".repeat(40))).toThrow(RangeError);
  });
});

describe("CRC-32", () => {
  it("is that of ISO 3309", () => {
    expect(crc32("123456789")).toBe(0xcbf43926);
    expect(crc32("")).toBe(0);
    expect(crc32(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toBe(0xffffffff);
  });
});
