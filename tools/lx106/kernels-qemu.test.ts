import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Label, Op, Suite } from "../../src/crypto/crypto";
import { At } from "../../src/crypto/workspace";
import { blobOf, GENERATED_FILE } from "../kernels/generate";
import { kernelCrypto } from "./kernel-crypto";
import { FLASH, STACK_TOP } from "./lx106";
import { buildElf, exit, instructionsOfTicks, MAIN, missingTools, runQemu, writeOut } from "./qemu.testing";
import { seeded } from "./seeded.testing";

type Call = [op: number, b: number, c: number];

const random = seeded(8446);
const below = (n: number): number => Math.floor(random() * n);

const [DATA, KEY, PUBLIC, HASH, SIGNATURE, OUT] = [At.record, At.privateKey, At.message, At.temp, At.message + 68, At.message + 136];
const HEADER_BYTES = 5;
const MAX_CONTENT = 500;
const RSA_BYTES = 256;
const RSA_STEPS = 20;
/** The kernels' own book-keeping, zero at boot. */
const KERNEL_BYTES = 16;
/** The result and the ticks, in the two words before the workspace. */
const RESULT_BYTES = 8;

const at = (): number => DATA + below(32);
const update = (op: number): Call[] => Array.from({ length: 4 }, () => [op, at(), below(MAX_CONTENT)]);

function recordCalls(suite: Suite): Call[] {
  const calls: Call[] = [
    [Op.aeadInit + At.readState, suite, At.serverSecret],
    [Op.aeadInit + At.writeState, suite, At.clientSecret],
  ];
  for (let record = 0; record < 3; record++) {
    calls.push([Op.openStart + At.readState, DATA, 0], ...update(Op.openUpdate + At.readState), [Op.openFinish + At.readState, at(), 0]);
    calls.push([Op.seal + At.writeState, at() + HEADER_BYTES, below(MAX_CONTENT)]);
  }
  return calls;
}

/** Every operation but the JSON scanner's and the random register's, with places and lengths at random. */
function allCalls(): Call[] {
  const labels = [Label.derived, Label.clientHandshakeTraffic, Label.serverApplicationTraffic, Label.finished, Label.trafficUpdate];
  return [
    [Op.rsaStart + DATA, RSA_BYTES, At.message],
    ...Array.from({ length: RSA_STEPS }, (): Call => [Op.rsaStep + OUT, 0, 0]),
    [Op.sha256Init + At.transcript, 0, 0],
    ...update(Op.sha256Update + At.transcript),
    [Op.sha256Final + At.transcript, OUT, 0],
    [Op.sha256 + at(), below(MAX_CONTENT), OUT],
    [Op.sha1Init + At.sha1, 0, 0],
    ...update(Op.sha1Update + At.sha1),
    [Op.sha1Final + At.sha1, OUT, 0],
    [Op.hmac + At.mainSecret, At.digest, OUT],
    ...labels.map((label): Call => [Op.expandLabel + At.mainSecret, label + At.digest, OUT]),
    ...recordCalls(Suite.TLS_CHACHA20_POLY1305_SHA256),
    ...recordCalls(Suite.TLS_AES_128_GCM_SHA256),
    [Op.equal + DATA, DATA + 1, 32],
    [Op.mgf1Xor + At.digest, at(), below(MAX_CONTENT)],
    [Op.x25519Public + KEY, PUBLIC, 0],
    [Op.x25519 + HASH, PUBLIC, OUT],
    [Op.p256Public + KEY, PUBLIC, 0],
    [Op.ecdsaSign + KEY, HASH, SIGNATURE],
    [Op.ecdsaVerify + PUBLIC, HASH, SIGNATURE],
    [Op.ecdsaVerify + PUBLIC, At.digest, SIGNATURE],
    [Op.p256 + KEY, PUBLIC, OUT],
  ];
}

