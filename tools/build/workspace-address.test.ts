import { describe, expect, test } from "vitest";
import { withWorkspaceAddress } from "./workspace-address";

describe("the workspace's address", () => {
  test.each([
    ["c.crypto(1, 2, 3);", "c.crypto(c.base, 1, 2, 3);"],
    ["if (!this.job.board.crypto(1)) f();", "if (!this.job.board.crypto(this.job.board.base, 1)) f();"],
    ["const call = c.crypto; call(1); other(call(2));", "const call = c.crypto; call(c.base, 1); other(call(c.base, 2));"],
    [
      "function f(a) { const x = a.crypto; x(1); } function g(b) { const x = b.crypto; x(2); } x(3);",
      "function f(a) { const x = a.crypto; x(a.base, 1); } function g(b) { const x = b.crypto; x(b.base, 2); } x(3);",
    ],
  ])("%s becomes %s", (code, called) => {
    expect(withWorkspaceAddress(code)).toBe(called);
  });

  test.each(["crypto(1);", "c.crypto;", "c.cryptic(1);", "o = { crypto: c.crypto };"])("%s stays as it is", (code) => {
    expect(withWorkspaceAddress(code)).toBe(code);
  });

  test.each(["f().crypto(1);", "a[i++].crypto(1);"])("%s fails the build", (code) => {
    expect(() => withWorkspaceAddress(code)).toThrow("crypto of");
  });
});
