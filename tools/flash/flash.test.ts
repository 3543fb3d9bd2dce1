import { afterEach, describe, expect, it, onTestFinished, test } from "vitest";
import { withMachineCode } from "../build/machine-code";
import { crc32 } from "../serial/crc32";
import { ESPRUINO_BIN, EspruinoBoard } from "../serial/espruino-board.testing";
import { FakeBoard, type FakeBoardOptions, type Faults } from "../serial/fake-board.testing";
import { type Patience, Prompt } from "../serial/prompt";
import { type FlashOptions, flashFirmware } from "./flash";
import { MAX_FIRMWARE_BYTES, SLOT_PAGES } from "./loader";

/** The fake answers at once or never. */
const SHORT: Patience = { ping: 25, answer: 60, settle: 1, heldOff: 20 };

/** A firmware that says its name and is as long as asked; two of different names have nothing in common. */
function firmware(name: string, length = 3000): Uint8Array {
  const start = `print("connecting to ${name}");/*`;
  return Buffer.from(`${start}${`${name} \xe9`.repeat(length).slice(0, length - start.length - 2)}*/`, "latin1");
}

const steps: string[] = [];
afterEach(() => void steps.splice(0));

async function flash(board: FakeBoard, script: Uint8Array, options: FlashOptions = {}, faults: Faults = {}): Promise<string> {
  board.faults = faults;
  const report = { step: (text: string) => void steps.push(text), begin: (text: string) => void steps.push(text), progress: () => {} };
  return flashFirmware(new Prompt(board, SHORT), script, report, { firstLineMs: 60, ...options });
}

/** What a board prints when it is switched on. */
async function bootOutput(board: FakeBoard): Promise<string> {
  let output = "";
  board.listen({ data: (chunk) => (output += Buffer.from(chunk).toString("latin1")), closed: () => {} });
  board.replug();
  await new Promise((resolve) => setTimeout(resolve, 2));
  return output;
}

async function boardWithOld(options: FakeBoardOptions = {}): Promise<FakeBoard> {
  const board = new FakeBoard(options);
  await flash(board, firmware("old"));
  board.replug();
  steps.splice(0);
  return board;
}

