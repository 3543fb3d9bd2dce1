import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type BoardOptions, FlashStorage, type Turn, VirtualBoard } from "./board";
import { MISSING_GLOBALS, MISSING_MEMBERS } from "./lacks";

const boards: VirtualBoard[] = [];
const servers: Server[] = [];

afterEach(() => {
  for (const board of boards.splice(0)) board.stop();
  for (const server of servers.splice(0)) server.close();
});

async function boot(source: string, options: BoardOptions = {}): Promise<VirtualBoard> {
  const board = await VirtualBoard.create({ source, ...options });
  boards.push(board);
  board.boot();
  return board;
}

/** What the expressions give, evaluated on a board. */
async function values(...expressions: string[]): Promise<unknown[]> {
  const board = await boot(`var result = JSON.stringify([${expressions.join(",")}])`);
  expect(board.errors).toEqual([]);
  return JSON.parse(board.evaluate("result") as string);
}

describe("the language", () => {
  it("lacks what Espruino lacks", async () => {
    const board = await boot("");
    for (const name of MISSING_GLOBALS.split(" ")) expect([name, board.evaluate(`typeof ${name}`)]).toEqual([name, "undefined"]);
    for (const [owner, members] of Object.entries(MISSING_MEMBERS)) {
      if (owner.startsWith("TypedArray")) continue;
      for (const member of members.split(" ")) {
        // What is left on Object.prototype is seen from any object.
        const own = board.evaluate(`Object.getOwnPropertyNames(${owner}).indexOf("${member}")`);
        expect([owner, member, own]).toEqual([owner, member, -1]);
      }
    }
  });

  it("takes a partial match at the end for a match", async () => {
    expect(
      await values('"abc\\r".indexOf("\\r\\n")', '"abc".includes("cd")', '"abc".replace("cd","-")', '"abcd".lastIndexOf("de")'),
    ).toEqual([3, true, "ab-", -1]);
    expect(await values('"abcabc".indexOf("bc",2)', '"ab".indexOf("abc")', '"a,b".split(",")', '"aXb".replace(/X/,"-")')).toEqual([
      4,
      -1,
      ["a", "b"],
      "a-b",
    ]);
  });

  it("has byte strings and typed arrays of its own kind", async () => {
    expect(await values("String.fromCharCode(300).charCodeAt(0)", "Array.isArray(new Uint8Array([1,2]).slice(1))")).toEqual([44, true]);
    expect(await values('(function(){var u=new Uint8Array(4);u.set("AB",1);return E.toString(u)})()')).toEqual(["\0AB\0"]);
    expect(await values("E.toUint8Array([1,[2,3]],'A').length", "E.CRC32('123456789')")).toEqual([4, 0xcbf43926]);
    expect(await values("(function(){var o=new Uint8Array(4);E.mapInPlace(new Uint8Array([0x12,0x34]),o,[],4);return o[0]})()")).toEqual([
      0,
    ]);
    expect(
      await values(
        "(function(){var o=new Uint8Array(4);E.mapInPlace(new Uint8Array([0x12,0x34]),o,undefined,4);return E.toString(o).length+o[0]*1000+o[3]})()",
      ),
    ).toEqual([4 + 1000 + 4]);
  });

  it("calls the constructors of typed arrays without new", async () => {
    expect(
      await values("Uint8Array(3).length", "Uint8Array([1,2])[1]", "(function(B){return B(2) instanceof Uint8Array})(Uint8Array)"),
    ).toEqual([3, 2, true]);
  });

  it("has a random generator that is the same at every boot", async () => {
    expect(await values("Math.random()", "E.hwRand()")).toEqual(await values("Math.random()", "E.hwRand()"));
  });
});

