import { createECDH } from "node:crypto";
import { describe, expect, it } from "vitest";
import { conformance, wycheproof } from "../../src/crypto/conformance.testing";
import { Op } from "../../src/crypto/crypto";
import { portableUnderTest } from "../../src/crypto/portable.testing";
import { At } from "../../src/crypto/workspace";
import { fastCrypto } from "./fast-crypto";

const seeded = (): (() => number) => {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state ^ (state >>> 15);
  };
};

function underTest() {
  const portable = portableUnderTest();
  const { ram } = portable;
  return { ram, crypto: fastCrypto(ram, seeded()), aead: portable.aead };
}

conformance("fast crypto", underTest, {
  hash: 50,
  hmac: 50,
  aead: 20,
  x25519: 100,
  p256: 100,
  signature: 100,
  rsa: 1,
  equal: 50,
  x25519Iterations: 1000,
  millionA: 1000,
});
wycheproof("fast crypto", underTest);

describe("the fast crypto", () => {
  it("refuses ECDSA where one bit of anything is another", () => {
    const { ram, crypto } = underTest();
    const keys = createECDH("prime256v1");
    keys.generateKeys();
    ram.set(keys.getPrivateKey(), At.privateKey + 32 - keys.getPrivateKey().length);
    ram.set(keys.getPublicKey(), At.publicKey);
    ram.fill(0x5a, At.digest, At.digest + 32);
    expect(crypto(Op.ecdsaSign + At.privateKey, At.digest, At.record)).toBe(1);
    const verify = (): number => crypto(Op.ecdsaVerify + At.publicKey, At.digest, At.record);
    expect(verify()).toBe(1);
    for (const at of [At.publicKey, At.publicKey + 64, At.digest + 7, At.record, At.record + 63]) {
      ram[at]! ^= 1;
      expect([at, verify()]).toEqual([at, 0]);
      ram[at]! ^= 1;
    }
  });

  it("gives random bytes from the register, none from one that is stuck", () => {
    const { ram, crypto } = underTest();
    expect(crypto(Op.hardwareRandom + At.record, 40)).toBe(1);
    const first = Buffer.from(ram.subarray(At.record, At.record + 40));
    crypto(Op.hardwareRandom + At.record, 40);
    expect(first.equals(ram.subarray(At.record, At.record + 40))).toBe(false);
    expect(ram[At.record + 40]).toBe(0);
    const next = seeded();
    for (const register of [() => 0x5a5a5a5a, () => next() | 4, () => next() & ~4])
      expect(fastCrypto(ram, register)(Op.hardwareRandom + At.record, 32)).toBe(0);
  });
});
