/** The lines of ANCHORS' speed table: each kernel called through the blob's entry, on the emulator. */
import { createHash } from "node:crypto";
import { Op, Suite } from "../../src/crypto/crypto";
import { At } from "../../src/crypto/workspace";
import { type KernelCrypto, kernelCrypto } from "../lx106/kernel-crypto";
import { Lx106Trap } from "../lx106/lx106";

/** Instructions, by the names of `npm run bench -- --json`. */
export interface KernelFigures {
  sha256_block: number;
  chacha20_block: number;
  chacha20poly1305_1k: number;
  aes128gcm_1k: number;
  x25519: number;
  p256_mul: number;
  ecdsa_p256_verify: number;
  ecdsa_p256_sign: number;
  rsa2048_verify: number;
}

const KILOBYTE = 1024;
const SHA256_BLOCK = 64;
const RSA_2048_BYTES = 256;
const RSA_EXPONENT = 65537;
const SECRET_BYTES = 32;
const HEADER_BYTES = 5;
/** Places in the part of the workspace that no state occupies. */
const [PRIVATE, PUBLIC, HASH, SIGNATURE, OUT] = [At.privateKey, At.record, At.temp, At.record + 128, At.record + 256];
/** A record's content, after its header as in the firmware, and so at no multiple of 4. */
const CONTENT = At.record + HEADER_BYTES;
const CHACHA20_BLOCK = 64;
/** More than any call takes. */
const MAX_INSTRUCTIONS = 100_000_000;

/** RFC 8439 section 2.3.2: the state as it goes in, and the block. */
const CHACHA20_INPUT =
  "657870616e642033322d62797465206b000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f01000000000000090000004a00000000";
const CHACHA20_OUTPUT =
  "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e";
/** RFC 6979 appendix A.2.5: the key, SHA-256 of "sample", the signature. */
const P256_PRIVATE = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
const P256_PUBLIC =
  "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const SIGNATURE_OF_SAMPLE =
  "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

/** Bytes without meaning, the same each time. */
function filler(name: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += SHA256_BLOCK / 2) {
    bytes.set(
      createHash("sha256")
        .update(`${name}${at}`)
        .digest()
        .subarray(0, Math.min(SHA256_BLOCK / 2, length - at)),
      at,
    );
  }
  return bytes;
}

class KernelBench {
  private readonly kernels: KernelCrypto;

  constructor(private readonly blob: Uint8Array) {
    this.kernels = kernelCrypto(blob, { instructionLimit: MAX_INSTRUCTIONS });
  }

  measure(): KernelFigures {
    const chacha20poly1305 = this.record(Suite.TLS_CHACHA20_POLY1305_SHA256);
    return {
      sha256_block: this.sha256(),
      chacha20_block: chacha20Block(this.blob, this.kernels.cpu.functions),
      chacha20poly1305_1k: chacha20poly1305,
      aes128gcm_1k: this.record(Suite.TLS_AES_128_GCM_SHA256),
      x25519: this.x25519(),
      p256_mul: this.p256(),
      ecdsa_p256_verify: this.ecdsaVerify(),
      ecdsa_p256_sign: this.ecdsaSign(),
      rsa2048_verify: this.rsa2048(),
    };
  }

  /** Instructions of one call. Throws if it does not give `expected`. */
  private count(expected: number, op: number, b = 0, c = 0): number {
    const { cpu, crypto } = this.kernels;
    const before = cpu.instructions;
    const result = crypto(op, b, c);
    if (result !== expected) throw new Error(`operation 0x${op.toString(16)} gave ${result}`);
    return cpu.instructions - before;
  }

  private put(at: number, bytes: string | Uint8Array): void {
    this.kernels.ram.set(typeof bytes === "string" ? Buffer.from(bytes, "hex") : bytes, at);
  }

  private sha256(): number {
    this.put(CONTENT, filler("block", SHA256_BLOCK));
    this.count(0, Op.sha256Init + At.hash);
    return this.count(0, Op.sha256Update + At.hash, CONTENT, SHA256_BLOCK);
  }

