import { createECDH } from "node:crypto";
import { describe, expect, it } from "vitest";
import { conformance, wycheproof } from "../../../src/crypto/conformance.testing";
import { Op, Suite } from "../../../src/crypto/crypto";
import { SeededRandom } from "../../../src/crypto/random.testing";
import { At } from "../../../src/crypto/workspace";
import { scanJson } from "../../../src/status/json-scan";
import { JsonEvent, JsonState } from "../../../src/status/json-state";
import { kernelCrypto } from "../../../tools/lx106/kernel-crypto";
import { DATA_RAM, STACK_TOP } from "../../../tools/lx106/lx106";
import { kernelsUnderTest, trackedBlob } from "./kernels.testing";

const { ram, crypto, cpu } = kernelCrypto(trackedBlob, { stackLimit: 512 });
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

describe("the JSON scanner", () => {
  const pieces = [
    ...[
      '{"a":',
      '"b":',
      "[",
      "]",
      "{",
      "}",
      ",",
      ":",
      " \n",
      '"',
      '"x"',
      '"\\u00e9\\ud83d\\ude00"',
      "true",
      "false",
      "null",
      "-0.5e+3",
      "12",
      "0",
      "tru",
      "1.",
      '"\\q"',
    ],
    ...[
      '"state":"success"',
      '"a":{"b":[1,2,{"c":"d"}]}',
      '{"b":"' + "y".repeat(90) + '"}',
      "\t\r",
      '"\\ud800"',
      '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
      "[[[[[[[[",
      "]]]]",
      "é",
    ],
  ];
  const keys = [1, 1, 0x61, 2, 1, 0x62, 1, 5, 0x73, 0x74, 0x61, 0x74, 0x65, 0];

  function text(random: SeededRandom): Buffer {
    let whole = random.below(4) ? '{"a":' : "";
    for (let i = random.below(12); i > 0; i--) whole += pieces[random.below(pieces.length)] + (random.below(2) ? "," : "");
    return Buffer.from(whole);
  }

  it("does as its twin does, byte by byte of its state, on 4000 texts", () => {
    const random = new SeededRandom("json");
    const twin = new Uint8Array(At.end);
    let events = 0;
    for (let i = 0; i < 4000; i++) {
      const bytes = text(random);
      for (const memory of [ram, twin]) {
        memory.fill(0);
        memory.set(keys, At.jsonKeys);
        memory[At.json + JsonState.keys] = At.jsonKeys;
        memory[At.json + JsonState.closes] = 0b110;
      }
      for (let from = 0; from < bytes.length; ) {
        const length = Math.min(bytes.length - from, 1 + random.below(40));
        const at = At.record + random.below(4);
        for (const memory of [ram, twin]) memory.set(bytes.subarray(from, from + length), at);
        const consumed = crypto(Op.jsonScan + At.json, at, length);
        expect(consumed).toBe(scanJson(twin, At.json, at, length));
        expect(Buffer.compare(ram.subarray(0, At.scratch), twin.subarray(0, At.scratch))).toBe(0);
        events += Number(ram[At.json + JsonState.event] !== JsonEvent.none);
        if (ram[At.json + JsonState.event] === JsonEvent.failed) break;
        from += consumed;
      }
    }
    expect(events).toBeGreaterThan(2000);
  });
});

describe("P-256's edges", () => {
  it("multiplies by scalars around 0, n / 2 and n, where additions meet equal points", () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    for (let d = 1n; d <= 32n; d++) {
      for (const scalar of [d, n - d, n / 2n + d, n / 2n - d, d << 4n, d << 128n, d << 247n]) {
        const key = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex");
        const node = createECDH("prime256v1");
        node.setPrivateKey(key);
        ram.set(key, At.privateKey);
        expect(crypto(Op.p256Public + At.privateKey, At.publicKey)).toBe(1);
        expect(Buffer.from(ram.subarray(At.publicKey, At.publicKey + 65)).toString("hex")).toBe(node.getPublicKey("hex"));
      }
    }
  });
});

