import { describe, expect, it, onTestFinished, test } from "vitest";
import { ESPRUINO_BIN, EspruinoBoard } from "../serial/espruino-board.testing";
import { FakeBoard } from "../serial/fake-board.testing";
import { Prompt } from "../serial/prompt";
import { flashFirmware } from "./flash";
import { CHOOSE_SLOT, formatHeader, HEADER_BYTES, LOADER, NO_FIRMWARE } from "./loader";

const SHORT = { ping: 25, answer: 60, settle: 1, heldOff: 20 };
const QUIET = { step: () => {}, begin: () => {}, progress: () => {} };

const firmware = (name: string) => Buffer.from(`print("connecting to ${name}");/*${name.repeat(400)}*/`);

async function boardWith(...names: string[]): Promise<FakeBoard> {
  const board = new FakeBoard();
  for (const name of names) await flashFirmware(new Prompt(board, SHORT), firmware(name), QUIET, { firstLineMs: 60 });
  return board;
}

async function bootOutput(board: FakeBoard): Promise<string> {
  let output = "";
  board.listen({ data: (chunk) => (output += Buffer.from(chunk).toString("latin1")), closed: () => {} });
  board.powerCycle();
  await new Promise((resolve) => setTimeout(resolve, 2));
  return output;
}

/** Where a firmware's text begins in the flash. */
const placeOf = (board: FakeBoard, name: string) => board.flash.indexOf(`print("connecting to ${name}")`);

describe("the loader", () => {
  const damages: [string, (flash: Buffer, at: number) => void][] = [
    ["a bit of its script", (flash, at) => (flash[at + 700] ^= 4)],
    ["its last byte", (flash, at) => (flash[at + firmware("new").length - 1] = 0xff)],
    ["its header, not written", (flash, at) => flash.fill(0xff, at - HEADER_BYTES, at)],
    ["its header, cut off", (flash, at) => flash.fill(0xff, at - HEADER_BYTES + 9, at)],
    ["its header, overwritten", (flash, at) => flash.fill(0, at - HEADER_BYTES, at)],
    ["its length", (flash, at) => flash.write(formatHeader({ sequence: 2, length: 70_000, crc: 0 }), at - HEADER_BYTES)],
    ["its CRC", (flash, at) => flash.write(formatHeader({ sequence: 2, length: firmware("new").length, crc: 1 }), at - HEADER_BYTES)],
  ];
  test.each(damages)("takes the older firmware when the newer one is damaged in %s", async (_, damage) => {
    const board = await boardWith("old", "new");
    expect(await bootOutput(board)).toContain("connecting to new\r\n");
    damage(board.flash, placeOf(board, "new"));
    const output = await bootOutput(board);
    expect(output).toContain("connecting to old\r\n");
    expect(output).not.toContain("connecting to new\r\n");
  });

  it("takes the newer one wherever it lies", async () => {
    const board = await boardWith("one", "two", "three");
    expect(await bootOutput(board)).toContain("connecting to three\r\n");
    expect(placeOf(board, "three")).toBeLessThan(placeOf(board, "two"));
  });

  it("says so when none is whole", async () => {
    const board = await boardWith("old", "new");
    for (const name of ["old", "new"]) board.flash[placeOf(board, name)] = 0;
    expect(await bootOutput(board)).toContain(NO_FIRMWARE);
  });

  it("is small enough for one line to the board, and ASCII", () => {
    expect(LOADER.length).toBeLessThan(500);
    expect(LOADER).toMatch(/^[\n -~]*$/);
    expect(LOADER).toContain(CHOOSE_SLOT);
  });
});

describe("a slot's header", () => {
  it("has its length whatever is in it", () => {
    for (const header of [
      { sequence: 1, length: 1, crc: 0 },
      { sequence: 99_999_999, length: 65_504, crc: 0xffffffff },
    ]) {
      const text = formatHeader(header);
      expect(text).toHaveLength(HEADER_BYTES);
      expect(JSON.parse(text)).toEqual([header.sequence, header.length, header.crc]);
    }
    expect(() => formatHeader({ sequence: 1e15, length: 65_504, crc: 0xffffffff })).toThrow(RangeError);
  });
});

describe.skipIf(!ESPRUINO_BIN)("the loader on a real Espruino (needs ESPRUINO_BIN)", () => {
  it("takes the older firmware when the newer one is damaged, and says so when both are", async () => {
    const board = new EspruinoBoard(ESPRUINO_BIN as string);
    onTestFinished(() => board.close());
    for (const name of ["old", "new"]) await flashFirmware(new Prompt(board), firmware(name), QUIET);
    const damage = async (slot: string) => {
      const prompt = new Prompt(board);
      await prompt.reset();
      const code = `(function(a){while(E.toString(f.read(4,a))!=="${slot}")a+=4;f.write("\\0\\0\\0\\0",a+128)})`;
      await prompt.run(`f=require("Flash");${code}(0x10000000);0`, 60_000);
      await prompt.restart();
      return prompt;
    };
    const first = await damage("fw-b");
    expect((await first.waitFor(/connecting to (\w+)\r/, 3000))?.[1]).toBe("old");
    const second = await damage("fw-a");
    expect(await second.waitFor(new RegExp(NO_FIRMWARE), 3000)).toBeTruthy();
  });
});
