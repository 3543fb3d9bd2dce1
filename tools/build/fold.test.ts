import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { foldChunks } from "./fold";
import { minifyFirmware } from "./minify";

/** Runs a script whose timers fire in order afterwards; gives what it printed. */
function run(code: string): unknown[] {
  const printed: unknown[] = [];
  const timers: (() => void)[] = [];
  const setTimeout = (f: (...values: unknown[]) => void, _ms: number, ...values: unknown[]) => timers.push(() => f(...values));
  runInNewContext(code, { print: (value: unknown) => printed.push(value), setTimeout });
  for (let timer = timers.shift(); timer; timer = timers.shift()) timer();
  return printed;
}

const chunks = [
  {
    fileName: "board/main.js",
    code: `import { startJob } from "../src/job.js"; const greeting = "hello"; startJob(greeting);`,
  },
  {
    fileName: "src/job.js",
    code: `import { addTwo } from "./numbers.js";
      function startJob(text) { print(text + addTwo(1)); import("./poll.js").then((part) => part.runPoll(10)); }
      export { startJob };`,
  },
  {
    fileName: "src/numbers.js",
    code: `const two = 2; function addTwo(x) { return x + two; } function addThree(x) { return addTwo(x) + 1; }
      function addFour(x) { return addThree(x) + 1; } export { addTwo, addThree, addFour };`,
  },
  {
    fileName: "src/poll.js",
    code: `import { addThree } from "./numbers.js";
      function unasked() { return 0; }
      function runPoll(x) { print(addThree(x)); import("./shake.js").then((part) => { part.shake(x); }); import("./end.js").then((part) => part.end(x)); }
      export { runPoll, unasked };`,
  },
  {
    fileName: "src/shake.js",
    code: `import { addThree, addFour } from "./numbers.js";
      function shake(x) { print(addThree(addFour(x))); import("./end.js").then(function (part) { part.end(x); }); } export { shake };`,
  },
  {
    fileName: "src/end.js",
    code: `import { addFour } from "./numbers.js"; function end(x) { print("end" + addFour(x)); } export { end };`,
  },
];

test("the folded script does what the modules say, minified or not", async () => {
  const { code } = foldChunks(chunks, "board/main.js");
  const expected = ["hello3", 13, 17, "end14", "end14"];
  expect(run(code)).toEqual(expected);
  const minified = await minifyFirmware(code);
  expect(run(minified)).toEqual(expected);
  expect(minified).not.toMatch(/startJob|addThree|runPoll|import/);
});

test("each declaration stands where it is needed: nothing rests in the script for a part's sake", () => {
  const { parts } = foldChunks(chunks, "board/main.js");
  expect(parts.get("")).toEqual(["two", "addTwo", "startJob", "greeting"]);
  expect(parts.get("src/poll.js")).toEqual(["addThree", "runPoll"]);
  // Each part has its own copies, so that it can go when it is done.
  expect(parts.get("src/shake.js")).toEqual(["addThree", "addFour", "shake"]);
  expect(parts.get("src/end.js")).toEqual(["addThree", "addFour", "end"]);
});

test("a part's function that is only called is the timer's own", () => {
  const code = `function set(f, x) { f(x); } function start(x) { import("./a.js").then((part) => part.a(x)); import("./a.js").then((part) => set(part.a, 2));
    import("./a.js").then((part) => part.a(x.y)); } start(1);`;
  const folded = foldChunks(
    [
      { fileName: "main.js", code },
      { fileName: "a.js", code: "function a(x) { print(x); } export { a };" },
    ],
    "main.js",
  );
  expect(folded.code).toContain("setTimeout(part_a().a, 0, x)");
  expect(folded.code).toContain("setTimeout(set, 0, part_a().a, 2)");
  expect(folded.code).toContain("setTimeout((part) => part.a(x.y), 0, part_a())");
  expect(run(folded.code)).toEqual([1, 2, undefined]);
});

test("what no one asks of a part is left out", () => {
  expect(foldChunks(chunks, "board/main.js").code).not.toContain("unasked");
});

const entry = { fileName: "main.js", code: `import { a } from "./a.js"; import { b } from "./b.js"; print(a() + b());` };

