import { expect, test } from "vitest";
import { mulberry32, Random } from "./random";

test("a seed gives the same numbers for ever, and each stream its own", () => {
  const word = mulberry32(1);
  expect([word(), word(), word()]).toEqual([2693262067, 11749833, 2265367787]);
  expect([new Random(1, "faults").word(), new Random(1, "builds").word(), new Random(2, "faults").word()]).toEqual([
    2085447413, 1299576882, 3554130398,
  ]);
});