describe("the event loop", () => {
  it("runs timers before queued events, and goes on after an exception", async () => {
    const board = await boot(`
      var o = {}; o.on("go", function (x) { print("event", x); });
      setTimeout(function () { o.emit("go", 1); print("first"); null.x; }, 0);
      setTimeout(function () { print("second"); setTimeout(function () { print("done"); }, 5); }, 0);`);
    await board.waitForLine(/^done/);
    expect(board.lines.filter((line) => !line.startsWith(" "))).toEqual([
      "first",
      expect.stringMatching(/^Uncaught TypeError/),
      "second",
      "event 1",
      "done",
    ]);
  });

  it("runs setTimeout(f, 0) in the next turn, before anything that comes after it", async () => {
    const board = await boot(`var o = {}, n = 0;
      o.on("go", function () { print("event", ++n); if (n < 3) o.emit("next"); });
      o.on("next", function () { setTimeout(function () { print("timer", n); o.emit("go"); }, 0); });
      setTimeout(function () { o.emit("go"); }, 0);`);
    await board.waitUntil(() => board.turns === 4);
    expect(board.lines).toEqual(["event 1", "timer 1", "event 2", "timer 2", "event 3"]);
  });

  it("repeats intervals until they are cleared, and refuses clearTimeout(undefined)", async () => {
    const board = await boot(`
      var n = 0, i = setInterval(function () { if (++n === 3) { clearInterval(i); print("three"); setTimeout(function () { print("n", n); }, 20); } }, 2);
      try { clearTimeout(undefined); } catch (e) { print(e.message); }`);
    await board.waitForLine(/^n 3$/);
    expect(board.lines[0]).toBe("clearTimeout(undefined) not allowed. Use clearTimeout() instead");
  });

  it("skips idle time where told to", async () => {
    const board = await boot("setTimeout(function () { print('a day', Date.now()); }, 86400000);", { clock: "skip" });
    await board.waitForLine(/^a day 864000/, { timeout: 2000 });
    expect(board.now).toBeGreaterThanOrEqual(86_400_000);
  });

  it("counts a turn as the design says", async () => {
    const turns: Turn[] = [];
    const board = await boot(
      "__count(3); setTimeout(function () { __count(1000); Promise.resolve().then(function () { __count(5); print('end'); }); }, 0);",
      {
        onTurn: (turn) => turns.push(turn),
      },
    );
    await board.waitUntil(() => turns.length === 2);
    expect(turns.map((turn) => [turn.what.join(), turn.statements])).toEqual([
      ["boot", 3],
      ["timer", 1005],
    ]);
    expect(board.longestTurn).toMatchObject({ statements: 1005, instructions: 20_100_000 });
    expect(board.longestTurn!.milliseconds).toBeCloseTo(163.3, 1);
    expect(board.report()).toContain("longest turn: 163.3 ms (timer)");
  });

  it("leaves nothing behind after stop", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const started = timers();
    const board = await boot(`var o = {}; o.on("go", function () { setTimeout(print, 300000, "late"); });
      setInterval(function () { o.emit("go"); setTimeout(print, 300000, "later"); print("tick"); }, 1);`);
    await board.waitForLine(/tick/);
    await new Promise((resolve) => setTimeout(resolve, 20));
    board.stop();
    expect(timers()).toBeLessThanOrEqual(started);
    const before = board.serial;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(board.serial).toBe(before);
    await expect(board.waitForLine(/never/)).rejects.toThrow("the board stopped");
  });
});

const JOIN = `var W = require("Wifi");
  W.on("connected", function (d) { print("up", d.ip); }); W.on("disconnected", function (d) { print("down", d.reason); });
  W.connect("net", { password: "secret" }, function (e) { print("answer", e, W.getIP().ip); });`;

