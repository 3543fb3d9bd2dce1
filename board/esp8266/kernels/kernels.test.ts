import { conformance, wycheproof } from "../../../src/crypto/conformance.testing";
import { kernelCrypto } from "../../../tools/lx106/kernel-crypto";
import { kernelsUnderTest, trackedBlob } from "./kernels.testing";

const { ram, crypto } = kernelCrypto(trackedBlob, { stackLimit: 512 });
const underTest = () => {
  ram.fill(0);
  return kernelsUnderTest(ram, crypto);
};

conformance("kernels", underTest, {
  hash: 2000,
  hmac: 1000,
  aead: 1000,
  x25519: 100,
  p256: 100,
  signature: 100,
  rsa: 100,
  equal: 1000,
  x25519Iterations: 1,
  millionA: 1_000_000,
});
wycheproof("kernels", underTest);
