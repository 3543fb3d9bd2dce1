import { constants, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";
import { codeOf, cryptoBoard, hasWycheproof, messagePlace, mgf1, openRsa, readWycheproof, touchedElsewhere } from "../x509/board.testing";
import { certificate, keys, sha256 } from "../x509/certificates.testing";
import { decodeEcdsaSignature } from "../x509/ecdsa-signature";
import { readPublicKey } from "../x509/public-key";
import { verifyPkcs1, verifyPss } from "./rsa-encodings";
import { SignatureScheme } from "./schemes";
import { startServerSignature, stepServerSignature } from "./server-signature";

const ecdsa = SignatureScheme.ecdsa_secp256r1_sha256;
const pss = SignatureScheme.rsa_pss_rsae_sha256;
const transcript = Buffer.from("a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61", "hex");
const content = (who: string, hash: Buffer) =>
  Buffer.concat([Buffer.alloc(64, " "), Buffer.from(`TLS 1.3, ${who} CertificateVerify\0`), hash]);
const signed = content("server", transcript);

/** Runs the whole check; gives the number of steps that it took. */
function check(
  board: Board,
  scheme: number,
  cert: Uint8Array,
  signature: Uint8Array,
  hash: Buffer = transcript,
  hashPlace: number = At.temp,
): number {
  const key = readPublicKey(cert);
  board.ram.set(hash, hashPlace);
  board.ram.set(signature, messagePlace);
  startServerSignature(board, scheme, cert, key, hashPlace, messagePlace, signature.length);
  let steps = 1;
  while (!stepServerSignature(board, key, messagePlace)) steps++;
  return steps;
}

const signPss = (key: KeyObject, data: Buffer, saltLength = 32, hash = "sha256") =>
  createSign(hash).update(data).sign({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

describe("ECDSA", () => {
  const pair = keys("P-256");
  const cert = certificate(pair, pair);
  const sign = (data: Buffer, key = pair.privateKey) => createSign("sha256").update(data).sign(key);

  test("a signature by Node verifies, in one step, wherever the transcript's hash lies", () => {
    const board = cryptoBoard();
    for (let i = 0; i < 6; i++) {
      const hash = randomBytes(32);
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const place = [At.digest, At.temp, At.clientSecret][i % 3];
      expect(check(board, ecdsa, certificate(own, pair), sign(content("server", hash), own.privateKey), hash, place)).toBe(1);
    }
  });

  test.each([
    ["by another key", sign(signed, keys("P-256", "other").privateKey)],
    ["over the client's context", sign(content("client", transcript))],
    ["over another transcript", sign(content("server", Buffer.alloc(32)))],
    ["over the bare hash", sign(transcript)],
    ["by SHA-384", createSign("sha384").update(signed).sign(pair.privateKey)],
    ["followed by a byte", Buffer.concat([sign(signed), Buffer.from([0])])],
    ["short of a byte", sign(signed).subarray(0, -1)],
    ["empty", Buffer.alloc(0)],
    ["of r and s without DER", createSign("sha256").update(signed).sign({ key: pair.privateKey, dsaEncoding: "ieee-p1363" })],
    ["of zeros", Buffer.from("3006020100020100", "hex")],
  ])("%s: refused", (_name, signature) => {
    expect(codeOf(() => check(cryptoBoard(), ecdsa, cert, signature))).toBe(ErrorCode.bad_signature);
  });

  test("each flipped bit of it: refused", () => {
    const board = cryptoBoard();
    const signature = sign(signed);
    for (let i = 0; i < signature.length; i++) {
      const wrong = Buffer.from(signature);
      wrong[i] ^= 1 << (i & 7);
      expect(codeOf(() => check(board, ecdsa, cert, wrong))).toBe(ErrorCode.bad_signature);
    }
  });

  test("another scheme: refused before any work", () => {
    const board = cryptoBoard();
    for (const scheme of [pss, SignatureScheme.ecdsa_secp384r1_sha384, SignatureScheme.rsa_pkcs1_sha256, 0x0203, 0]) {
      expect(codeOf(() => check(board, scheme, cert, sign(signed)))).toBe(ErrorCode.bad_signature_scheme);
    }
  });

  test.skipIf(!hasWycheproof)("Wycheproof's 484 cases, signatures in DER (../shared/wycheproof)", () => {
    const board = cryptoBoard();
    let count = 0;
    for (const group of readWycheproof("ecdsa_secp256r1_sha256_test").testGroups) {
      for (const { tcId, msg, sig, result } of group.tests) {
        const valid = verifyDer(board, Buffer.from(group.publicKey.uncompressed, "hex"), Buffer.from(msg, "hex"), Buffer.from(sig, "hex"));
        expect([tcId, valid ? "valid" : "invalid"]).toEqual([tcId, result]);
        count++;
      }
    }
    expect(count).toBe(484);
  });
});

describe("RSA-PSS", () => {
  const pair = keys(2048);
  const cert = certificate(pair, pair);

  test.each([2048, 3072, 4096] as const)("a signature by Node verifies, in several steps: %i bits", (bits) => {
    const own = keys(bits);
    expect(check(cryptoBoard(), pss, certificate(own, pair), signPss(own.privateKey, signed))).toBeGreaterThan(3);
  });

  test.each([
    ["by another key", signPss(keys(2048, "other").privateKey, signed)],
    ["by a longer key", signPss(keys(3072).privateKey, signed)],
    ["over the client's context", signPss(pair.privateKey, content("client", transcript))],
    ["with a salt of 20 bytes", signPss(pair.privateKey, signed, 20)],
    ["with a salt of 33 bytes", signPss(pair.privateKey, signed, 33)],
    ["without salt", signPss(pair.privateKey, signed, 0)],
    ["by SHA-384", signPss(pair.privateKey, signed, 32, "sha384")],
    ["by PKCS #1 v1.5", createSign("sha256").update(signed).sign(pair.privateKey)],
    ["not below the modulus", Buffer.alloc(256, 0xff)],
    ["of zeros", Buffer.alloc(256)],
    ["empty", Buffer.alloc(0)],
  ])("%s: refused", (_name, signature) => {
    expect(codeOf(() => check(cryptoBoard(), pss, cert, signature))).toBe(ErrorCode.bad_signature);
  });

  test("another scheme: refused", () => {
    const signature = signPss(pair.privateKey, signed);
    for (const scheme of [ecdsa, SignatureScheme.rsa_pkcs1_sha256, 0x0809]) {
      expect(codeOf(() => check(cryptoBoard(), scheme, cert, signature))).toBe(ErrorCode.bad_signature_scheme);
    }
  });

  test("each wrong byte of the encoded message: refused", () => {
    const board = cryptoBoard();
    const hash = sha256(Buffer.from("message"));
    const good = encodePss(hash, 256);
    const opens = (em: Uint8Array) => {
      board.ram.set(hash, At.digest);
      board.ram.set(em, messagePlace);
      return verifyPss(board, At.digest, messagePlace, em.length);
    };
    expect(opens(good)).toBe(1);
    for (let i = 0; i < good.length; i++) {
      for (const bit of [1, 0x80]) {
        const wrong = Buffer.from(good);
        wrong[i] ^= bit;
        expect([i, opens(wrong)]).toEqual([i, 0]);
      }
    }
  });

  // With the padding that a careless check would let pass, each otherwise right.
  test.each([
    ["zeros without the 1", (db: Buffer) => db.fill(0, 0, db.length - 32)],
    ["a 2 for the 1", (db: Buffer) => db.fill(2, db.length - 33, db.length - 32)],
    ["a 1 for each zero", (db: Buffer) => db.fill(1, 0, db.length - 32)],
    ["a byte among the zeros", (db: Buffer) => db.fill(7, 100, 101)],
    ["a first byte", (db: Buffer) => db.fill(1, 0, 1)],
  ])("%s: refused", (_name, change) => {
    const board = cryptoBoard();
    const hash = sha256(Buffer.from("message"));
    board.ram.set(hash, At.digest);
    board.ram.set(encodePss(hash, 256, change), messagePlace);
    expect(verifyPss(board, At.digest, messagePlace, 256)).toBe(0);
  });

  test.skipIf(!hasWycheproof).each([
    ["rsa_pss_2048_sha256_mgf1_32_test", 108],
    ["rsa_pss_3072_sha256_mgf1_32_test", 108],
    ["rsa_pss_4096_sha256_mgf1_32_test", 108],
  ])("Wycheproof's cases: %s, %i (../shared/wycheproof)", (name, cases) => {
    const board = cryptoBoard();
    let count = 0;
    for (const group of readWycheproof(name).testGroups) {
      const modulus = Buffer.from(group.publicKey.modulus, "hex").subarray(1);
      for (const { tcId, msg, sig, result } of group.tests) {
        count++;
        const signature = Buffer.from(sig, "hex");
        let valid = 0;
        if (signature.length === modulus.length && Buffer.compare(signature, modulus) < 0) {
          board.ram.set(sha256(Buffer.from(msg, "hex")), At.digest);
          board.ram.set(openRsa(signature, modulus), messagePlace);
          valid = verifyPss(board, At.digest, messagePlace, modulus.length);
        }
        expect([tcId, valid ? "valid" : "invalid"]).toEqual([tcId, result]);
      }
    }
    expect(count).toBe(cases);
  });
});

test("only the places that it may use are touched", () => {
  for (const pair of [keys("P-256"), keys(2048)]) {
    const board = cryptoBoard();
    board.ram.fill(0x5a);
    const isRsa = pair === keys(2048);
    const signature = isRsa ? signPss(pair.privateKey, signed) : createSign("sha256").update(signed).sign(pair.privateKey);
    check(board, isRsa ? pss : ecdsa, certificate(pair, pair), signature);
    expect(touchedElsewhere(board, messagePlace + signature.length)).toEqual([]);
  }
});

test("PKCS #1 v1.5: Node's encoding and no other", () => {
  const board = cryptoBoard();
  const { privateKey, publicKey } = keys(2048);
  const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n as string, "base64url");
  const good = openRsa(createSign("sha256").update("message").sign(privateKey), modulus);
  const opens = (em: Uint8Array) => {
    board.ram.set(sha256(Buffer.from("message")), At.digest);
    board.ram.set(em, messagePlace);
    return verifyPkcs1(board, At.digest, messagePlace, em.length);
  };
  expect(opens(good)).toBe(1);
  for (let i = 0; i < good.length; i++) {
    const wrong = Buffer.from(good);
    wrong[i] ^= 1 << (i & 7);
    expect([i, opens(wrong)]).toEqual([i, 0]);
  }
  // Padding that is the same byte throughout, but the wrong one.
  expect(opens(Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(202, 0), good.subarray(204)]))).toBe(0);
  // Shorter padding, with what a careless parser would take for rubbish after the hash.
  expect(opens(Buffer.concat([good.subarray(0, 100), good.subarray(204), Buffer.alloc(104)]))).toBe(0);
});

function verifyDer(board: Board, point: Buffer, message: Buffer, signature: Buffer): number {
  const room = board.ram.length - messagePlace;
  if (signature.length > room) return 0;
  board.ram.set(signature, messagePlace);
  board.ram.set(point, At.hash);
  board.ram.set(sha256(message), At.digest);
  if (!decodeEcdsaSignature(board.ram, messagePlace, signature.length, At.readState)) return 0;
  return board.crypto(Op.ecdsaVerify + At.hash, At.digest, At.readState);
}

/** EMSA-PSS-ENCODE (RFC 8017 section 9.1.1), the data block changed before it is masked. */
function encodePss(mHash: Buffer, length: number, change: (db: Buffer) => unknown = () => 0): Buffer {
  const salt = randomBytes(32);
  const h = sha256(Buffer.concat([Buffer.alloc(8), mHash, salt]));
  const db = Buffer.concat([Buffer.alloc(length - 66), Buffer.from([1]), salt]);
  change(db);
  const mask = mgf1(h, db.length);
  for (let i = 0; i < db.length; i++) db[i] ^= mask[i];
  db[0] &= 0x7f;
  return Buffer.concat([db, h, Buffer.from([0xbc])]);
}