  /** Sealing or opening, whichever takes longer; additional data and tag included, the key's derivation not. */
  private record(suite: Suite): number {
    this.put(At.clientSecret, filler("secret", SECRET_BYTES));
    this.put(At.record, Uint8Array.of(23, 3, 3, 4, 16));
    for (const state of [At.readState, At.writeState]) this.count(0, Op.aeadInit + state, suite, At.clientSecret);
    const content = filler("content", KILOBYTE);
    this.put(CONTENT, content);
    const seal = this.count(0, Op.seal + At.writeState, CONTENT, KILOBYTE);
    const open =
      this.count(0, Op.openStart + At.readState, At.record) +
      this.count(0, Op.openUpdate + At.readState, CONTENT, KILOBYTE) +
      this.count(1, Op.openFinish + At.readState, CONTENT + KILOBYTE);
    if (Buffer.compare(this.kernels.ram.subarray(CONTENT, CONTENT + KILOBYTE), content) !== 0) throw new Error("the record opened wrong");
    return Math.max(seal, open);
  }

  private x25519(): number {
    this.put(PRIVATE, filler("x25519", SECRET_BYTES));
    this.put(PUBLIC, filler("peer", SECRET_BYTES));
    return this.count(1, Op.x25519 + PRIVATE, PUBLIC, OUT);
  }

  /** Of any point; of the generator it is not slower. */
  private p256(): number {
    this.put(PRIVATE, P256_PRIVATE);
    this.put(PUBLIC, P256_PUBLIC);
    return Math.max(this.count(1, Op.p256 + PRIVATE, PUBLIC, OUT), this.count(1, Op.p256Public + PRIVATE, OUT));
  }

  private ecdsaVerify(): number {
    this.put(PUBLIC, P256_PUBLIC);
    this.put(HASH, createHash("sha256").update("sample").digest());
    this.put(SIGNATURE, SIGNATURE_OF_SAMPLE);
    return this.count(1, Op.ecdsaVerify + PUBLIC, HASH, SIGNATURE);
  }

  private ecdsaSign(): number {
    this.put(PRIVATE, P256_PRIVATE);
    this.put(HASH, createHash("sha256").update("sample").digest());
    const instructions = this.count(1, Op.ecdsaSign + PRIVATE, HASH, OUT);
    const signature = Buffer.from(this.kernels.ram.subarray(OUT, OUT + SIGNATURE_OF_SAMPLE.length / 2)).toString("hex");
    if (signature !== SIGNATURE_OF_SAMPLE) throw new Error("the signature is wrong");
    return instructions;
  }

  /** All steps, of a number that need not be a product of two primes: the work is the same. */
  private rsa2048(): number {
    const modulus = filler("modulus", RSA_2048_BYTES);
    modulus[0] |= 0x80;
    modulus[RSA_2048_BYTES - 1] |= 1;
    const signature = filler("signature", RSA_2048_BYTES);
    signature[0] &= 0x7f;
    this.put(At.record, modulus);
    this.put(At.message, signature);
    let instructions = this.count(1, Op.rsaStart + At.record, RSA_2048_BYTES, At.message);
    const { cpu, crypto } = this.kernels;
    const before = cpu.instructions;
    while (crypto(Op.rsaStep + At.message) === 1);
    instructions += cpu.instructions - before;
    const expected = power(toBigInt(signature), RSA_EXPONENT, toBigInt(modulus));
    if (toBigInt(this.kernels.ram.subarray(At.message, At.message + RSA_2048_BYTES)) !== expected) throw new Error("the power is wrong");
    return instructions;
  }
}

/**
 * The ChaCha20 block function has no operation of its own: it is the one that gives RFC 8439's block. What the others do with arguments that
 * are not theirs happens on a processor that is used for nothing else.
 */
function chacha20Block(blob: Uint8Array, functions: number[]): number {
  const { cpu, ram } = kernelCrypto(blob, { instructionLimit: MAX_INSTRUCTIONS });
  const input = cpu.place(ram) + At.scratch;
  for (const address of functions) {
    ram.set(Buffer.from(CHACHA20_INPUT, "hex"), At.scratch);
    cpu.instructions = 0;
    try {
      cpu.call(address, [input, input + CHACHA20_BLOCK]);
    } catch (error) {
      if (!(error instanceof Lx106Trap)) throw error;
    }
    const output = Buffer.from(ram.subarray(At.scratch + CHACHA20_BLOCK, At.scratch + 2 * CHACHA20_BLOCK));
    if (output.toString("hex") === CHACHA20_OUTPUT) return cpu.instructions;
  }
  throw new Error("no function of the kernels is the ChaCha20 block function");
}

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

function power(base: bigint, exponent: number, modulus: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0; rest >>= 1) {
    if (rest & 1) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Measures all lines. Throws if a kernel is wrong. */
export function measureKernels(blob: Uint8Array): KernelFigures {
  return new KernelBench(blob).measure();
}
