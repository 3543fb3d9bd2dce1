import { describe, expect, test } from "vitest";
import { callDepth } from "./call-depth";
import { loadOrderProblems } from "./load-order";
import { nameProblems } from "./name-rules";
import { syntaxProblems } from "./syntax-rules";

function messages(problems: { message: string }[]): string[] {
  return problems.map((problem) => problem.message);
}

describe("syntax that Espruino does not read is refused", () => {
  test.each([
    ["object destructuring", "var {a} = b;", "destructuring"],
    ["array destructuring", "function f([a]) {}", "destructuring"],
    ["default parameter", "function f(a = 1) {}", "default parameter"],
    ["rest parameter", "function f(...a) {}", "rest parameter"],
    ["spread", "f(...a);", "spread"],
    ["computed key", "var a = { [b]: 1 };", "computed key"],
    ["optional chaining", "a?.b;", "?."],
    ["power", "a ** b;", "**"],
    ["power and assign", "a **= b;", "**="],
    ["nullish assign", "a ??= b;", "??="],
    ["and assign", "a &&= b;", "&&="],
    ["or assign", "a ||= b;", "||="],
    ["label", "a: for (;;) break a;", "label"],
    ["async function", "async function f() {}", "async"],
    ["await", "async function f() { await 1; }", "async"],
    ["generator", "function* f() { yield 1; }", "generator"],
    ["private name", "class A { #a = 1; }", "#private name"],
    ["super() of an Error", "class A extends Error { constructor() { super(); } }", "super() in a class that extends Error"],
    ["tagged template", "f`a`;", "tagged template"],
    ["new.target", "function f() { return new.target; }", "new.target"],
    ["BigInt", "1n;", "BigInt"],
    ["case after default", "switch (a) { default: b(); case 1: }", "case after default"],
    ["separator in a number", "1_000;", "separator in a number"],
    ["number that is not exact", "9223372036854775808;", "number that is too big"],
    ["optional part of a regular expression", "/ab?c/;", "regular expression"],
    ["count in a regular expression", "/a{2}/;", "regular expression"],
    ["look-ahead", "/a(?=b)/;", "regular expression"],
    ["character beyond a byte", '"\\u0100";', "character beyond a byte"],
    ["line break after return", "function f() { return\n1; }", "line break after return"],
    [
      "function over a loop's variable",
      "for (let i = 0; i < 3; i++) f(function () { return i; });",
      "function in a loop over i, which all turns share",
    ],
    ["arrow over for…of", "for (const a of b) f(() => a);", "function in a loop over a, which all turns share"],
    ["import that was not folded", 'import("./a");', "import() that was not folded"],
  ])("%s", (_name, code, message) => {
    expect(messages(syntaxProblems(code))).toContain(message);
  });

  test("what works there is let through", () => {
    const code = `class A { get a() { return 1; } b() {} } class B extends A { b() { super.b(); } }
      const f = (x) => x ?? 2; for (const a of [1]) f(a); for (let i = 0; i < 3; i++) { var g = i; } f(() => 1);
      switch (f(1)) { case 1: break; default: f(2); } /^[a-z]+\\d*(x|y)$/g.test(\`a\${f(1)}\`); var o = { f, get c() { return 1; }, d() {} };
      do { g++; } while (g < 3); try { throw 3; } catch (e) { f(e); } finally { f(0); }`;
    expect(syntaxProblems(code)).toEqual([]);
  });
});

describe("names that Espruino does not have are refused", () => {
  test.each([
    ["global", "new Map();", "Map is not in Espruino"],
    ["Symbol", "Symbol();", "Symbol is not in Espruino"],
    ["queueMicrotask", "queueMicrotask(f); function f() {}", "queueMicrotask is not in Espruino"],
    ["Math.imul", "Math.imul(1, 2);", "Math.imul is not in Espruino, or wrong"],
    ["Math.trunc", "Math.trunc(1.5);", "Math.trunc is not in Espruino, or wrong"],
    ["Math.pow, which is off", "Math.pow(2, 53);", "Math.pow is not in Espruino, or wrong"],
    ["Array.from", "Array.from([]);", "Array.from is not in Espruino, or wrong"],
    ["Number.isInteger", "Number.isInteger(1);", "Number.isInteger is not in Espruino, or wrong"],
    ["Object.freeze", "Object.freeze({});", "Object.freeze is not in Espruino, or wrong"],
    ["method", '"a".codePointAt(0);', ".codePointAt is neither the firmware's nor in Espruino"],
    ["finally of a promise", "Promise.resolve().finally(print);", ".finally is neither the firmware's nor in Espruino"],
    ["property that nobody sets", "var a = {}; print(a.wrong);", ".wrong is neither the firmware's nor in Espruino"],
    ["slice of who knows what", "function f(bytes) { return bytes.slice(1); }", "slice of what is not known to be an array or a text"],
    ["indexOf", 'function f(s) { return s.indexOf("\\r\\n"); }', "indexOf takes a partial match at the end for a match"],
    ["indexOf of a variable", "function f(s, t) { return s.indexOf(t); }", "indexOf takes a partial match at the end for a match"],
    ["includes", 'function f(s) { return s.includes("cd"); }', "includes takes a partial match at the end for a match"],
    ["replace", 'function f(s) { return s.replace("cd", ""); }', "replace takes a partial match at the end for a match"],
    ["fromCharCode beyond a byte", "String.fromCharCode(300);", "character beyond a byte"],
  ])("%s", (_name, code, message) => {
    expect(messages(nameProblems(code, []))).toContain(message);
  });

  test("what it has, and the firmware's own, is let through", () => {
    const code = `var o = { values: 1 }; o.own = 2; print(o.values, o.own, Math.min(1, 2), "a".indexOf("b"), "a".replace(/b/g, "")); var names = ["a"];
      print(names.indexOf("ab"), ("0" + o).slice(1), names[0].slice(-2), E.toString(o), process.memory().usage, names.slice(1)); require("net").connect({ host: "a", port: 1 }).on("data", print);`;
    expect(nameProblems(code, [])).toEqual([]);
  });

  test("keys of a config section that is absent are known", () => {
    const code = "function f(c) { return c.alpn; }";
    expect(nameProblems(code, [])).toHaveLength(1);
    expect(nameProblems(code, ["alpn"])).toEqual([]);
  });
});

