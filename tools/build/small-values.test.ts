import { describe, expect, test } from "vitest";
import { smallValues } from "./small-values";

describe("small values", () => {
  test.each([
    ["o.a = null;", "o.a = 0;"],
    ["a = true;", "a = 1;"],
    ["let a = false;", "let a = 0;"],
    ["f({ a: null, b: true });", "f({ a: 0, b: 1 });"],
    ["o.a = b === c;", "o.a = b === c ? 1 : 0;"],
    ["f({ a: b < c, d: !e });", "f({ a: b < c ? 1 : 0, d: !e ? 1 : 0 });"],
  ])("%s becomes %s", (code, small) => {
    expect(smallValues(code)).toBe(small);
  });
  test.each(["f(null, true);", "if (a === b) c();", "o.a = b && c;", 'o.a = "null";', "o.a = /x/;", "return_(a !== b);"])(
    "%s stays as it is",
    (code) => {
      expect(smallValues(code)).toBe(code);
    },
  );
  test.each(["if (a === null) b();", "c = a != true;"])("%s fails the build", (code) => {
    expect(() => smallValues(code)).toThrow("compares with");
  });
});
