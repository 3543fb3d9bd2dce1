import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { FakeBoard } from "../serial/fake-board.testing";
import { pause } from "../serial/link";
import { cleanLine, LineCutter } from "./lines";
import { Monitor, type MonitorOptions } from "./monitor";

const TIME = "10:20:30.004";
const now = () => new Date(2026, 10, 22, 10, 20, 30, 4);

function start(options: Partial<MonitorOptions> = {}) {
  const board = new FakeBoard();
  let screen = "";
  let log = "";
  const monitor = new Monitor({
    open: async () => board,
    show: (text) => (screen += text),
    log: (text) => (log += text),
    raw: false,
    colors: createColors(false),
    now,
    retryMs: 5,
    ...options,
  });
  const ended = monitor.run();
  const settle = () => pause(5);
  return { board, monitor, ended, settle, screen: () => screen, log: () => log };
}

async function shown(text: string, options: Partial<MonitorOptions> = {}): Promise<string> {
  const { board, monitor, ended, settle, screen } = start(options);
  await settle();
  const before = screen().length;
  board.say(text);
  await settle();
  monitor.end();
  await ended;
  return screen().slice(before);
}

describe("lines", () => {
  it("are cut wherever the chunks are", () => {
    const text = "connecting to net\r\n.....\r\r\nWiFi connected\r\n";
    for (let size = 1; size < text.length; size++) {
      const cutter = new LineCutter();
      const lines = [];
      for (let at = 0; at < text.length; at += size) lines.push(...cutter.push(Buffer.from(text.slice(at, at + size))));
      expect(lines.map((line) => line.text)).toEqual(["connecting to net", ".....", "WiFi connected"]);
    }
  });

  it("have no terminal commands left", () => {
    expect(cleanLine("one\x1b[2Jtwo\x1bcthree\x07 four")).toEqual({ text: "onetwothree four", noise: false });
    expect(cleanLine("\x1b[JWiFi connected")).toEqual({ text: "WiFi connected", noise: false });
  });

  it("have no prompt before them", () => {
    const cutter = new LineCutter();
    expect(cutter.push(Buffer.from("tick\r\n>"))).toEqual([{ text: "tick", noise: false }]);
    expect(cutter.flush()).toEqual([]);
    expect(cutter.push(Buffer.from("\r\x1b[Jtock\r\n>"))).toEqual([{ text: "tock", noise: false }]);
    expect(cutter.push(Buffer.from("....\r\x1b[JWiFi connected\r\n")).map((line) => line.text)).toEqual(["....", "WiFi connected"]);
  });

  it("of another speed are known as noise", () => {
    expect(cleanLine("rl\x8c\xfe\x02$`\xff")).toEqual({ text: "", noise: true });
  });

  it("are never longer than what is kept", () => {
    const cutter = new LineCutter();
    expect(cutter.push(Buffer.alloc(5000, "x"))).toHaveLength(1);
    expect(cutter.flush()).toEqual([]);
  });
});

describe("monitor", () => {
  it("puts the time before each line", async () => {
    expect(await shown("connecting to net\r\nWiFi connected\r\n")).toBe(`${TIME}  connecting to net\r\n${TIME}  WiFi connected\r\n`);
  });

  it("shows what has no line end yet after a moment", async () => {
    const { board, monitor, ended, screen } = start();
    await pause(5);
    board.say("....");
    await pause(450);
    expect(screen()).toContain(`${TIME}  ....\r\n`);
    monitor.end();
    await ended;
  });

  it("shows the bytes as they are with --raw", async () => {
    expect(await shown("a\r\n\x1b[Jb\xff", { raw: true })).toBe("a\r\n\x1b[Jb\xff");
  });

  it("says boot loader noise once", async () => {
    expect(await shown("\x8c\xfe\xff\r\n\x9c\x8f\x02\r\nEspruino\r\n")).toBe(
      `${TIME}  (boot loader output at another speed)\r\n${TIME}  Espruino\r\n`,
    );
  });

  it("has colours where they are wanted", async () => {
    const colors = createColors(true);
    const lines = await shown("esp8266/Arduino CI successful!\r\nesp8266/Arduino CI has failed\r\nplain\r\n", { colors });
    expect(lines).toContain(colors.green("esp8266/Arduino CI successful!"));
    expect(lines).toContain(colors.red("esp8266/Arduino CI has failed"));
    expect(lines).toContain("  plain\r\n");
  });

  it("keeps a copy without colours", async () => {
    const { board, monitor, ended, settle, log } = start({ colors: createColors(true) });
    await settle();
    board.say("esp8266/Arduino CI successful!\r\n");
    await settle();
    monitor.end();
    await ended;
    expect(log()).toContain(`${TIME}  esp8266/Arduino CI successful!\n`);
    expect(log()).not.toContain("\x1b");
  });

  it("comes back after unplugging, however long that takes", async () => {
    const board = new FakeBoard();
    let tries = 0;
    const open = async () => {
      tries++;
      if (tries === 1) return board;
      if (tries < 5) throw new Error("no such port");
      board.replug();
      return board;
    };
    const { monitor, ended, screen } = start({ open });
    await pause(5);
    board.unplug();
    await pause(60);
    board.say("WiFi connected\r\n");
    await pause(5);
    const [before, after] = screen().split("--- the board is gone: waiting for it to come back\r\n");
    expect(before).toBe("--- connected to /dev/ttyFAKE\r\n");
    expect(after).toContain("--- connected to /dev/ttyFAKE\r\n");
    expect(after).toContain("WiFi connected\r\n");
    monitor.end();
    await ended;
  });

  it("ends while it waits for the board", async () => {
    const { board, monitor, ended, settle } = start();
    await settle();
    board.unplug();
    await monitor.type("\x03");
    await ended;
  });

  it("fails if the port cannot be opened at first", async () => {
    await expect(start({ open: () => Promise.reject(new Error("busy")) }).ended).rejects.toThrow("busy");
  });

  it("restarts the board on Ctrl-R, by command and by the reset line", async () => {
    const { board, monitor, ended, settle, screen } = start();
    await settle();
    const typing = monitor.type("\x12");
    await settle();
    expect(screen()).toContain("--- restarting the board\r\n");
    expect(screen()).toContain("____");
    await typing;
    expect(board.signalLog).toEqual([
      { dtr: false, rts: true },
      { dtr: false, rts: false },
    ]);
    monitor.end();
    await ended;
  });

  it("passes keys on only while the prompt is open, and Ctrl-C ends it even then", async () => {
    const { board, monitor, ended, settle, screen } = start();
    await settle();
    await monitor.type("print(1)\n");
    expect(board.sentBytes).toBe(0);
    await monitor.type("\x14print(6*7)\n");
    await settle();
    expect(screen()).toContain("--- Espruino prompt: type JavaScript, Ctrl-T closes it\r\n");
    expect(screen()).toContain("42\r\n>");
    await monitor.type("\x14");
    const sent = board.sentBytes;
    await monitor.type("x");
    expect(board.sentBytes).toBe(sent);
    await monitor.type("\x14\x03");
    await ended;
  });
});