test.each([
  [
    "a name that stands in two files",
    [
      entry,
      { fileName: "a.js", code: "function same() {} function a() { same(); } export { a };" },
      { fileName: "b.js", code: "function same() {} function b() { same(); } export { b };" },
    ],
    /^the name same stands in both a\.js and b\.js/,
  ],
  [
    "an export under another name",
    [entry, { fileName: "a.js", code: "function c() {} export { c as a };" }, { fileName: "b.js", code: "function b() {} export { b };" }],
    /^a\.js: imports and exports must keep their names/,
  ],
  [
    "a default export",
    [
      { fileName: "main.js", code: `import "./a.js";` },
      { fileName: "a.js", code: "export default 1;" },
    ],
    /^a\.js: only named exports/,
  ],
  [
    "a statement outside of functions",
    [
      { fileName: "main.js", code: `import "./a.js";` },
      { fileName: "a.js", code: "print(1);" },
    ],
    /^a\.js: a statement outside of any function/,
  ],
  [
    "a promise that is kept",
    [
      { fileName: "main.js", code: `const p = import("./a.js");` },
      { fileName: "a.js", code: "" },
    ],
    /can only be loaded as import/,
  ],
  [
    "an export that a part does not have",
    [
      { fileName: "main.js", code: `import("./a.js").then((part) => part.b());` },
      { fileName: "a.js", code: "function a() {} export { a };" },
    ],
    /^a\.js has no export b/,
  ],
  [
    "a variable that changes, in a part",
    [
      { fileName: "main.js", code: `import("./a.js").then((part) => part.a());` },
      { fileName: "a.js", code: "let n = 0; function a() { n++; } export { a };" },
    ],
    /^a\.js: the variable n would not outlive its part/,
  ],
])("refused: %s", (_name, modules, message) => {
  expect(() => foldChunks(modules, "main.js")).toThrow(message);
});

test("the minifier keeps JavaScript's and Espruino's names, shortens ours, and writes integers as such", async () => {
  const code = `(function () { var o = { ownName: 65536, usage: 1000 }; function f(x) { o.ownName += x; print(o.ownName, process.memory().usage, "a".charCodeAt(0), o.usage); }
    on(f); on(function () { f(100000); }); })();`;
  const minified = await minifyFirmware(code);
  expect(minified).toContain("process.memory().usage");
  expect(minified).toContain("charCodeAt");
  expect(minified).not.toContain("ownName");
  expect(minified).toContain("65536");
  expect(minified).toContain("1000");
  expect(minified).not.toMatch(/\de\d/);
});

test("a function that is used once is not moved into its caller, where it would be made at each call", async () => {
  const code = `(function () { function part() { function once(x) { for (var i = 0; i < x; i++) print(i); return x; } function f(x) { return once(x) + 1; } return { f: f }; } on(part); })();`;
  const minified = await minifyFirmware(code);
  expect(minified).toMatch(/function (\w)\((\w)\)\{for.*function\(\w\)\{return \1\(\w\)\+1\}/);
});

test("a part's step is put where a state object goes on, so that no timer holds the part", () => {
  const code = `function resume() { this.step(this); } function start(c) { import("./a.js").then((part) => c.resume(part.a)); }
    start({ x: 1, resume: resume });`;
  const folded = foldChunks(
    [
      { fileName: "main.js", code },
      { fileName: "a.js", code: "function a(c) { print(c.x); } export { a };" },
    ],
    "main.js",
  );
  expect(folded.code).toContain("(c.step = part_a().a, setTimeout(c.resume.bind(c), 0))");
  expect(run(folded.code)).toEqual([1]);
});

test("a function with the tag @now loads in its own turn", () => {
  const code = `function resume() { this.step(this); }
    /** @now */
    function load(c) { c.wait = 1; import("./a.js").then((part) => c.resume(part.a)); }
    function start(c) { load(c); print(c.wait); c.step(c); } start({ x: 1, resume: resume });`;
  const folded = foldChunks(
    [
      { fileName: "main.js", code },
      { fileName: "a.js", code: "function a(c) { print(c.x); } export { a };" },
    ],
    "main.js",
  );
  expect(run(folded.code)).toEqual([0, 1]);
});

test("a part that nothing loads stays out, with the parts that only it loads", () => {
  const unused = [
    { fileName: "board/main.js", code: "print(1);" },
    { fileName: "src/a.js", code: `function loadB() { import("./b.js").then((part) => part.inB()); } export { loadB };` },
    { fileName: "src/b.js", code: "function inB() {} export { inB };" },
  ];
  const { code, parts } = foldChunks(unused, "board/main.js");
  expect([...parts.keys()]).toEqual([""]);
  expect(code).not.toContain("inB");
});