/** Operations that must have succeeded, so that their work was compared and not an early end. */
const SUCCEEDS = [Op.rsaStart + DATA, Op.x25519 + HASH, Op.p256Public + KEY, Op.ecdsaSign + KEY, Op.ecdsaVerify + PUBLIC, Op.p256 + KEY];

/** A workspace without meaning, but with an odd modulus above what stands for the signature. */
function workspace(): Uint8Array {
  const ram = Uint8Array.from({ length: At.end }, () => below(256));
  ram.fill(0, At.kernel, At.kernel + KERNEL_BYTES);
  ram[DATA] |= 0x80;
  ram[DATA + RSA_BYTES - 1] |= 1;
  ram[At.message] &= 0x7f;
  return ram;
}

/** Assembler text: makes the calls, and after each writes its result, its ticks and the workspace. */
function driver(ramAddress: number, ram: Uint8Array, calls: Call[]): string {
  const words = (list: Iterable<number>): string => ` .word ${[...list].map((word) => word >>> 0).join(", ")}\n`;
  return ` .section .entry, "ax"
 .incbin "blob.bin"
 .align 4
calls: ${calls.map((call) => words(call)).join("")}calls_end:
ram: ${words(new Uint32Array(ram.buffer, ram.byteOffset, ram.length / 4))}
ram_end:
 .text
 .align 4
 .literal_position
 .global _start
_start: movi a1, ${STACK_TOP}
 movi a2, ram
 movi a3, ram_end
 movi a4, ${ramAddress}
1: l32i a5, a2, 0
 s32i a5, a4, 0
 addi a2, a2, 4
 addi a4, a4, 4
 bne a2, a3, 1b
 movi a12, calls
2: movi a2, ${ramAddress}
 l32i a3, a12, 0
 l32i a4, a12, 4
 l32i a5, a12, 8
 movi a0, ${FLASH}
 rsr a14, ccount
 callx0 a0
 rsr a4, ccount
 sub a4, a4, a14
 movi a5, ${ramAddress - RESULT_BYTES}
 s32i a2, a5, 0
 s32i a4, a5, 4
${writeOut(ramAddress - RESULT_BYTES, RESULT_BYTES + At.end)} addi a12, a12, 12
 movi a13, calls_end
 bne a12, a13, 2b
${exit}`;
}

const missing = [missingTools, existsSync(GENERATED_FILE) ? "" : "the built kernels"].filter(Boolean).join(" and ");

describe.skipIf(missing !== "")(`the kernels on the emulator and on qemu${missing && ` (missing: ${missing})`}`, () => {
  test("each operation leaves the same workspace and result and takes the same number of instructions", () => {
    const blob = blobOf(readFileSync(GENERATED_FILE, "utf8"));
    const { cpu, ram, crypto } = kernelCrypto(blob, { address: FLASH });
    const start = workspace();
    ram.set(start);
    const calls = allCalls();
    const output = runQemu(buildElf({ [MAIN]: driver(cpu.place(ram), start, calls) }, [], { "blob.bin": blob }));
    const length = RESULT_BYTES + At.end;
    expect(output.length).toBe(calls.length * length);
    const succeeded = new Set<number>();
    calls.forEach(([op, b, c], index) => {
      const name = `call ${index}: 0x${op.toString(16)}`;
      const there = output.subarray(index * length, (index + 1) * length);
      cpu.instructions = 0;
      const result = crypto(op, b, c);
      if (result === 1) succeeded.add(op);
      expect(result, name).toBe(there.readInt32LE(0));
      expect(Buffer.compare(ram, there.subarray(RESULT_BYTES)), name).toBe(0);
      const ofTheCall = 2;
      expect(Math.abs(instructionsOfTicks(there.readUInt32LE(4)) - ofTheCall - cpu.instructions), name).toBeLessThanOrEqual(1);
    });
    for (const op of SUCCEEDS) expect(succeeded, `0x${op.toString(16)}`).toContain(op);
  });
});
