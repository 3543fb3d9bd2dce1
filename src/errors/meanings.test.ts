import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "./codes";
import { meaningOf } from "./meanings";

/** Names and values of the enum as its source has them. */
function readCodes(): [string, number][] {
  const source = readFileSync(new URL("codes.ts", import.meta.url), "utf8");
  const codes: [string, number][] = [];
  let next = 0;
  for (const [, name, value] of source.matchAll(/^ {2}(\w+)(?: = (\d+))?,$/gm)) {
    next = value === undefined ? next : Number(value);
    codes.push([name, next++]);
  }
  return codes;
}

const codes = readCodes();

test("the codes are found", () => {
  expect(codes).toContainEqual(["alert_received", ErrorCode.alert_received]);
  expect(codes).toContainEqual(["http_bad_request", ErrorCode.http_bad_request]);
  expect(new Set(codes.map(([, code]) => code)).size).toBe(codes.length);
});

describe("each code has its name and a meaning of one line", () => {
  test.each(codes)("%s", (name, code) => {
    expect(meaningOf(code)).toMatch(new RegExp(`^${name}: [ -~]{15,125}$`));
  });
});

test("an alert says which", () => {
  expect(meaningOf(ErrorCode.alert_received + 48)).toContain("alert 48 (unknown_ca)");
  expect(meaningOf(ErrorCode.alert_received + 255)).toContain("alert 255");
});

test("a code without name says its number", () => {
  expect(meaningOf(899)).toContain("899");
  expect(meaningOf(ErrorCode.alert_received + 256)).toContain("1156");
});
