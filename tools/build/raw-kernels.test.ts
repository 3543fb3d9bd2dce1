import { Script } from "node:vm";
import { expect, test } from "vitest";
import { withRawKernels } from "./raw-kernels";

test("each piece is read back as the bytes that it was", () => {
  const bytes = Buffer.from(Array.from({ length: 2048 }, (_, i) => (i < 1024 ? i : (i * 7919) >> 3) & 255));
  bytes.write('\0\x007\0a\\x00\\\0"\r\n', 600, "latin1");
  const { code, kernelBytes } = withRawKernels(`switch (0) { case 0:return"${bytes.toString("base64")}" }`);
  expect(new Script(`(function () { ${code} })()`).runInNewContext()).toBe(bytes.toString("latin1"));
  expect(kernelBytes).toBeLessThan(bytes.length * 1.1);
  expect(code).not.toMatch(/[\n\r]/);
  expect(code.includes("\0")).toBe(false);
});

test("short texts stay", () => {
  expect(withRawKernels('x="c2hvcnQ="').code).toBe('x="c2hvcnQ="');
});
