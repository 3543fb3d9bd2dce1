import { describe, expect, test } from "vitest";
import { instrument, instrumentByFunction } from "./instrument";

/** Runs a piece of code, instrumented; gives how many statements it executed, and the value that `f` had at the end. */
function run(source: string): { count: number; result: unknown } {
  let count = 0;
  const code = new Function("__count", `${instrument(`let r; ${source}`)}; return r;`);
  const result = code((n: number) => {
    count += n;
  });
  return { count: count - 1, result };
}

describe("what counts as a statement", () => {
  test.each<[string, number, unknown]>([
    ["r = 1;", 1, 1],
    ["{ r = 1; ; }", 1, 1],
    ["let a = 1, b = 2, c; r = a + b;", 3, 3],
    ["if (0) r = 1; else r = 2;", 2, 2],
    ["if (1) { r = 1; r = 3; }", 3, 3],
    ["if (0) r = 1;", 1, undefined],
    ["for (let i = 0; i < 3; i++) r = i;", 1 + 4 + 3 + 3, 2],
    ["for (let i = 0, j = 5; i < 1; i++) {}", 1 + 1 + 2 + 1, undefined],
    ["r = 0; while (r < 2) r++;", 1 + 3 + 2, 2],
    ["r = 0; do { r++; } while (r < 2);", 1 + 2 + 2, 2],
    ["for (;;) { r = 1; break; }", 1 + 2, 1],
    ["for (const k in { a: 1, b: 2 }) r = k;", 1 + 2, "b"],
    ["function f(x) { return x; } r = f(4);", 2, 4],
    ["const f = (x) => x + 1; r = f(f(1));", 1 + 1 + 2, 3],
    ["const f = () => ({ a: 1 }); r = f().a;", 3, 1],
    ["switch (2) { case 1: r = 1; break; case 2: r = 2; }", 2, 2],
    ["try { throw 5; } catch (e) { r = e; } finally { r++; }", 4, 6],
    ["r = [1, 2, 3].indexOf(2);", 1, 1],
  ])("%s: %i", (source, count, result) => {
    expect(run(source)).toEqual({ count, result });
  });

  test.each<[string, number, unknown]>([
    ["1 && (r = 1);", 2, 1],
    ["0 && (r = 1);", 1, undefined],
    ["1 || (r = 1);", 1, undefined],
    ["0 ? (r = 1) : (r = 2);", 2, 2],
    ["1 ? 0 || (r = 1) : (r = 2);", 3, 1],
    ["r = 0 ? 1 : 2;", 2, 2],
    ["(r = 1, r = 2, 1) && (r = 3);", 2, 3],
    ["r = 1, r++, r++;", 3, 3],
    ["function f(x) { return x ? x > 1 ? 5 : 6 : 7; } r = f(1);", 1 + 3, 6],
    ["const a = 1 && 2; r = a;", 3, 2],
  ])("what a minifier makes of statements: %s: %i", (source, count, result) => {
    expect(run(source)).toEqual({ count, result });
  });
});

test("statements by function", () => {
  const source = "function f(x) { if (x) return 1; return 2; } const g = (x) => f(x); const o = { h() { g(0); g(1); } }; o.h();";
  const tallies = new Function("__count", `${instrumentByFunction(source)}; return __tallies;`)(() => {});
  expect(tallies).toEqual({ f: 4, g: 2, h: 2, "(script)": 3 });
});
