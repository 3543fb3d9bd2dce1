import { describe, expect, test } from "vitest";
import { type Figures, flatten, regressions } from "./figures";
import { costTable, speedTable } from "./table";

const COST = { kernel_instructions: 20_000_000, native_calls: 100, statements: 1500, total: 51_400_000 };
const FIGURES: Figures = {
  sha256_block: 3_400,
  chacha20_block: 1_900,
  chacha20poly1305_1k: 75_001,
  aes128gcm_1k: 150_000,
  x25519: 5_000_000,
  p256_mul: 9_000_000,
  ecdsa_p256_verify: 13_000_000,
  ecdsa_p256_sign: 9_000_000,
  rsa2048_verify: 9_000_000,
  handshake: COST,
  handshake_client_auth: { kernel_instructions: 17_000_000, native_calls: 110, statements: 2_900, total: 76_540_000 },
  response_8k: COST,
  blob_bytes: 30_000,
  bundle_bytes: 60_000,
};

describe("a regression", () => {
  test("is a figure more than 3 % above the last one", () => {
    expect(regressions(FIGURES, { ...FIGURES, sha256_block: 3_502 })).toEqual([]);
    expect(regressions(FIGURES, { ...FIGURES, sha256_block: 3_503 })).toEqual(["sha256_block grew by 3.0 %: 3,400 to 3,503"]);
    expect(regressions(FIGURES, { ...FIGURES, sha256_block: 1 })).toEqual([]);
  });

  test("is found in each part of a handshake, and in sizes", () => {
    const now = { ...FIGURES, handshake: { ...COST, statements: 1600 }, bundle_bytes: 65_000 };
    expect(regressions(FIGURES, now)).toEqual([
      "handshake.statements grew by 6.7 %: 1,500 to 1,600",
      "bundle_bytes grew by 8.3 %: 60,000 to 65,000",
    ]);
  });

  test("covers all figures", () => {
    expect(flatten(FIGURES).size).toBe(23);
  });
});

describe("the tables", () => {
  test("have a line for each of the limits, and mark what is over", () => {
    const lines = speedTable(FIGURES);
    expect(lines).toHaveLength(11);
    expect(lines.filter((line) => line.endsWith("over the limit"))).toEqual([expect.stringContaining("ChaCha20-Poly1305, 1 KB")]);
    expect(lines[10]).toBe("whole client handshake        54,100,000  54,000,000  51,400,000        95 %");
  });

  test("are at most 80 columns wide where all limits are kept", () => {
    for (const line of [...speedTable({ ...FIGURES, chacha20poly1305_1k: 75_000 }), ...costTable([{ name: "handshake", cost: COST }])])
      expect(line.length).toBeLessThanOrEqual(80);
  });
});
