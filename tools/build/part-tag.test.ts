import { describe, expect, test } from "vitest";
import { foldChunks } from "./fold";

/** Folds a library with a main module that gives the results of `first()` and `second()`, and runs it. */
function fold(library: string): { code: string; given: unknown[] } {
  const { code } = foldChunks(
    [
      { fileName: "main.js", code: 'import { first, second } from "./library.js";\ngive(first());\ngive(second());' },
      { fileName: "library.js", code: `${library}\nexport { first, second };` },
    ],
    "main.js",
  );
  const given: unknown[] = [];
  new Function("give", code)((x: unknown) => given.push(x));
  return { code, given };
}

const tagged = "/**\n * Does it.\n * @part\n */\n";

describe("a function with the tag @part", () => {
  test("holds what only it needs", () => {
    const { code, given } = fold(`
const one = 1;
function deep() { return one; }
function other() { return 2; }
${tagged}function first() { return deep(); }
function second() { return other(); }`);
    expect(given).toEqual([1, 2]);
    expect(code.indexOf("function first")).toBeLessThan(code.indexOf("function deep"));
    expect(code.indexOf("function first")).toBeLessThan(code.indexOf("const one"));
    expect(code.indexOf("function first")).toBeGreaterThan(code.indexOf("function other"));
  });
  test("leaves outside what others need too, another such function included", () => {
    const { code, given } = fold(`
function shared() { return 3; }
function mine() { return shared() + 1; }
function yours() { return shared() + 2; }
${tagged}function first() { return mine(); }
${tagged}function second() { return yours(); }`);
    expect(given).toEqual([4, 5]);
    expect(code.match(/function shared/g)).toHaveLength(1);
    expect(code.indexOf("function shared")).toBeLessThan(code.indexOf("function first"));
    expect(code.indexOf("function mine")).toBeGreaterThan(code.indexOf("function first"));
    expect(code.indexOf("function yours")).toBeGreaterThan(code.indexOf("function second"));
  });
  test("holds another, which holds its own, and beside it what both of two need", () => {
    const { code, given } = fold(`
function common() { return 10; }
function only() { return common() + 1; }
${tagged}function inner() { return only(); }
${tagged}function sibling() { return common(); }
${tagged}function first() { return inner() + sibling(); }
function second() { return 0; }`);
    expect(given).toEqual([21, 0]);
    const order = ["function first", "function common", "function inner", "function only"].map((text) => code.indexOf(text));
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });
  test("may not have a name of its own that what it holds goes by", () => {
    const library = `
function deep() { return 1; }
function middle() { return deep(); }
${tagged}function first() { const deep = 2; return middle() + deep; }
function second() { return 0; }`;
    expect(() => fold(library)).toThrow("library.js: deep would stand inside first, which has a deep of its own");
  });
  test("may not hold a variable", () => {
    const library = `
let count = 0;
${tagged}function first() { return ++count; }
function second() { return 0; }`;
    expect(() => fold(library)).toThrow("library.js: count cannot stand inside first, a function with the tag @part");
  });
});

test("without the tag all stands in the wrapper", () => {
  const { code } = fold("function deep() { return 1; }\nfunction first() { return deep(); }\nfunction second() { return 0; }");
  expect(code.indexOf("function deep")).toBeLessThan(code.indexOf("function first"));
});
