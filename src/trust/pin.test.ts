import { describe, expect, test } from "vitest";
import { At } from "../crypto/workspace";
import { cryptoBoard } from "../x509/board.testing";
import { fingerprintMatches } from "./pin";

const sha1 = Buffer.from("CF05988900EE0AC2DB9F32B9DA1A9F1A3E8B5C5C", "hex").toString("latin1");
const sha256 = Buffer.from("a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61", "hex").toString("latin1");
const flip = (text: string, at: number) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

const matches = (fingerprints: string[]) => {
  const board = cryptoBoard();
  board.copyIn(sha1, At.temp);
  board.copyIn(sha256, At.digest);
  return fingerprintMatches(board, At.temp, At.digest, fingerprints);
};

describe("the leaf's fingerprint", () => {
  test.each([
    ["SHA-1", [sha1]],
    ["SHA-256", [sha256]],
    ["the second of a list", [flip(sha1, 0), sha1]],
    ["SHA-256 after SHA-1 of another", [flip(sha1, 19), flip(sha256, 31), sha256]],
  ])("matches: %s", (_name, list) => {
    expect(matches(list)).toBe(1);
  });

  test.each([
    ["an empty list", []],
    ["an empty text", [""]],
    ["a beginning", [sha1.slice(0, 19), sha256.slice(0, 20)]],
    ["the last byte is another", [flip(sha1, 19), flip(sha256, 31)]],
    ["a byte too many", [`${sha1}\0`, `${sha256}\0`]],
    ["the list in one text", [sha1 + sha256]],
  ])("does not match: %s", (_name, list) => {
    expect(matches(list)).toBe(0);
  });
});
