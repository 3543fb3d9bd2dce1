/**
 * The bulk of the kernels' random cases, on qemu, against Node's crypto. KERNEL_BULK=100 runs a hundred times as many.
 */
import { afterAll, describe, test } from "vitest";
import { kernelsUnderTest, trackedBlob } from "../../../board/esp8266/kernels/kernels.testing";
import { conformance, wycheproof } from "../../../src/crypto/conformance.testing";
import { hasQemu, type QemuKernels, startQemu } from "./qemu";

const bulk = Number(process.env.KERNEL_BULK ?? "1");
let qemu: QemuKernels | undefined;

const underTest = () => {
  qemu ??= startQemu(trackedBlob);
  qemu.ram.fill(0);
  return kernelsUnderTest(qemu.ram, qemu.crypto);
};

afterAll(() => qemu?.stop());

if (hasQemu()) {
  conformance("kernels on qemu", underTest, {
    hash: 1000 * bulk,
    hmac: 1000 * bulk,
    aead: 1000 * bulk,
    x25519: 100 * bulk,
    p256: 100 * bulk,
    signature: 100 * bulk,
    rsa: 10 * bulk,
    equal: 1000 * bulk,
    x25519Iterations: 1,
    millionA: 1_000_000,
  });
  wycheproof("kernels on qemu", underTest);
} else describe("kernels on qemu", () => test.skip("qemu-system-xtensa or gcc-xtensa-lx106 is missing", () => {}));
