import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ancestor } from "acorn-walk";
import { beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../config/load";
import { buildFirmware } from "./firmware";
import { projectRoot } from "./paths";
import { type AnyNode, parseScript } from "./syntax";
import { dropUnraised } from "./unraised";

test("the case of an error that nothing raises goes", () => {
  const code =
    "y = 301 /* ErrorCode.b */; switch (x) { case 300 /* ErrorCode.a */: f(1); break; case 301 /* ErrorCode.b */: f(2); break; case 7: f(3); }";
  const left = dropUnraised(code);
  expect([1, 2, 3].map((n) => left.includes(`f(${n})`))).toEqual([false, true, true]);
});

test("labels and comparisons raise nothing; a sum raises the next one too", () => {
  const switched = "switch (x) { case 300 /* ErrorCode.a */: f(1); break; case 301 /* ErrorCode.b */: f(2); }";
  expect(dropUnraised(`y = 301 /* ErrorCode.b */; if (x === 300 /* ErrorCode.a */) y = 0; ${switched}`)).not.toContain("f(1)");
  expect(dropUnraised(`y = 300 /* ErrorCode.a */ + role; ${switched}`)).toContain("f(2)");
  expect(dropUnraised(`y = 300 /* ErrorCode.a */; ${switched}`)).not.toContain("f(2)");
});

test("a case that another one runs into stays; a label among others goes", () => {
  const code = `y = 301 /* ErrorCode.b */; switch (x) {
    case 301 /* ErrorCode.b */: case 302 /* ErrorCode.c */: f(1); break;
    case 303 /* ErrorCode.d */: case 301 /* ErrorCode.b */: f(2); }`;
  const left = dropUnraised(code);
  expect(left).toContain("f(1)");
  expect(left).not.toContain("ErrorCode.d");
});

test("a script without names is refused", () => {
  expect(() => dropUnraised("throw 301;")).toThrow("no error's name");
});

describe("the firmware", () => {
  let raw: string;
  let minified: string;
  beforeAll(async () => {
    const config = loadConfig(join(projectRoot, "board/config.example.json"));
    const plain = await buildFirmware({ config, board: "esp8266", minify: false });
    // Machine code follows it.
    raw = plain.code.slice(0, plain.report.sizeWithoutKernels);
    minified = (await buildFirmware({ config, board: "esp8266" })).code;
  }, 60_000);

  /** Every number that stands in the script without another constant's name, and neither as the label of a case nor in a comparison. */
  function numbersIn(code: string): Set<number> {
    const found = new Set<number>();
    ancestor(parseScript(code), {
      Literal(node, _state, ancestors) {
        const parent = ancestors.at(-2) as AnyNode;
        if (parent.type === "SwitchCase" || (parent.type === "BinaryExpression" && /[=<>]/.test(parent.operator))) return;
        if (/^ \/\* (?!ErrorCode\.)\w+\.\w+ \*\//.test(code.slice(node.end, node.end + 80))) return;
        if (typeof node.value === "number") found.add(node.value);
      },
    });
    return found;
  }

  test("says what each error means that it can raise, and nothing of most others", () => {
    const source = readFileSync(join(projectRoot, "src/errors/meanings.ts"), "utf8");
    const enumeration = readFileSync(join(projectRoot, "src/errors/codes.ts"), "utf8");
    const numbers = numbersIn(raw);
    let next = 0;
    let dropped = 0;
    for (const [, name, value] of enumeration.matchAll(/^ {2}(\w+)(?: = (\d+))?,$/gm)) {
      next = value === undefined ? next : Number(value);
      const code = next++;
      if (!source.includes(`"${name}: `)) continue;
      const isThere = minified.includes(`"${name}: `);
      if (numbers.has(code)) expect([name, isThere]).toEqual([name, true]);
      if (!isThere) dropped++;
    }
    expect(dropped).toBeGreaterThan(10);
  });
});
