/** The memory that the ESP8266's firmware takes, on an Espruino with the board's limits. */
import { describe, expect, test } from "vitest";
import { type MemoryFigures, measureMemory } from "./memory";
import { memoryCases } from "./memory-cases";
import { growth, memoryTable, ranOut, tooMuch, trackedFigures } from "./memory-figures";
import { espruino1600Bin } from "./run";

const title = espruino1600Bin ? "on 1600 variables" : "on 1600 variables (skipped: ESPRUINO_BIN names no Espruino with the board's limits)";
const patience = 120_000;

describe.skipIf(!espruino1600Bin)(title, { timeout: patience }, () => {
  test.each(memoryCases)("no more memory than the tracked figures: $name", async (memoryCase) => {
    const measured = { [memoryCase.name]: await measureMemory(espruino1600Bin!, memoryCase) };
    expect([...ranOut(measured), ...growth(trackedFigures(), measured)]).toEqual([]);
  });
});

test("each case is tracked, and within the limits", () => {
  expect(Object.keys(trackedFigures()).sort()).toEqual(memoryCases.map(({ name }) => name).sort());
  expect(tooMuch(trackedFigures())).toEqual([]);
});

describe("figures", () => {
  const good: MemoryFigures = { restWithoutArena: 440, rest: 696, handshake: 1240, response: 1200 };

  test("are one line a case", () => {
    expect(memoryTable({ "512 bytes": good }).at(-1)).toBe(
      "512 bytes                                 440        696       1240       1200",
    );
  });

  test("say where memory ran out", () => {
    const inHandshake = { restWithoutArena: null, rest: null, handshake: null, response: null };
    expect(memoryTable({ a: inHandshake }).at(-1)?.split(/ +/)).toEqual(["a", "-", "-", "ran", "out", "-"]);
    expect(ranOut({ a: inHandshake, b: { ...inHandshake, handshake: 1200 }, c: good })).toEqual([
      "a: memory ran out in the handshake",
      "b: memory ran out in the response",
    ]);
  });

  test("are held to the limits", () => {
    expect(tooMuch({ a: good, b: { ...good, rest: 700, response: 1251 } })).toEqual(["b: response is 1251, at most 1250"]);
  });

  test("may vary by a few variables, and grow by no more", () => {
    expect(growth({ a: good }, { a: { ...good, rest: 704 }, b: good })).toEqual([]);
    expect(growth({ a: good }, { a: { ...good, rest: 705 } })).toEqual(["a: rest grew from 696 to 705"]);
    expect(growth({ a: good }, { a: { ...good, response: 1232 } })).toEqual([]);
    expect(growth({ a: good }, { a: { ...good, response: 1233 } })).toEqual(["a: response grew from 1200 to 1233"]);
  });
});