describe("X25519's base point", () => {
  it("has the multiples that the ladder gives, for scalars of few and of many bits", () => {
    const base = Buffer.alloc(32);
    base[0] = 9;
    const scalars = [Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.alloc(32, 0xaa), Buffer.alloc(32, 0x55)];
    // The comb's rows begin at bits 3, 66, 129 and 192.
    for (const bit of [3, 4, 65, 66, 67, 128, 129, 191, 192, 193, 253]) {
      const one = Buffer.alloc(32);
      one[bit >> 3] = 1 << (bit & 7);
      scalars.push(one, Buffer.from(one.map((byte) => ~byte)));
    }
    for (const scalar of scalars) {
      ram.set(scalar, At.privateKey);
      ram.set(base, At.record);
      expect(crypto(Op.x25519 + At.privateKey, At.record, At.temp)).toBe(1);
      expect(crypto(Op.x25519Public + At.privateKey, At.publicKey)).toBe(0);
      expect(ram.subarray(At.publicKey, At.publicKey + 32)).toEqual(ram.subarray(At.temp, At.temp + 32));
    }
  });
});

describe("private keys", () => {
  it.each([
    ["X25519 public key", Op.x25519Public + At.privateKey, At.record + 100, 0],
    ["X25519", Op.x25519 + At.privateKey, At.record, At.record + 100],
    ["P-256 public key", Op.p256Public + At.privateKey, At.record + 100, 0],
    ["P-256", Op.p256 + At.privateKey, At.record, At.record + 100],
  ])("take the same number of instructions whatever they are: %s", (_name, op, b, c) => {
    const random = new SeededRandom("same time");
    const node = createECDH("prime256v1");
    const counts = new Set<number>();
    for (let i = 0; i < 8; i++) {
      ram.set(i === 0 ? Buffer.alloc(32, 1) : random.bytes(32), At.privateKey);
      ram.set(node.generateKeys(), At.record);
      const before = cpu.instructions;
      crypto(op, b, c);
      counts.add(cpu.instructions - before);
    }
    expect(counts.size).toBe(1);
  });
});

describe("operations with secrets", () => {
  /** What hashes take of the scratch (struct scratch in kernels.h). */
  const hashes = { from: At.scratch + 1280, to: At.scratch + 1448 };
  const all = { from: At.scratch, to: At.arena as number };
  /** The frame of kernel_entry itself, which holds none. */
  const entryFrame = 16;

  it.each([
    ["HMAC", Op.hmac + At.privateKey, At.temp, At.digest, hashes],
    ["HKDF-Expand-Label", Op.expandLabel + At.privateKey, 0x10000 + At.temp, At.digest, hashes],
    ["a record key", Op.aeadInit + At.readState, Suite.TLS_AES_128_GCM_SHA256, At.privateKey, hashes],
    ["random bytes", Op.hardwareRandom + At.privateKey, 32, 0, hashes],
    ["X25519 public key", Op.x25519Public + At.privateKey, At.record + 100, 0, all],
    ["X25519", Op.x25519 + At.privateKey, At.record, At.record + 100, all],
    ["P-256 public key", Op.p256Public + At.privateKey, At.record + 100, 0, all],
    ["P-256", Op.p256 + At.privateKey, At.record, At.record + 100, all],
    ["ECDSA signature", Op.ecdsaSign + At.privateKey, At.digest, At.record + 100, all],
  ])("leave nothing behind in the scratch and on the stack: %s", (_name, op, b, c, { from, to }) => {
    const random = new SeededRandom("left behind");
    cpu.onRandomRegister = () => random.bytes(4).readInt32LE();
    const stack = cpu.ram.subarray(STACK_TOP - 512 - DATA_RAM, STACK_TOP - entryFrame - DATA_RAM);
    ram.set(random.bytes(32), At.privateKey);
    ram.set(createECDH("prime256v1").generateKeys(), At.record);
    ram.fill(0xaa, At.scratch, At.arena);
    ram.fill(0, At.kernel, At.transcript);
    stack.fill(0);
    crypto(op, b, c);
    expect(ram.subarray(from, to).every((byte) => byte === 0)).toBe(true);
    expect(stack.every((byte) => byte === 0)).toBe(true);
  });
});