describe("flash", () => {
  it("ends with the firmware's first line", async () => {
    const board = new FakeBoard();
    expect(await flash(board, firmware("net"))).toBe("connecting to net");
    expect(steps).toEqual([
      "found Espruino 2v29 (ESP8266_4MB) on /dev/ttyFAKE",
      "writing 3000 bytes to fw-a",
      expect.stringMatching(/^verified: 3000 bytes, CRC-32 [0-9a-f]{8}$/),
      "restarting the board",
    ]);
  });

  it("writes the slots in turn, and only their own pages", async () => {
    const board = new FakeBoard();
    for (const name of ["one", "two", "three", "four"]) {
      board.erased.splice(0);
      expect(await flash(board, firmware(name, MAX_FIRMWARE_BYTES))).toBe(`connecting to ${name}`);
      const first = board.erased[0];
      expect(board.erased).toEqual(Array.from({ length: SLOT_PAGES }, (_, page) => first + page * 4096));
      expect(await bootOutput(board)).toContain(`connecting to ${name}`);
    }
    expect(steps.filter((step) => step.startsWith("writing"))).toEqual([
      `writing ${MAX_FIRMWARE_BYTES} bytes to fw-a`,
      `writing ${MAX_FIRMWARE_BYTES} bytes to fw-b, fw-a is kept`,
      `writing ${MAX_FIRMWARE_BYTES} bytes to fw-a, fw-b is kept`,
      `writing ${MAX_FIRMWARE_BYTES} bytes to fw-b, fw-a is kept`,
    ]);
  });

  it("refuses a firmware that is too long, or empty", async () => {
    await expect(flash(new FakeBoard(), firmware("big", MAX_FIRMWARE_BYTES + 1))).rejects.toThrow("a board has room for 90080");
    await expect(flash(new FakeBoard(), Buffer.alloc(0))).rejects.toThrow("the firmware is empty");
  });

  it("does not write what is there already, unless forced", async () => {
    const board = await boardWithOld();
    board.erased.splice(0);
    expect(await flash(board, firmware("old"))).toBe("connecting to old");
    expect(board.erased).toEqual([]);
    expect(await flash(board, firmware("old"), { force: true })).toBe("connecting to old");
    expect(board.erased.length).toBe(SLOT_PAGES);
  });

  it("removes boot code that would run instead", async () => {
    const board = new FakeBoard();
    const prompt = new Prompt(board, SHORT);
    await prompt.reset();
    await prompt.run('require("Storage").write(".bootrst","print(1)")');
    await prompt.run('require("Storage").write("mine","keep me")');
    await flash(board, firmware("net"));
    expect(steps).toContain("removed .bootrst, which would run before the firmware");
    const after = new Prompt(board, SHORT);
    await after.reset();
    expect(await after.run('require("Storage").list()')).toEqual(["mine", ".bootcde", "fw-pad", "fw-a", "fw-b"]);
  });

  it("finds its way with other files before the slots, whatever their size", async () => {
    for (const size of [1, 4000, 4028, 4032, 4060, 4064, 4096]) {
      const board = new FakeBoard();
      const prompt = new Prompt(board, SHORT);
      await prompt.reset();
      await prompt.run(`require("Storage").write("mine","x",0,${size})`);
      expect(await flash(board, firmware("net", MAX_FIRMWARE_BYTES))).toBe("connecting to net");
      expect(await flash(board, firmware("two", MAX_FIRMWARE_BYTES))).toBe("connecting to two");
    }
  });
});

const ask = async <T>(board: FakeBoard, text: string) => {
  const prompt = new Prompt(board, SHORT);
  await prompt.reset();
  return prompt.run<T>(text);
};

describe("an end that the board has already", () => {
  /** Bytes of all values, as long as the kernels. */
  const code = Buffer.from(Array.from({ length: 24_000 }, (_, index) => (index * 7919) >> 5));
  const withCode = (name: string, end: Uint8Array, length = 3003) => Buffer.concat([firmware(name, length), Buffer.from([0]), end]);
  const sent = async (board: FakeBoard, script: Uint8Array) => {
    const before = board.sentBytes;
    expect(await flash(board, script)).toMatch(/^connecting to /);
    const at = board.flash.indexOf(script.subarray(0, 30));
    expect(board.flash.subarray(at, at + script.length).equals(script)).toBe(true);
    return board.sentBytes - before;
  };

  it("is copied on the board, and what differs is sent", async () => {
    const board = new FakeBoard();
    expect(await sent(board, withCode("one", code))).toBeGreaterThan(32_000);
    expect(await sent(board, withCode("two", code))).toBeLessThan(14_000);
    expect(await sent(board, withCode("longer", code, 4003))).toBeLessThan(15_000);
    const other = Buffer.from(code);
    other[12_000] ^= 1;
    const half = await sent(board, withCode("three", other));
    expect(half).toBeGreaterThan(16_000);
    expect(half).toBeLessThan(30_000);
  });

  it("is not copied where it would not lie on whole words, or where there is none", async () => {
    const board = new FakeBoard();
    await sent(board, withCode("one", code));
    expect(await sent(board, withCode("two", code, 3002))).toBeGreaterThan(32_000);
    expect(await sent(board, withCode("three", code.subarray(3, 23_003)))).toBeGreaterThan(30_000);
  });

  it("is found wrong where the copy is not what it should be", async () => {
    const board = new FakeBoard();
    await sent(board, withCode("old", code));
    board.replug();
    const write = board.write.bind(board);
    let at = -1;
    board.write = (bytes) => {
      // Once its CRC was asked for.
      const text = Buffer.from(bytes).toString("latin1");
      at = Math.max(at, board.flash.lastIndexOf(code.subarray(9000, 9100)));
      if (text.includes("_C(") && at >= 0) board.flash[at] ^= 1;
      return write(bytes);
    };
    await expect(flash(board, withCode("new", code))).rejects.toThrow("what the board stored is not what was sent");
  });
});

