/**
 * Each kernel's known answer. The inputs come from hashes of a fixed text, and of what comes out the CRC-32 is known; the portable twins give the
 * same, which a test holds. Only Op.hardwareRandom has no known answer.
 */
import { Label, Op, Suite } from "../../src/crypto/crypto";
import { At } from "../../src/crypto/workspace";
import { JsonState } from "../../src/status/json-state";
import type { CryptoCall } from "../../src/transport";

const enum ProofAt {
  data = At.record,
  dataBytes = 512,
  text = 200,
  textFirst = 61,
  header = At.record,
  plain = At.record + 5,
  plainBytes = 100,
  plainFirst = 23,
  tag = At.record + 105,
  sealedBytes = 116,
  modulus = At.record,
  modulusLast = At.record + 255,
  rsaBytes = 256,
  rsaSignature = At.record + 256,
  signature = At.record,
  jsonBytes = 7,
  jsonConsumed = 6,
}

/** The CRC-32 of what each kernel gives, as a signed integer. */
export const enum Known {
  sha256 = 1524937249,
  sha1 = -1746627056,
  hmac = -1887304746,
  label = 1469447957,
  mgf1 = 543761984,
  aes = 720809743,
  chacha = 10325303,
  x25519Public = 1481585031,
  x25519 = 1256909952,
  p256Public = -1704782087,
  p256 = 411092854,
  ecdsa = 1308313310,
  rsa = 690711015,
  json = 1065317086,
}

export interface KernelProof {
  ram: Uint8Array;
  crypto: CryptoCall;
  /** As Board's. */
  base?: number;
  crc(bytes: Uint8Array): number;
  step: number;
  isRight: boolean;
  done(isRight: boolean): void;
}

/**
 * Proves all kernels, one or few a turn. `done` comes once. Overwrites the workspace. @param crc E.CRC32
 */
export function proveKernels(ram: Uint8Array, crypto: CryptoCall, crc: KernelProof["crc"], done: KernelProof["done"], base?: number): void {
  ram.fill(0);
  runProofStep({ ram, crypto, base, crc, done, step: 0, isRight: true });
}

function runProofStep(p: KernelProof): void {
  const step = p.step++;
  if (step === 0) proveHashes(p);
  else if (step === 1) proveRecords(p, Suite.TLS_AES_128_GCM_SHA256, Known.aes);
  else if (step === 2) proveRecords(p, Suite.TLS_CHACHA20_POLY1305_SHA256, Known.chacha);
  else if (step === 3) proveJsonScan(p);
  else if (step === 4) proveRsa(p);
  else if (step < 12) proveCurve(p, step);
  else {
    p.done(p.isRight);
    return;
  }
  if (p.isRight) setTimeout(runProofStep, 0, p as never);
  else p.done(false);
}

/** The kernel must have returned `wanted` and left bytes with this CRC-32 at `at`. */
function holdProof(p: KernelProof, result: number, wanted: number, at: number, length: number, crc: number): void {
  if (result !== wanted || (p.crc(p.ram.subarray(at, at + length)) | 0) !== crc) p.isRight = false;
}

/** Leaves digests at `digest` and `mainSecret`, and 512 more or less random bytes at `data`. */
function proveHashes(p: KernelProof): void {
  const crypto = p.crypto;
  p.ram.fill(7, ProofAt.data, ProofAt.data + ProofAt.text);
  crypto(Op.sha256Init + At.transcript);
  crypto(Op.sha256Update + At.transcript, ProofAt.data, ProofAt.textFirst);
  crypto(Op.sha256Update + At.transcript, ProofAt.data + ProofAt.textFirst, ProofAt.text - ProofAt.textFirst);
  holdProof(p, crypto(Op.sha256Final + At.transcript, At.digest), 0, At.digest, 32, Known.sha256);
  holdProof(p, crypto(Op.sha256 + ProofAt.data, ProofAt.text, At.temp), 0, At.temp, 32, Known.sha256);
  if (!crypto(Op.equal + At.digest, At.temp, 32) || crypto(Op.equal + At.digest, At.temp + 1, 31)) p.isRight = false;
  crypto(Op.sha1Init + At.sha1);
  crypto(Op.sha1Update + At.sha1, ProofAt.data, ProofAt.text);
  holdProof(p, crypto(Op.sha1Final + At.sha1, At.temp), 0, At.temp, 20, Known.sha1);
  holdProof(p, crypto(Op.hmac + At.digest, At.temp, At.mainSecret), 0, At.mainSecret, 32, Known.hmac);
  holdProof(p, crypto(Op.expandLabel + At.mainSecret, Label.derived + At.digest, At.serverSecret), 0, At.serverSecret, 32, Known.label);
  holdProof(p, crypto(Op.mgf1Xor + At.digest, ProofAt.data, ProofAt.dataBytes), 0, ProofAt.data, ProofAt.dataBytes, Known.mgf1);
}

