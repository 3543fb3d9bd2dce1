import fc from "fast-check";
import { expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { type BuildStatus, packStatus } from "../status/build-status";
import { Glow } from "../transport";
import { fakeBoard } from "../transport.testing";
import { printable } from "./printable";
import { replyLine, reportReplies, statusLine } from "./report";

const success: BuildStatus = {
  glow: Glow.success,
  error: ErrorCode.none,
  statuses: 2,
  checks: -1,
  sha: "8cd331a0c9cf9bd1b9c9f3f2ac8b1a4a3a1c6a0e",
  message: "",
  notModified: false,
};
const refused: BuildStatus = {
  glow: Glow.unknown,
  error: ErrorCode.status_not_found,
  statuses: -1,
  checks: -1,
  sha: "",
  message: "Not Found\r\n\x1b[2J",
  notModified: false,
};

test("success, as people and scripts read it", () => {
  const board = fakeBoard();
  board.console.line(statusLine("esp8266/Arduino", success));
  reportReplies(board.console, [packStatus(success)]);
  expect(board.lines).toEqual([
    "esp8266/Arduino CI successful!",
    "reply was:",
    "==========",
    "state=success statuses=2 sha=8cd331a",
    "==========",
  ]);
});

test("the other states", () => {
  expect(statusLine("a/b", { ...success, glow: Glow.failure })).toBe("a/b CI has failed");
  expect(statusLine("a/b", { ...success, glow: Glow.pending })).toBe("a/b CI is pending");
  expect(replyLine({ ...success, glow: Glow.failure, checks: 3 })).toBe("state=failure statuses=2 checks=3 sha=8cd331a");
  expect(replyLine({ ...success, glow: Glow.pending, sha: "" })).toBe("state=pending statuses=2");
});

test("of two sides an empty one is not counted; a side alone is", () => {
  expect(replyLine({ ...success, statuses: 0, checks: 3 })).toBe("state=success checks=3 sha=8cd331a");
  expect(replyLine({ ...success, statuses: 2, checks: 0 })).toBe("state=success statuses=2 sha=8cd331a");
  expect(replyLine({ ...success, statuses: 0, checks: -1 })).toBe("state=success statuses=0 sha=8cd331a");
  expect(replyLine({ ...success, statuses: -1, checks: 0 })).toBe("state=success checks=0 sha=8cd331a");
});

test("several targets have a line each", () => {
  const board = fakeBoard();
  reportReplies(board.console, [packStatus(success), packStatus(refused)]);
  expect(board.lines).toEqual([
    "reply was:",
    "==========",
    "state=success statuses=2 sha=8cd331a",
    "state=unknown message=Not Found\\x0d\\x0a\\x1b[2J",
    "==========",
  ]);
});

test("unknown says why and what GitHub said, and no control character passes", () => {
  expect(statusLine("a/b", refused)).toMatch(/^a\/b CI is unknown: status_not_found: no such repository/);
  expect(replyLine(refused)).toBe("state=unknown message=Not Found\\x0d\\x0a\\x1b[2J");
  expect(replyLine({ ...success, sha: "\x07\n\r" })).toBe("state=success statuses=2 sha=\\x07\\x0a\\x0d");
});

test("nothing but success says success", () => {
  for (const glow of [Glow.starting, Glow.failure, Glow.pending, Glow.unknown])
    expect(statusLine("a/b", { ...refused, glow }) + replyLine({ ...refused, glow })).not.toContain("success");
});

test("printable text is ASCII and can be told apart", () => {
  expect(printable("caf\xc3\xa9 \\x41")).toBe("caf\\xc3\\xa9 \\x5cx41");
  fc.assert(
    fc.property(fc.array(fc.nat(255)), (bytes) => {
      const text = String.fromCharCode(...bytes);
      const shown = printable(text);
      expect(shown).toMatch(/^[ -~]*$/);
      expect(shown.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))).toBe(text);
    }),
  );
});