describe("slots of an earlier version", () => {
  const oldBytes = 18 * 4096;
  async function boardWithSmallSlots(): Promise<FakeBoard> {
    const board = new FakeBoard();
    const files: [string, number][] = [
      [".bootcde", 100],
      ["fw-pad", 4096 - 32 - 100 - 32 - 32],
      ["fw-a", oldBytes + 4064],
      ["fw-b", oldBytes],
    ];
    for (const [name, size] of files) await ask(board, `require("Storage").write("${name}","\\xff",0,${size})`);
    return board;
  }

  it("are used as they are", async () => {
    const board = await boardWithSmallSlots();
    for (const name of ["one", "two", "three"]) {
      board.erased.splice(0);
      expect(await flash(board, firmware(name, oldBytes - 32))).toBe(`connecting to ${name}`);
      expect(board.erased.length).toBe(18);
    }
  });

  it("are left alone where the firmware does not fit, and larger ones made with --erase", async () => {
    const board = await boardWithSmallSlots();
    await flash(board, firmware("old"));
    await expect(flash(board, firmware("new", oldBytes))).rejects.toThrow(
      /73728 bytes long and this board's slots hold 73696, as an earlier version made them: "npm run flash -- --erase" makes larger ones/,
    );
    expect(await bootOutput(board)).toContain("connecting to old");
    expect(await flash(board, firmware("new", oldBytes), { erase: true })).toBe("connecting to new");
  });
});

describe("the guard's room", () => {
  const list = 'require("Storage").list()';
  const fill = (board: FakeBoard, name: string) =>
    ask(board, `(function(s){s.write("${name}","x",0,s.getStats().freeBytes-1000)})(require("Storage"));0`);

  it("is made by erasing what is behind the slots, where too little is left", async () => {
    const board = await boardWithOld();
    await ask(board, 'require("Storage").write("bl-guard","1 v p")');
    await fill(board, "bl-k1");
    expect(await flash(board, firmware("new"))).toBe("connecting to new");
    expect(steps).toContain("emptied the pages behind the firmware");
    expect(await ask(board, list)).toEqual([".bootcde", "fw-pad", "fw-a", "fw-b"]);
    expect(await flash(board, firmware("newer"))).toBe("connecting to newer");
  });

  it("is left alone where there is enough", async () => {
    const board = await boardWithOld();
    await ask(board, 'require("Storage").write("bl-k1","x",0,2000)');
    await flash(board, firmware("new"));
    expect(await ask(board, list)).toContain("bl-k1");
  });

  it("is not taken from other files", async () => {
    const board = await boardWithOld();
    await fill(board, "mine");
    await expect(flash(board, firmware("new"))).rejects.toThrow("too little Storage on the board: remove mine from it, or");
    expect(await ask(board, list)).toContain("mine");
  });

  it("keeps the mark of kernels that passed their test, and forgets that of others", async () => {
    const board = await boardWithOld();
    await ask(board, 'require("Storage").write("bl-guard","123 2v29 p")');
    await flash(board, firmware("new"));
    expect(await ask(board, list)).toContain("bl-guard");
    await ask(board, 'require("Storage").write("bl-guard","123 2v29 x")');
    await flash(board, firmware("newer"));
    expect(await ask(board, list)).not.toContain("bl-guard");
  });
});