/** Seals a record and opens it in two pieces; then a changed one, whose tag is wrong. */
function proveRecords(p: KernelProof, suite: Suite, sealed: number): void {
  const crypto = p.crypto;
  const plain = p.crc(p.ram.subarray(ProofAt.plain, ProofAt.tag)) | 0;
  crypto(Op.aeadInit + At.writeState, suite, At.digest);
  crypto(Op.aeadInit + At.readState, suite, At.digest);
  crypto(Op.seal + At.writeState, ProofAt.plain, ProofAt.plainBytes);
  holdProof(p, 0, 0, ProofAt.plain, ProofAt.sealedBytes, sealed);
  crypto(Op.openStart + At.readState, ProofAt.header);
  crypto(Op.openUpdate + At.readState, ProofAt.plain, ProofAt.plainFirst);
  crypto(Op.openUpdate + At.readState, ProofAt.plain + ProofAt.plainFirst, ProofAt.plainBytes - ProofAt.plainFirst);
  holdProof(p, crypto(Op.openFinish + At.readState, ProofAt.tag), 1, ProofAt.plain, ProofAt.plainBytes, plain);
  crypto(Op.seal + At.writeState, ProofAt.plain, ProofAt.plainBytes);
  p.ram[ProofAt.plain] ^= 1;
  crypto(Op.openStart + At.readState, ProofAt.header);
  crypto(Op.openUpdate + At.readState, ProofAt.plain, ProofAt.plainBytes);
  if (crypto(Op.openFinish + At.readState, ProofAt.tag)) p.isRight = false;
}

/** `{"a":1,` with the key a looked for: stops after the number. */
function proveJsonScan(p: KernelProof): void {
  const ram = p.ram;
  ram.fill(0, At.json, At.json + JsonState.size);
  ram.set([123, 34, 97, 34, 58, 49, 44], ProofAt.data);
  ram.set([1, 1, 97, 0], At.jsonKeys);
  ram[At.json + JsonState.keys] = At.jsonKeys;
  holdProof(p, p.crypto(Op.jsonScan + At.json, ProofAt.data, ProofAt.jsonBytes), ProofAt.jsonConsumed, At.json, JsonState.size, Known.json);
}

/** Any odd number will do for a modulus. */
function proveRsa(p: KernelProof): void {
  p.ram[ProofAt.modulus] = 0xff;
  p.ram[ProofAt.modulusLast] |= 1;
  p.ram[ProofAt.rsaSignature] = 0;
  if (!p.crypto(Op.rsaStart + ProofAt.modulus, ProofAt.rsaBytes, ProofAt.rsaSignature)) p.isRight = false;
  while (p.crypto(Op.rsaStep + ProofAt.rsaSignature));
  holdProof(p, 0, 0, ProofAt.rsaSignature, ProofAt.rsaBytes, Known.rsa);
}

function proveCurve(p: KernelProof, step: number): void {
  const crypto = p.crypto;
  if (step === 5) holdProof(p, crypto(Op.x25519Public + At.digest, At.publicKey), 0, At.publicKey, 32, Known.x25519Public);
  else if (step === 6) holdProof(p, crypto(Op.x25519 + At.mainSecret, At.publicKey, At.temp), 1, At.temp, 32, Known.x25519);
  else if (step === 7) holdProof(p, crypto(Op.p256Public + At.digest, At.publicKey), 1, At.publicKey, 65, Known.p256Public);
  else if (step === 8) holdProof(p, crypto(Op.p256 + At.mainSecret, At.publicKey, At.temp), 1, At.temp, 32, Known.p256);
  else if (step === 9)
    holdProof(p, crypto(Op.ecdsaSign + At.digest, At.serverSecret, ProofAt.signature), 1, ProofAt.signature, 64, Known.ecdsa);
  else if (crypto(Op.ecdsaVerify + At.publicKey, At.serverSecret, ProofAt.signature) !== 11 - step) p.isRight = false;
  else p.ram[ProofAt.signature] ^= 1;
}