describe("Wi-Fi", () => {
  it("joins, gives the address, is lost and comes back", async () => {
    const board = await boot(JOIN);
    await board.waitForLine(/^up 192.168.1.104/);
    expect(board.lines[0]).toBe("answer null 192.168.1.104");
    board.dropWifi(10);
    await board.waitForLine(/^down beacon_timeout/);
    expect(board.wifi.isUp).toBe(false);
    await board.waitForLine(/^up/, { from: 3, timeout: 3000 });
  });

  it.each([
    [{ refuse: "connect_failed" }, "connect_failed"],
    [{ password: "other" }, "bad_password"],
    [{ ssid: "elsewhere" }, "no_ap_found"],
  ])("refuses: %o", async (wifi, error) => {
    const board = await boot(JOIN, { wifi });
    await board.waitForLine(new RegExp(`^answer ${error} 0.0.0.0`));
  });

  it("sets the time by SNTP", async () => {
    const worldTime = 1_790_000_000_000;
    const board = await boot(`${JOIN} W.setSNTP("pool.ntp.org", 0); print("before", Date.now() < 1000);`, { worldTime, clock: "skip" });
    await board.waitUntil(() => (board.evaluate("Date.now()") as number) >= worldTime);
    expect(board.lines[0]).toBe("before true");
  });

  it("starts with Telnet and its own access point on", async () => {
    const board = await boot("");
    expect([board.telnet, board.accessPoint]).toEqual([true, true]);
    board.evaluate('require("TelnetServer").setOptions({ mode: "off" }); require("Wifi").stopAP()');
    expect([board.telnet, board.accessPoint]).toEqual([false, false]);
  });

  it("leaves open sockets silent when it is lost, and makes no new ones", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      const timer = setInterval(() => socket.write("tick"), 2);
      socket.on("close", () => clearInterval(timer));
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const board = await boot(`${JOIN}
      function open() { var s = require("net").connect({ host: "127.0.0.1", port: ${port} }); s.on("data", function () { print("data"); });
        s.on("close", function (e) { print("close", e); }); s.on("error", function (e) { print("error", e.code); }); }
      W.on("connected", open);`);
    await board.waitForLine(/^data/);
    board.dropWifi();
    await board.waitForLine(/^down/);
    const heard = board.lines.filter((line) => line === "data").length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(board.lines.filter((line) => line === "data").length).toBe(heard);
    expect(board.serial).not.toContain("close");
    expect(() => board.evaluate("open()")).toThrow("Unable to create socket");
  });
});

describe("Storage", () => {
  it("is memory-mapped: what is read has an address, 4-byte aligned", async () => {
    const board = await boot(`var S = require("Storage"); S.write("a", "xyz"); S.write("b", "data");
      print(S.read("b"), E.getAddressOf(S.read("b"), true) % 4, E.memoryArea(E.getAddressOf(S.read("b"), true), 4), peek8(E.getAddressOf(S.read("b"), true)),
        E.getAddressOf("other", true), S.read("c"), S.read("b", 1, 2), S.list(/^[ab]/).join());`);
    expect(board.lines[0]).toBe("data 0 data 100 0 undefined at a,b");
  });

  it("keeps a half-written file as 0xFF, refuses to write twice, and compacts", () => {
    const storage = new FlashStorage();
    storage.write("big", "abc", 0, 10);
    expect(storage.read("big")).toBe("abc" + "\xff".repeat(7));
    storage.write("big", "defg", 3);
    expect(storage.read("big", 0, 7)).toBe("abcdefg");
    expect(() => storage.write("big", "x", 3)).toThrow("File already written with different data");
    expect(() => storage.write("big", "12345", 7)).toThrow("Too much data for file size");
    expect(() => storage.write("none", "x", 1)).toThrow("Unable to find or create file");
    const before = storage.free();
    storage.write("big", "new");
    expect(storage.free()).toBe(before - 36);
    expect(storage.compact()).toBe(true);
    expect(storage.list()).toEqual(["big"]);
    expect(storage.free()).toBe(48 * 4096 - 36);
    expect(() => storage.write("huge", "x", 0, 200_000)).toThrow("Unable to find or create file");
  });

  it("is shared by boots through a file on disk", async () => {
    const folder = mkdtempSync(join(tmpdir(), "board-"));
    const storageFile = join(folder, "flash");
    const first = await boot('require("Storage").write("n", "1")', { storageFile });
    first.stop();
    expect(existsSync(storageFile)).toBe(true);
    const second = await VirtualBoard.create({ storageFile });
    boards.push(second);
    expect(second.storage.read("n")).toBe("1");
    rmSync(folder, { recursive: true });
  });
});