describe("a bad line", () => {
  it("has lost bytes sent again", async () => {
    const board = new FakeBoard();
    const lose = (at: number) => at % 1733 === 1000;
    expect(await flash(board, firmware("net", 20_000), {}, { lose })).toBe("connecting to net");
    expect(steps.join("\n")).toMatch(/verified: 20000 bytes, .*, \d+ damaged lines sent again/);
  });

  it("has a single lost byte noticed, wherever in a data line it is", async () => {
    const rehearsal = new FakeBoard();
    const sent: Buffer[] = [];
    const write = rehearsal.write.bind(rehearsal);
    rehearsal.write = (bytes) => {
      sent.push(Buffer.from(bytes));
      return write(bytes);
    };
    await flash(rehearsal, firmware("net"));
    const text = Buffer.concat(sent);
    const from = text.indexOf("_X(", text.indexOf("_W(", text.indexOf("erasePage")) - 60);
    const to = text.indexOf("\n", from);
    expect(to - from).toBeGreaterThan(900);
    for (let at = from; at <= to; at += 23) {
      const board = new FakeBoard();
      steps.splice(0);
      await flash(board, firmware("net"), {}, { lose: (index) => index === at });
      expect(steps.find((step) => step.startsWith("verified"))).toContain(", 1 damaged line sent again");
    }
  });

  it("has changed bytes sent again", async () => {
    const board = new FakeBoard();
    expect(await flash(board, firmware("net", 20_000), {}, { flip: (at) => at % 2111 === 600 })).toBe("connecting to net");
    expect(steps.join("\n")).toContain("sent again");
  });

  it("has lost answers asked for again", async () => {
    const board = new FakeBoard();
    expect(await flash(board, firmware("net", 9000), {}, { loseAnswer: (at) => at % 307 === 5 })).toBe("connecting to net");
  });

  it("is given up where every data line is damaged, and the old firmware stays", async () => {
    const board = await boardWithOld();
    const fault = flash(board, firmware("new"), {}, { lose: (at) => at > 5000 && at % 900 === 0 });
    await expect(fault).rejects.toThrow(
      "stopped answering: unplug it, plug it in and run the command again; the old firmware is still on the board",
    );
    expect(await bootOutput(board)).toContain("connecting to old");
  });

  it("may carry 8-bit garbage and other output between the answers", async () => {
    const board = new FakeBoard();
    const noise = "\x00\xff\x9c<~3 1~\xfe\r\n~> Uncaughx\x11";
    expect(await flash(board, firmware("net"), {}, { noise })).toBe("connecting to net");
  });

  it("may be slow", async () => {
    expect(await flash(new FakeBoard(), firmware("net", 1500), { firstLineMs: 200 }, { delayMs: 4 })).toBe("connecting to net");
  });

  it("is waited for when the board holds it off", async () => {
    const board = new FakeBoard();
    expect(await flash(board, firmware("net"), {}, { noise: "\x13" })).toBe("connecting to net");
  });
});