describe("use before definition is refused", () => {
  test.each([
    ["function called before it stands there", "f(); function f() {}", "f"],
    ["constant", "var b = a; const a = 1;", "a"],
    ["in one statement", "var b = a, a = 1;", "a"],
    ["through a function that is called", "function g() { return f(); } g(); function f() {}", "f"],
    ["through a function that is handed on", "function g() { return f(); } run(g); function f() {}", "f"],
    ["inside a function", "function h() { f(); function f() {} }", "f"],
    ["in a function called on the spot", "(function () { f(); })(); function f() {}", "f"],
  ])("%s", (_name, code, name) => {
    expect(messages(loadOrderProblems(code))).toContain(`${name} is used before it is defined`);
  });

  test("but not the use of a function's own name that something declared later also has", () => {
    expect(loadOrderProblems("function f(a) { const b = a; return b; } function h() { f(1); const a = 2, b = 3; }")).toEqual([]);
    expect(loadOrderProblems("if (x) for (let r = 0; r < 3; r++) f(r); const r = 1;")).toEqual([]);
  });

  test("a function may name what is defined by the time it is called", () => {
    expect(
      loadOrderProblems(
        "function g() { return f(); } function f() {} var a = 1, b = a; g(); on(function () { later(); }); function later() {}",
      ),
    ).toEqual([]);
  });
});

describe("depth of calls", () => {
  const names = (chain: string[]) => chain.map((label) => label.replace(/ \(line \d+\)$/, ""));
  const deepest = (code: string) => names(callDepth(code).deepest);

  test("plain calls", () => {
    expect(deepest("function c() {} function b() { c(); } function a() { b(); b(); }")).toEqual(["a", "b", "c"]);
  });

  test("methods by the object that they are called on", () => {
    const code = `function one() { two(); } function two() {} function none() {}
      function start() { var x = { go: one }, y = { go: none }; y.go(); }`;
    expect(deepest(code)).toEqual(["one", "two"]);
    expect(deepest(code.replace("y.go()", "x.go()"))).toEqual(["start", "one", "two"]);
  });

  test("a method of an unknown object may be any of that name", () => {
    expect(deepest("function one() {} var x = { go: one }; function start(x) { x.go(); }")).toEqual(["start", "one"]);
  });

  test("functions given as arguments, stored in fields, bound and returned", () => {
    expect(deepest("function f() {} function run(g) { g(); } function start() { run(f); }")).toEqual(["start", "run", "f"]);
    expect(deepest("function f() {} var s = {}; function start() { s.step = f; } function go() { s.step(); }")).toEqual(["go", "f"]);
    expect(deepest("function f() {} function make() { return f.bind(null, 1); } function start() { make()(); }")).toEqual([
      "start",
      "make",
    ]);
    expect(deepest("function f() { g(); } function g() {} function make() { return f; } function start() { make()(); }")).toEqual([
      "start",
      "f",
      "g",
    ]);
    expect(deepest("function f() {} function g() { f(); } var table = [g]; function start(i) { table[i](); }")).toEqual([
      "start",
      "g",
      "f",
    ]);
  });

  test("call and apply", () => {
    expect(deepest("function f() {} function start() { f.call(1); }")).toEqual(["start", "f"]);
    expect(deepest("function f() {} function start() { f.apply(1, []); }")).toEqual(["start", "f"]);
  });

  test("a wrapper's method of the same name is not recursion", () => {
    const code = `function inner() {} function outer() { this.sink.bytes(); }
      var i = { bytes: inner }; var o = { sink: i, bytes: outer }; function start() { o.bytes(); }`;
    expect(callDepth(code).recursions).toEqual([]);
    expect(deepest(code)).toEqual(["start", "outer", "inner"]);
  });

  test("what is handed to the event loop begins anew, what forEach is given does not", () => {
    expect(deepest("function f() {} function start() { setTimeout(f, 0); }")).toEqual(["f"]);
    expect(deepest("function f() {} function start() { [1].forEach(f); }")).toEqual(["start", "f"]);
  });

  test("a part's exports are followed through setTimeout", () => {
    const code =
      "function part() { function f() { g(); } function g() {} return { go: f }; } function start() { setTimeout(function (p) { p.go(); }, 0, part()); }";
    expect(deepest(code)).toEqual(["function", "f", "g"]);
  });

  test("recursion, direct and by a detour", () => {
    expect(callDepth("function f() { f(); }").recursions.map(names)).toEqual([["f", "f"]]);
    expect(callDepth("function f() { g(); } function g() { f(); }").recursions.map(names)).toEqual([["f", "g", "f"]]);
  });

  test("kernels are not followed", () => {
    expect(deepest("function portable() {} var board = { crypto: portable }; function f() { board.crypto(1); }")).toHaveLength(1);
  });
});