describe("the rest of the board", () => {
  it("records pins", async () => {
    const board = await boot(
      "D2.set(); analogWrite(D4, 0.25, { freq: 100 }); digitalWrite([D1, D0], 1); digitalPulse(D5, 1, 3); setTimeout(print, 10, 'end')",
    );
    await board.waitForLine(/end/);
    expect(board.pins.D2).toMatchObject({ value: 1 });
    expect(board.pins.D4!.history).toMatchObject([{ value: 0.25, hertz: 100 }]);
    expect([board.pins.D0!.value, board.pins.D1!.value]).toEqual([1, 0]);
    expect(board.pins.D5!.history.map((change) => change.value)).toEqual([1, 0]);
  });

  it("has a random register that repeats itself while Wi-Fi is off", async () => {
    const board = await boot(JOIN);
    expect(board.evaluate("peek32(0x3FF20E44) === peek32(0x3FF20E44)")).toBe(true);
    await board.waitForLine(/^up/);
    expect(board.evaluate("peek32(0x3FF20E44) === peek32(0x3FF20E44)")).toBe(false);
  });

  it("reboots: variables, timers and sockets are gone, Storage stays", async () => {
    const source = `var S = require("Storage"), n = (S.read("n") || "") + "x"; S.write("n", n);
      print("boot", n.length, require("ESP8266").getResetInfo().reason);
      if (n.length < 3) { setTimeout(function () { print("never"); }, 30); setTimeout(function () { require("ESP8266").reboot(); print("lost"); }, 1); }`;
    const board = await boot(source);
    await board.waitForLine(/^boot 3/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(board.lines).toEqual(["boot 1 power on", "boot 2 restart", "boot 3 restart"]);
  });

  it("runs machine code from Storage on the emulated processor, four arguments, missing ones 0, a bound one lost", async () => {
    // add.n a2, a2, a3; add.n a2, a2, a5; ret.n
    const code = "\x3a\x22\x5a\x22\x0d\xf0\0\0";
    const turns: Turn[] = [];
    const board = await boot("", { onTurn: (turn) => turns.push(turn) });
    board.storage.write("k", code);
    board.evaluate('var f = E.nativeCall(E.getAddressOf(require("Storage").read("k"), true), "int(int,int,int,int)")');
    expect(board.evaluate("f(40, 2)")).toBe(42);
    expect(board.evaluate("f.bind(null, 1)(2, 0, 4)")).toBe(6);
    board.evaluate("setTimeout(function () { f(1); }, 0)");
    await board.waitUntil(() => board.nativeCalls === 3);
    expect(turns.at(-1)).toMatchObject({ nativeCalls: 3, kernelInstructions: 9 });
  });

  it("resets by an exception where machine code traps", async () => {
    const board = await boot(`var S = require("Storage"); print("boot", require("ESP8266").getResetInfo().reason);
      if (S.read("k")) setTimeout(function () { E.nativeCall(E.getAddressOf(S.read("k"), true), "void()")(); print("never"); }, 1);`);
    board.storage.write("k", "\0\0\0\0");
    board.reboot();
    await board.waitUntil(() => board.lines.includes("boot exception"));
    expect(board.serial).not.toContain("never");
    expect(board.serial).toMatch(/Fatal exception: .*illegal/);
  });

  it("evaluates what is typed at the prompt", async () => {
    const board = await boot("");
    board.type("1+1\n");
    await board.waitForLine(/^=2$/);
  });
});