describe("whenever it ends, the board has the old firmware or the new one", () => {
  it.each([
    ["all of it is sent", Buffer.alloc(0), 97],
    ["most of it is copied", Buffer.alloc(9000, "\0\x01\x02\x03"), 211],
  ])("after unplugging, where %s", async (_, end, step) => {
    const make = (name: string) => Buffer.concat([firmware(name), end]);
    const flashed = new FakeBoard();
    await flash(flashed, make("old"));
    const oldBoard = () => {
      const board = new FakeBoard();
      flashed.flash.copy(board.flash);
      board.replug();
      return board;
    };
    const whole = oldBoard();
    await flash(whole, make("new"));
    const all = whole.sentBytes;
    const seen = new Set<string>();
    for (let at = 0; at < all; at += step) {
      const board = oldBoard();
      await expect(flash(board, make("new"), {}, { unplugAfter: at })).rejects.toThrow(/unplugged|is gone/);
      const output = await bootOutput(board);
      expect(output).toMatch(/connecting to (old|new)\r\n/);
      seen.add(output.includes("connecting to new") ? "new" : "old");
      board.replug();
      expect(await flash(board, make("next"))).toBe("connecting to next");
    }
    expect(seen).toEqual(new Set(["old", "new"]));
  });

  it("after a loss of power", async () => {
    const whole = await boardWithOld();
    await flash(whole, firmware("new"));
    const late = whole.sentBytes - 40;
    for (let at = 400; at < late; at += 311) {
      const board = await boardWithOld();
      await flash(board, firmware("new"), {}, { resetAfter: at }).catch((error: Error) => {
        expect(error.message).toMatch(/restarted in the middle.*run the command again|did not start/);
      });
      expect(await bootOutput(board)).toMatch(/connecting to (old|new)\r\n/);
    }
  });

  it("where what is stored changes after each piece was found right", async () => {
    const board = await boardWithOld();
    const write = board.write.bind(board);
    board.write = (bytes) => {
      if (Buffer.from(bytes).includes("length:s.le")) board.flash[board.flash.indexOf("connecting to new")] = 0;
      return write(bytes);
    };
    await expect(flash(board, firmware("new"))).rejects.toThrow(
      "what the board stored is not what was sent: run the command again; the old firmware is still on the board",
    );
    expect(await bootOutput(board)).toContain("connecting to old");
  });

  it("where flash does not keep what is written", async () => {
    const board = await boardWithOld();
    const slotPage = SLOT_PAGES + 1;
    await expect(flash(board, firmware("new", 6000), {}, { wornPage: slotPage + 1 })).rejects.toThrow(
      /does not keep.*the old firmware is still on the board/,
    );
    expect(await bootOutput(board)).toContain("connecting to old");
  });
});

describe("says in one line what to do", () => {
  const cases: [string, FakeBoardOptions, string][] = [
    [
      "no answer",
      { faults: { silent: true } },
      'no Espruino on /dev/ttyFAKE (nothing answers): check the cable, or write Espruino with "npm run firmware -- --image FILE"',
    ],
    ["another firmware", { faults: { parrot: "ERROR\r\n" } }, "something answers, but it is not Espruino at 115200 baud"],
    [
      "the 512 KB build",
      { build: "ESP8266_BOARD", pages: 4 },
      "the ESP8266_BOARD build with 16 KB of Storage: the 4 MB build (espruino_*_esp8266_4mb_combined_4096.bin) is needed",
    ],
    ["another board", { build: "PICO_R1_3" }, "this is Espruino for PICO_R1_3, not for the ESP8266: is it the right port?"],
  ];
  test.each(cases)("%s", async (_, options, message) => {
    const board = new FakeBoard(options);
    await expect(flash(board, firmware("net"), {}, options.faults)).rejects.toThrow(message);
  });

  it("too little Storage, and --erase helps", async () => {
    const board = new FakeBoard();
    const prompt = new Prompt(board, SHORT);
    await prompt.reset();
    await prompt.run('require("Storage").write("big","x",0,75000)');
    await expect(flash(board, firmware("net"))).rejects.toThrow(
      /too little Storage on the board \(\d+ KB of 192 KB free, \d+ KB needed\): "npm run flash -- --erase"/,
    );
    expect(await flash(board, firmware("net"), { erase: true })).toBe("connecting to net");
  });

  test.each([5000, 73_696])("a slot of %d bytes that is not where it should be", async (size) => {
    const board = new FakeBoard();
    const prompt = new Prompt(board, SHORT);
    await prompt.reset();
    await prompt.run(`require("Storage").write("fw-a","x",0,${size})`);
    await expect(flash(board, firmware("net"))).rejects.toThrow("fw-a on the board is out of place");
  });

  it("a firmware that fails at its start", async () => {
    const failing = Buffer.from("undefinedName()");
    await expect(flash(new FakeBoard(), failing)).rejects.toThrow(
      /on the board but did not start \(Uncaught ReferenceError: .*\): see "npm run monitor"/,
    );
  });

  it("a firmware that says nothing", async () => {
    await expect(flash(new FakeBoard(), Buffer.from("1"))).rejects.toThrow('did not start (it printed no "connecting to" within 0 s)');
  });
});

