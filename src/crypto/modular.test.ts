import { expect, test } from "vitest";
import { multiplyModulo } from "./modular";
import { SeededRandom } from "./random.testing";

const limbs = 11;

function put(v: Int32Array, at: number, value: bigint): void {
  for (let i = 0; i < limbs; i++) v[at + i] = Number((value >> BigInt(24 * i)) & 0xffffffn);
}

function take(v: Int32Array, at: number): bigint {
  let value = 0n;
  for (let i = limbs - 1; i >= 0; i--) value = (value << 24n) | BigInt(v[at + i]!);
  return value;
}

function number(random: SeededRandom, bytes: number): bigint {
  return BigInt(`0x${random.bytes(bytes).toString("hex")}`) | 1n | (1n << BigInt(8 * bytes - 1));
}

test("products that are multiples of the modulus, or next to one, and any others", () => {
  const random = new SeededRandom("modular");
  const v = new Int32Array(4 * limbs);
  for (let i = 0; i < 3000; i++) {
    const p = number(random, 16);
    const q = number(random, 16);
    const n = p * q;
    const x = i % 3 === 0 ? number(random, 33) : p * number(random, 15);
    const y = q * number(random, 15) + BigInt(i & 1);
    put(v, 0, x);
    put(v, limbs, y);
    put(v, 2 * limbs, n);
    multiplyModulo(v, 3 * limbs, 0, limbs, 2 * limbs, limbs);
    expect(take(v, 3 * limbs)).toBe((x * y) % n);
  }
});
