import { expect, test } from "vitest";
import { MAX_FIRMWARE_BYTES } from "../flash/loader";
import type { BuildReport } from "./firmware";
import { overLimits, reportLines } from "./report";

const sixDeep = ["a", "b", "c", "d", "e", "f"];
const good: BuildReport = {
  size: MAX_FIRMWARE_BYTES,
  sizeWithoutKernels: 64 * 1024,
  depth: { deepest: sixDeep, recursions: [] },
  parts: new Map([["src/apps/poll.js", ["runPoll"]]]),
};

test("what just fits is under all limits", () => {
  expect(overLimits(good, "esp8266")).toEqual([]);
  expect(reportLines(good).join("\n")).toContain(
    `size: ${MAX_FIRMWARE_BYTES} bytes of at most ${MAX_FIRMWARE_BYTES}: 65536 of at most 65536`,
  );
});

test.each([
  [{ sizeWithoutKernels: 64 * 1024 + 1 }, "the firmware is 1 bytes too long"],
  [{ size: MAX_FIRMWARE_BYTES + 7 }, "firmware and kernels are 7 bytes too long for their slot"],
  [{ depth: { deepest: [...sixDeep, "g"], recursions: [] } }, "calls are nested 7 deep"],
  [{ depth: { deepest: sixDeep, recursions: [["a", "b", "a"]] } }, "recursion: a > b > a"],
] as [Partial<BuildReport>, string][])("%j is over a limit, on the ESP8266", (change, line) => {
  expect(overLimits({ ...good, ...change }, "esp8266")).toEqual([line]);
  expect(overLimits({ ...good, ...change }, "linux")).toEqual([]);
});