describe("what the scratch holds", () => {
  it.each([Suite.TLS_AES_128_GCM_SHA256, Suite.TLS_CHACHA20_POLY1305_SHA256])(
    "suite %i: other kernels may come between two pieces of a record",
    (suite) => {
      const random = new SeededRandom("scratch");
      const plain = random.bytes(100);
      const at = At.record + 5;
      ram.set(random.bytes(32), At.temp);
      for (const state of [At.readState, At.writeState]) crypto(Op.aeadInit + state, suite, At.temp);
      for (const length of [0, 1, 15, 16, 17, 33, 64, 65]) {
        ram.set(plain, at);
        crypto(Op.seal + At.writeState, at, plain.length);
        crypto(Op.openStart + At.readState, At.record);
        crypto(Op.openUpdate + At.readState, at, length);
        crypto(Op.x25519Public + At.temp, At.publicKey);
        crypto(Op.openUpdate + At.readState, at + length, plain.length - length);
        crypto(Op.ecdsaVerify + At.record + 200, At.temp, At.record + 300);
        crypto(Op.p256Public + At.temp, At.publicKey);
        expect(crypto(Op.openFinish + At.readState, at + plain.length)).toBe(1);
        expect(Buffer.from(ram.subarray(at, at + plain.length))).toEqual(plain);
      }
    },
  );

  it("keeps the last 512 bytes of the arena through hashes and records", () => {
    const random = new SeededRandom("modulus");
    const kept = random.bytes(512);
    const place = At.arena - kept.length;
    ram.set(kept, place);
    for (const suite of [Suite.TLS_AES_128_GCM_SHA256, Suite.TLS_CHACHA20_POLY1305_SHA256]) {
      crypto(Op.aeadInit + At.writeState, suite, At.temp);
      crypto(Op.seal + At.writeState, At.record + 5, 300);
    }
    crypto(Op.sha256 + At.record, 500, At.digest);
    crypto(Op.sha1Init + At.sha1);
    crypto(Op.sha1Update + At.sha1, At.record, 500);
    crypto(Op.sha1Final + At.sha1, At.temp);
    crypto(Op.expandLabel + At.digest, 0x10000 + At.digest, At.temp);
    crypto(Op.mgf1Xor + At.digest, At.record, 300);
    expect(Buffer.from(ram.subarray(place, At.arena))).toEqual(kept);
  });
});

describe("the hardware's random register", () => {
  const values: Record<string, () => number> = {
    "always the same": () => 0x12345678,
    "a counter": (
      (n) => () =>
        n++
    )(0),
    "one bit stuck": () => Math.floor(Math.random() * 2 ** 32) & ~64,
    "each value eight times": (
      (n) => () =>
        Math.imul(n++ >> 3, 0x9e3779b1)
    )(0),
  };
  it.each(Object.keys(values))("is refused: %s", (name) => {
    cpu.onRandomRegister = values[name];
    expect(crypto(Op.hardwareRandom + At.privateKey, 32)).toBe(0);
  });

  it("gives as many bytes as asked for, which are never the same", () => {
    let reads = 0;
    cpu.onRandomRegister = () => new SeededRandom("register " + reads++).bytes(4).readInt32LE();
    const seen = new Set<string>();
    for (const length of [1, 31, 32, 33, 64]) {
      ram.fill(0, At.record, At.record + 100);
      expect(crypto(Op.hardwareRandom + At.record + 1, length)).toBe(1);
      expect(ram[At.record]).toBe(0);
      expect(ram.subarray(At.record + 1 + length, At.record + 100).every((byte) => byte === 0)).toBe(true);
      seen.add(Buffer.from(ram.subarray(At.record + 1, At.record + 2 + 31)).toString("hex"));
    }
    expect(seen.size).toBe(5);
  });
});