describe("the whole firmware", () => {
  it("arrives without a byte lost in 50 runs", async () => {
    const board = new FakeBoard();
    for (let run = 0; run < 50; run++) {
      const script = firmware(`run ${run}`, 40_000 + run);
      expect(await flash(board, script)).toBe(`connecting to run ${run}`);
      const at = board.flash.indexOf(Buffer.from(script.subarray(0, 30)));
      expect(board.flash.subarray(at, at + script.length).equals(script)).toBe(true);
    }
    expect(steps.filter((step) => step.includes("sent again"))).toEqual([]);
  });

  it("takes about ten seconds of line at 115200 baud", async () => {
    const board = new FakeBoard();
    await flash(board, firmware("net", MAX_FIRMWARE_BYTES));
    console.log(`${MAX_FIRMWARE_BYTES} bytes: ${(board.lineMs / 1000).toFixed(1)} s on the line at 115200 baud`);
    // The figure for 69,600 bytes, scaled to what a slot holds.
    expect(board.lineMs).toBeLessThan((MAX_FIRMWARE_BYTES * 10_000) / 69_600);
  });
});

describe.skipIf(!ESPRUINO_BIN)("on a real Espruino (needs ESPRUINO_BIN)", () => {
  function realBoard(baudRate?: number): EspruinoBoard {
    const board = new EspruinoBoard(ESPRUINO_BIN as string, { baudRate });
    onTestFinished(() => board.close());
    return board;
  }
  const quiet = { step: () => {}, begin: () => {}, progress: () => {} };

  it("boots each new firmware from flash, without using memory for its text", async () => {
    const board = realBoard();
    for (const name of ["one", "two", "three"]) {
      const script = Buffer.from(`print("connecting to ${name}",process.memory().usage);/*${"x".repeat(6000)}*/`);
      const line = await flashFirmware(new Prompt(board), script, quiet);
      expect(line).toContain(`connecting to ${name}`);
      expect(Number(line.split(" ").at(-1))).toBeLessThan(150);
    }
  });

  it("ends a script at the zero before its machine code, and copies that from slot to slot", async () => {
    const board = realBoard();
    const code = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) >> 5));
    const tell = "E.CRC32(t.substr(t.length-20000)),E.getAddressOf(t,true)%4";
    for (const name of ["one", "two"]) {
      const script = `print("connecting to ${name}",${tell});/*${"x".repeat(3000)}*/`;
      const before = board.sentBytes;
      const line = await flashFirmware(new Prompt(board), Buffer.from(withMachineCode(script, code), "latin1"), quiet);
      expect(line).toBe(`connecting to ${name} ${crc32(code)} 0`);
      if (name === "two") expect(board.sentBytes - before).toBeLessThan(15_000);
    }
  });

  it("keeps the old firmware when power goes in the middle of an upload", async () => {
    const board = realBoard();
    await flashFirmware(new Prompt(board), firmware("old"), quiet);
    const interrupted = { step: () => {}, begin: () => {}, progress: (done: number) => void (done > 10_000 && board.powerCycle()) };
    await expect(flashFirmware(new Prompt(board), firmware("new", 9000), interrupted)).rejects.toThrow(
      "the old firmware is still on the board",
    );
    const prompt = new Prompt(board);
    await board.powerCycle();
    expect((await prompt.waitFor(/connecting to (\w+)\r/, 3000))?.[1]).toBe("old");
  });

  it("takes the line's time at 115200 baud", async () => {
    const board = realBoard(115200);
    const started = performance.now();
    await flashFirmware(new Prompt(board), firmware("net", 48_000), quiet);
    console.log(`48000 bytes onto a real Espruino over a line of 115200 baud: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  });
});
