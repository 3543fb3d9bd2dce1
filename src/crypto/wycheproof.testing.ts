/**
 * Project Wycheproof's vectors, read from ../shared/wycheproof (relative to the project's root): every case of every file, and how many they were.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ByteCrypto, type CryptoUnderTest } from "./byte-crypto.testing";
import { Suite } from "./crypto";
import { At } from "./workspace";

const folder = join(import.meta.dirname, "../../../shared/wycheproof");
const missing = !existsSync(folder);

interface Case {
  tcId: number;
  comment: string;
  result: "valid" | "invalid" | "acceptable";
  [field: string]: unknown;
}

interface Group {
  tests: Case[];
  [field: string]: unknown;
}

const hex = (value: unknown): Buffer => Buffer.from(value as string, "hex");

/** Runs every `stride`th case of a file, and checks how many cases the file has and how many of them `run` did not apply to. */
function file(name: string, cases: number, inapplicable: number, stride: number, run: (one: Case, group: Group) => boolean | null): void {
  test.skipIf(missing)(`${name}: ${cases} cases${missing ? " (../shared/wycheproof is missing)" : ""}`, () => {
    const groups = (JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as { testGroups: Group[] }).testGroups;
    const all = groups.flatMap((group) => group.tests.map((one) => ({ one, group })));
    let skipped = 0;
    expect(all).toHaveLength(cases);
    all.forEach(({ one, group }, index) => {
      if (index % stride !== 0) return;
      const got = run(one, group);
      if (got === null) skipped++;
      else expect(got, `${name} ${one.tcId}: ${one.comment}`).toBe(one.result !== "invalid");
    });
    if (stride === 1) expect(skipped).toBe(inapplicable);
  });
}

/** A DER ECDSA-Sig-Value as r and s of 32 bytes each; null if it is not strictly that. */
function fromDer(der: Buffer): Buffer | null {
  if (der.length < 8 || der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const parts: Buffer[] = [];
  let at = 2;
  while (at < der.length && parts.length < 2) {
    const length = der[at + 1]!;
    const value = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 2 || length === 0 || value.length !== length || value[0]! & 0x80) return null;
    if (length > 1 && value[0] === 0 && !(value[1]! & 0x80)) return null;
    const bare = value[0] === 0 ? value.subarray(1) : value;
    if (bare.length > 32) return null;
    parts.push(Buffer.concat([Buffer.alloc(32 - bare.length), bare]));
    at += 2 + length;
  }
  return parts.length === 2 && at === der.length ? Buffer.concat(parts) : null;
}

/** A private key as Wycheproof has it (an INTEGER's bytes) in 32 bytes. */
function scalar(value: unknown): Buffer {
  const digits = (value as string).padStart(64, "0");
  return hex(digits.slice(-64));
}

function aead(crypto: ByteCrypto, suite: number, keyBytes: number, one: Case, group: Group): boolean | null {
  if (group.keySize !== keyBytes * 8) return null;
  // TLS has no other nonces; the interface cannot even express them.
  if (group.ivSize !== 96) return null;
  crypto.under.aead!.key(At.readState, suite, hex(one.key), hex(one.iv));
  const opened = crypto.openRaw(At.readState, hex(one.aad), Buffer.concat([hex(one.ct), hex(one.tag)]));
  return opened.ok && opened.plain.equals(hex(one.msg));
}

/**
 * @param stride 1 runs all cases; n every nth, for implementations that are slow to run
 */
export function wycheproof(name: string, makeCrypto: () => CryptoUnderTest, stride = 1): void {
  describe(`${name}: Wycheproof`, () => {
    const crypto = new ByteCrypto(makeCrypto());
    if (crypto.under.aead) {
      file("aes_gcm_test", 316, 249, stride, (one, group) => aead(crypto, Suite.TLS_AES_128_GCM_SHA256, 16, one, group));
      file("chacha20_poly1305_test", 325, 9, stride, (one, group) => aead(crypto, Suite.TLS_CHACHA20_POLY1305_SHA256, 32, one, group));
    } else test.skip("AEAD files: no raw AEAD behind this interface", () => {});
    file("hmac_sha256_test", 174, 0, stride, (one) => {
      const tag = hex(one.tag);
      return crypto.hmac(hex(one.key), hex(one.msg)).subarray(0, tag.length).equals(tag);
    });
    file("hkdf_sha256_test", 86, 0, stride, (one) => {
      const size = one.size as number;
      if (size > 255 * 32) return false;
      const secret = crypto.hmac(hex(one.salt), hex(one.ikm));
      const blocks: Buffer[] = [];
      while (blocks.length * 32 < size)
        blocks.push(
          crypto.hmac(secret, Buffer.concat([blocks.at(-1) ?? Buffer.alloc(0), hex(one.info), Buffer.from([blocks.length + 1])])),
        );
      return Buffer.concat(blocks).subarray(0, size).equals(hex(one.okm));
    });
    file("x25519_test", 518, 0, stride, (one) => {
      const shared = crypto.x25519(hex(one.private), hex(one.public));
      // An all-zero secret is a legal result of the function, which TLS must refuse.
      return shared ? shared.equals(hex(one.shared)) : hex(one.shared).every((byte) => byte === 0);
    });
    file("ecdh_secp256r1_ecpoint_test", 355, 0, stride, (one) => {
      const peer = hex(one.public);
      // Compressed points are legal elsewhere, but not in TLS 1.3 (RFC 8446 section 4.2.8.2).
      if (peer.length !== 65) return one.result === "acceptable";
      return crypto.p256(scalar(one.private), peer)?.equals(hex(one.shared)) ?? false;
    });
    file("ecdsa_secp256r1_sha256_test", 484, 0, stride, (one, group) => {
      const signature = fromDer(hex(one.sig));
      const publicKey = hex((group.publicKey as { uncompressed: string }).uncompressed);
      return signature !== null && crypto.ecdsaVerify(publicKey, crypto.sha256(hex(one.msg)), signature);
    });
    for (const bits of [2048, 3072, 4096]) {
      file(`rsa_pss_${bits}_sha256_mgf1_32_test`, 108, 0, stride, (one, group) => {
        const modulus = hex((group.publicKey as { modulus: string }).modulus);
        return crypto.verifyPss(modulus[0] === 0 ? modulus.subarray(1) : modulus, hex(one.msg), hex(one.sig));
      });
    }
  });
}
