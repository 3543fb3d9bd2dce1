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
  test("finds around it what others need too, and has a copy of what another such function needs", () => {
    const { code, given } = fold(`
function around() { return 3; }
function shared() { return 4; }
function mine() { return around() + shared(); }
function yours() { return shared() + 2; }
${tagged}function first() { return mine(); }
${tagged}function other() { return yours(); }
function second() { return other() + around(); }`);
    expect(given).toEqual([7, 9]);
    expect(code.match(/function shared/g)).toHaveLength(2);
    expect(code.match(/function around/g)).toHaveLength(1);
    expect(code.indexOf("function around")).toBeLessThan(code.indexOf("function first"));
    expect(code.indexOf("function mine")).toBeGreaterThan(code.indexOf("function first"));
    expect(code.indexOf("function yours")).toBeGreaterThan(code.indexOf("function other"));
  });
  test("holds another, which holds its own and finds around it what the outer one needs", () => {
    const { code, given } = fold(`
function common() { return 10; }
function only() { return common() + 1; }
${tagged}function inner() { return only(); }
${tagged}function first() { return inner() + common(); }
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

describe("a function with the tag @once", () => {
  test("is gone from the script when it has run", () => {
    const { code, given } = fold(`
/** @once */
function first() { return 1; }
function second() { return typeof first; }`);
    expect(given).toEqual([1, "object"]);
    expect(code.match(/first = null;/g)).toHaveLength(1);
  });
});
