import "reflect-metadata";
import { randomBytes, webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { meaningOf } from "../errors/meanings";
import {
  asEspruinoReads,
  bitString,
  certificate,
  element,
  integer,
  keys,
  oidOf,
  type Parts,
  sequence,
  signatureAlgorithms,
} from "./certificates.testing";
import { KeyKind, readPublicKey } from "./public-key";

const signer = keys("P-256");
const make = (spki: Uint8Array, parts: Parts = {}) => certificate(signer, signer, { spki, sign: () => randomBytes(71), ...parts });

const rsaAlgorithm = sequence(oidOf("1.2.840.113549.1.1.1"), element(5));
const p256Algorithm = sequence(oidOf("1.2.840.10045.2.1"), oidOf("1.2.840.10045.3.1.7"));
const point = Buffer.concat([Buffer.from([4]), randomBytes(64)]);
/** A number of that many bytes that looks like a modulus. */
function modulus(bytes: number): Buffer {
  const n = randomBytes(bytes);
  n[0] |= 0x80;
  n[bytes - 1] |= 1;
  return n;
}
const zero = Buffer.from([0]);
const rsaSpki = (n: Uint8Array, e: Uint8Array = integer(1, 0, 1), algorithm: Uint8Array = rsaAlgorithm) =>
  sequence(algorithm, bitString(sequence(element(2, n), e)));
const n2048 = modulus(256);

/** The error's name, or the key's kind and bytes. */
function read(cert: Uint8Array): string {
  try {
    const { kind, at, length } = readPublicKey(cert);
    return `${kind} ${Buffer.from(cert.subarray(at, at + length)).toString("hex")}`;
  } catch (code) {
    if (typeof code !== "number") throw code;
    return meaningOf(code).split(":")[0];
  }
}

describe("keys that are read", () => {
  test("P-256", () => {
    expect(read(make(sequence(p256Algorithm, bitString(point))))).toBe(`${KeyKind.p256} ${point.toString("hex")}`);
  });

  test("RSA of every length from 2048 to 4096 bits in steps of 32", () => {
    for (let length = 256; length <= 512; length += 4) {
      const n = modulus(length);
      expect(read(make(rsaSpki(Buffer.concat([zero, n]))))).toBe(`${KeyKind.rsa} ${n.toString("hex")}`);
    }
  });

  test("in a certificate of version 1", () => {
    const cert = make(sequence(p256Algorithm, bitString(point)), { version: Buffer.alloc(0), extensions: [] });
    expect(read(cert)).toBe(`${KeyKind.p256} ${point.toString("hex")}`);
  });

  test("as Node reads them, in certificates by @peculiar/x509", async () => {
    x509.cryptoProvider.set(webcrypto as never);
    for (let i = 0; i < 24; i++) {
      const algorithm =
        i % 4
          ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
          : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
      const pair = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      const cert = await x509.X509CertificateGenerator.createSelfSigned({
        serialNumber: randomBytes(1 + i).toString("hex"),
        name: `CN=${"x".repeat(1 + i * 9)}, O=Buildlamp`,
        keys: pair as never,
        signingAlgorithm: algorithm,
        notAfter: new Date(i % 2 ? "2060-01-01" : "2030-01-01"),
        extensions:
          i % 3
            ? [new x509.SubjectAlternativeNameExtension(Array.from({ length: i }, (_, k) => ({ type: "dns", value: `h${k}.test` })))]
            : [],
      });
      const der = new Uint8Array(cert.rawData);
      const jwk = new X509Certificate(der).publicKey.export({ format: "jwk" });
      const hex = (text?: string) => Buffer.from(text ?? "", "base64url").toString("hex");
      expect(read(der)).toBe(i % 4 ? `${KeyKind.p256} 04${hex(jwk.x)}${hex(jwk.y)}` : `${KeyKind.rsa} ${hex(jwk.n)}`);
    }
  });
});

describe("keys that are refused", () => {
  const spkiOfKind = (kind: Parameters<typeof keys>[0], exponent?: number) =>
    keys(kind, "", exponent).publicKey.export({ type: "spki", format: "der" });
  const longLength = Buffer.concat([Buffer.from([0x30, 0x82, 0, 89]), sequence(p256Algorithm, bitString(point)).subarray(2)]);
  const badBits = sequence(rsaAlgorithm, bitString(sequence(element(2, zero, n2048), integer(1, 0, 1)), 1));
  const e65537 = integer(1, 0, 1);

  test.each<[string, string, Uint8Array]>([
    ["P-384", "certificate_key_unsupported", spkiOfKind("P-384")],
    ["Ed25519", "certificate_key_unsupported", spkiOfKind("ed25519")],
    ["RSA of 1024 bits", "certificate_key_weak", spkiOfKind(1024)],
    ["RSA with e = 3", "certificate_key_unsupported", spkiOfKind(2048, 3)],
    ["RSA with e = 65539", "certificate_key_unsupported", rsaSpki(Buffer.concat([zero, n2048]), integer(1, 0, 3))],
    ["RSA with e of another length", "certificate_key_unsupported", rsaSpki(Buffer.concat([zero, n2048]), integer(1, 0, 0, 1))],
    ["RSA of 2040 bits", "certificate_key_weak", rsaSpki(Buffer.concat([zero, modulus(255)]))],
    ["RSA of 2056 bits", "certificate_key_unsupported", rsaSpki(Buffer.concat([zero, modulus(257)]))],
    ["RSA of 4128 bits", "certificate_key_unsupported", rsaSpki(Buffer.concat([zero, modulus(516)]))],
    ["RSA of 2050 bits", "certificate_key_unsupported", rsaSpki(Buffer.concat([Buffer.from([2]), n2048]))],
    ["RSA with a negative modulus", "certificate_key_unsupported", rsaSpki(n2048)],
    ["RSA with a zero too many", "certificate_malformed", rsaSpki(Buffer.concat([zero, Buffer.from([1]), n2048.subarray(1)]))],
    ["RSA of 0 bits", "certificate_key_weak", rsaSpki(Buffer.alloc(0))],
    [
      "RSA-PSS's own identifier",
      "certificate_key_unsupported",
      rsaSpki(Buffer.concat([zero, n2048]), e65537, sequence(oidOf("1.2.840.113549.1.1.10"), element(5))),
    ],
    [
      "RSA without NULL",
      "certificate_key_unsupported",
      rsaSpki(Buffer.concat([zero, n2048]), e65537, sequence(oidOf("1.2.840.113549.1.1.1"))),
    ],
    ["RSA with a third number", "certificate_key_unsupported", rsaSpki(Buffer.concat([zero, n2048]), Buffer.concat([e65537, e65537]))],
    ["RSA with unused bits", "certificate_key_unsupported", badBits],
    [
      "P-256 compressed",
      "certificate_key_unsupported",
      sequence(p256Algorithm, bitString(Buffer.concat([Buffer.from([2]), point.subarray(1, 33)]))),
    ],
    [
      "P-256 hybrid",
      "certificate_key_unsupported",
      sequence(p256Algorithm, bitString(Buffer.concat([Buffer.from([6]), point.subarray(1)]))),
    ],
    ["P-256 short of a byte", "certificate_key_unsupported", sequence(p256Algorithm, bitString(point.subarray(0, 64)))],
    ["P-256 with a byte too many", "certificate_key_unsupported", sequence(p256Algorithm, bitString(Buffer.concat([point, zero])))],
    ["P-256 with unused bits", "certificate_key_unsupported", sequence(p256Algorithm, bitString(point, 1))],
    ["P-256 and something after the key", "certificate_key_unsupported", sequence(p256Algorithm, bitString(point), element(5))],
    [
      "P-256's parameters spelt out",
      "certificate_key_unsupported",
      sequence(sequence(oidOf("1.2.840.10045.2.1"), sequence(integer(1))), bitString(point)),
    ],
    ["a length that could be shorter", "certificate_malformed", longLength],
    ["no key", "certificate_key_unsupported", sequence()],
  ])("%s: %s", (_name, error, spki) => {
    expect(read(make(spki))).toBe(error);
  });
});

describe("certificates that are malformed", () => {
  const spki = sequence(p256Algorithm, bitString(point));
  const good = make(spki);
  const tbs = good.subarray(4, good.length - 87);
  const outer = (...parts: Uint8Array[]) => sequence(...parts);
  const { ecdsaSha256 } = signatureAlgorithms;

  test.each<[string, Uint8Array]>([
    ["a byte after it", Buffer.concat([good, zero])],
    ["an element after it", Buffer.concat([good, element(5)])],
    ["an element after the signature", outer(tbs, ecdsaSha256, bitString(randomBytes(71)), element(5))],
    ["no signature", outer(tbs, ecdsaSha256)],
    ["an OCTET STRING for a signature", outer(tbs, ecdsaSha256, element(4, randomBytes(72)))],
    ["an indefinite length", Buffer.concat([Buffer.from([0x30, 0x80]), good.subarray(4), Buffer.alloc(2)])],
    ["a length of three bytes", Buffer.concat([Buffer.from([0x30, 0x83, 0]), good.subarray(2)])],
    ["a serial number in long form", make(spki, { serial: Buffer.from([2, 0x81, 1, 5]) })],
    ["an issuer in longer form than needed", make(spki, { issuer: Buffer.from([0x30, 0x82, 0, 0]) })],
    ["an issuer of 127 bytes in long form", make(spki, { issuer: Buffer.concat([Buffer.from([0x30, 0x81, 127]), Buffer.alloc(127)]) })],
    ["an issuer of 255 bytes in two bytes", make(spki, { issuer: Buffer.concat([Buffer.from([0x30, 0x82, 0, 255]), Buffer.alloc(255)]) })],
    ["an issuer that is a SET", make(spki, { issuer: element(0x31) })],
    ["no serial number", make(spki, { serial: Buffer.alloc(0) })],
    ["version 2", make(spki, { version: element(0xa0, integer(1)) })],
    ["version 1 written out", make(spki, { version: element(0xa0, integer(0)) })],
    ["unique identifiers", make(spki, { tail: element(0x81, randomBytes(9)) })],
    ["extensions twice", make(spki, { tail: Buffer.concat([element(0xa3, sequence()), element(0xa3, sequence())]) })],
    ["a subject that reaches out of the TBSCertificate", make(spki, { subject: Buffer.from([0x30, 0x82, 1, 0]) })],
    ["nothing", new Uint8Array(0)],
  ])("%s", (_name, cert) => {
    expect(read(cert)).toBe("certificate_malformed");
  });

  test.each([
    ["P-256", good],
    ["RSA", make(rsaSpki(Buffer.concat([zero, n2048])))],
  ])("cut off after any byte: %s", (_name, cert) => {
    for (let length = 0; length < cert.length; length++)
      expect(read(asEspruinoReads(cert.subarray(0, length)))).toBe("certificate_malformed");
  });

  test.each([
    ["P-256", good],
    ["RSA", make(rsaSpki(Buffer.concat([zero, n2048])))],
  ])("changed anywhere, nothing but ErrorCodes of its range, or a key inside it: %s", (_name, cert) => {
    const change = fc.record({ at: fc.nat(cert.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(20), (changes, cut) => {
        const wrong = Uint8Array.from(cert.subarray(0, cert.length - (cut > 10 ? cut : 0)));
        for (const { at, byte } of changes) if (at < wrong.length) wrong[at] = byte;
        try {
          const key = readPublicKey(asEspruinoReads(wrong));
          expect(key.at + key.length).toBeLessThanOrEqual(wrong.length);
        } catch (code) {
          expect([ErrorCode.certificate_malformed, ErrorCode.certificate_key_unsupported, ErrorCode.certificate_key_weak]).toContain(code);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("arbitrary bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(read(asEspruinoReads(bytes))).toMatch(/^certificate_/);
      }),
      { numRuns: 2000 },
    );
  });
});
