import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Alert, alertFor } from "../errors/alerts";
import { ErrorCode } from "../errors/codes";
import { meaningOf } from "../errors/meanings";
import type { Board } from "../transport";
import { codeOf, cryptoBoard, messagePlace, touchedElsewhere } from "../x509/board.testing";
import {
  asEspruinoReads,
  basicConstraints,
  certificate,
  clientAuth,
  commonName,
  element,
  extendedKeyUsage,
  extension,
  integer,
  type Keys,
  keys,
  keyUsage,
  oidOf,
  sequence,
  sha256,
  signatureAlgorithms,
  subjectAltName,
  testDates,
  time,
} from "../x509/certificates.testing";
import {
  checkIssuer,
  checkLeaf,
  checkName,
  checkTime,
  isIssuer,
  type LeafFacts,
  leafFacts,
  leafSignature,
  MAX_CA_PLACE,
  startIssuer,
  stepIssuer,
} from "./ca";
import { built, caKeys, caName, host, leafExtensions, leafKeys, makeCa, makeLeaf, now, root, seconds, trusted } from "./ca-chain.testing";

const nameOf = (code: number) => meaningOf(code).split(":")[0];

/** What the handshake does with the leaf. */
function judgeLeaf(board: Board, leaf: Uint8Array, name: string, at: number): LeafFacts {
  const time = checkTime(at, built);
  checkName(board, leaf, checkLeaf(board, leaf, time, messagePlace), name, messagePlace);
  const facts = leafFacts(board, leaf, time, messagePlace);
  facts.signature = leafSignature(board, leaf, facts, messagePlace);
  return facts;
}

/** What it does with a certificate that follows; false if that is another one's. */
function judgeIssuer(board: Board, facts: LeafFacts, cert: Uint8Array, keyHashes: string[]): boolean {
  if (!isIssuer(board, facts, cert, keyHashes, messagePlace)) return false;
  checkIssuer(board, facts, cert, messagePlace);
  startIssuer(board, facts, cert, messagePlace);
  return true;
}

/** Runs the whole check as the handshake does, certificate after certificate. Raises what it raises; gives the number of steps. */
function vouch(chain: Uint8Array[], keyHashes = trusted(caKeys), name = host, at = now): number {
  const board = cryptoBoard();
  const facts = judgeLeaf(board, chain[0], name, at);
  for (const issuer of chain.slice(1)) {
    if (!judgeIssuer(board, facts, issuer, keyHashes)) continue;
    let steps = 1;
    while (!stepIssuer(board, facts, messagePlace)) steps++;
    return steps;
  }
  throw ErrorCode.issuer_missing;
}

describe("chains that are good", () => {
  test("leaf, P-256 intermediate, P-384 root", () => {
    expect(vouch([makeLeaf(), makeCa(), root])).toBe(1);
  });

  test.each([2048, 3072, 4096] as const)("an RSA issuer of %i bits", (bits) => {
    const own = keys(bits);
    expect(vouch([makeLeaf({}, {}, [], own), makeCa({}, {}, [], own)], trusted(own))).toBeGreaterThan(3);
  });

  test("a leaf with an RSA key", () => {
    expect(vouch([makeLeaf({}, {}, [], caKeys, keys(2048)), makeCa()])).toBe(1);
  });

  test("the issuer behind others, among which are ones of the same name, of version 1 and of unsupported keys", () => {
    const stranger = certificate(keys("ed25519"), caKeys, { subject: caName, version: Buffer.alloc(0), extensions: [] });
    expect(vouch([makeLeaf(), stranger, makeCa({}, {}, [], keys("P-256", "other")), makeCa()])).toBe(1);
  });

  test("the second of the configured keys", () => {
    expect(vouch([makeLeaf(), makeCa()], trusted(keys("P-256", "other"), caKeys))).toBe(1);
  });

  test("another certificate with a configured key that did not issue the leaf is stepped over", () => {
    const other = keys("P-256", "other");
    expect(vouch([makeLeaf(), makeCa({}, { subject: commonName("Other") }, [], other), makeCa()], trusted(other, caKeys))).toBe(1);
  });

  test("only the places that it may use are touched", () => {
    for (const ca of [caKeys, keys(2048)]) {
      const board = cryptoBoard();
      board.ram.fill(0x5a);
      const facts = judgeLeaf(board, makeLeaf({}, {}, [], ca), host, now);
      judgeIssuer(board, facts, makeCa({}, {}, [], ca), trusted(ca));
      while (!stepIssuer(board, facts, messagePlace));
      expect(touchedElsewhere(board, messagePlace + MAX_CA_PLACE)).toEqual([]);
    }
  });

  test.each([
    ["no path length", basicConstraints(true)],
    ["a path length of 0", basicConstraints(true, 0)],
    ["a path length of 3", basicConstraints(true, 3)],
  ])("an issuer with %s", (_name, constraints) => {
    expect(vouch([makeLeaf(), makeCa({ constraints })])).toBe(1);
  });

  test("an issuer without extKeyUsage, a leaf without basicConstraints and keyUsage", () => {
    expect(vouch([makeLeaf({ constraints: undefined, usage: undefined }), makeCa({ purposes: undefined })])).toBe(1);
  });

  test("extensions that are not known and not critical", () => {
    const unknown = extension("1.3.6.1.4.1.11129.2.4.2", Buffer.alloc(200, 7));
    expect(vouch([makeLeaf({}, {}, [unknown]), makeCa({}, {}, [unknown])])).toBe(1);
  });

  test("on the first and on the last second", () => {
    expect(vouch([makeLeaf(), makeCa()], trusted(caKeys), host, seconds(testDates.notBefore))).toBe(1);
    expect(vouch([makeLeaf(), makeCa()], trusted(caKeys), host, seconds(testDates.notAfter))).toBe(1);
  });

  test("dates beyond 2050, and before 1950", () => {
    const far = { notBefore: element(0x18, Buffer.from("19490101000000Z")), notAfter: element(0x18, Buffer.from("20991231235959Z")) };
    expect(vouch([makeLeaf({}, far), makeCa({}, far)])).toBe(1);
    expect(vouch([makeLeaf({}, { notBefore: element(0x17, Buffer.from("500101000000Z")) }), makeCa()])).toBe(1);
  });
});

describe("chains that break one rule", () => {
  const late = { notBefore: time(new Date("2026-06-01T00:00:01Z")) };
  const early = { notAfter: time(new Date("2026-05-31T23:59:59Z")) };
  const unknown = extension("2.5.29.30", sequence(), true);
  const good = makeCa();
  const leaf = makeLeaf();
  const signedBy = (pair: Keys) => makeLeaf({}, {}, [], pair);
  const overlong = extension("1.2.3.4", Buffer.alloc(9));
  for (const length of [1, overlong.length - 10]) overlong[length]++;
  const twisted = (signature: Uint8Array) => Buffer.from(signature.map((byte, i) => (i === signature.length - 1 ? byte ^ 1 : byte)));

  const cases: [string, ErrorCode, Buffer[]][] = [
    ["another CA's key", ErrorCode.issuer_missing, [makeLeaf(), makeCa({}, {}, [], keys("P-256", "other"))]],
    ["no issuer sent", ErrorCode.issuer_missing, [leaf]],
    ["the leaf's issuer has another name", ErrorCode.issuer_missing, [makeLeaf({}, { issuer: commonName("Another CA") }), good]],
    ["the CA has another name", ErrorCode.issuer_missing, [leaf, makeCa({}, { subject: commonName("Issuing CA 2") })]],

    ["another name", ErrorCode.leaf_name_mismatch, [makeLeaf({ names: subjectAltName("github.com") }), good]],
    ["no name", ErrorCode.leaf_name_mismatch, [makeLeaf({ names: undefined }), good]],
    ["the name only as commonName", ErrorCode.leaf_name_mismatch, [makeLeaf({ names: undefined }, { subject: commonName(host) }), good]],
    ["a wildcard too deep", ErrorCode.leaf_name_mismatch, [makeLeaf({ names: subjectAltName("*.com") }), good]],
    ["a wildcard too high", ErrorCode.leaf_name_mismatch, [makeLeaf({ names: subjectAltName("*.api.github.com") }), good]],

    ["signature by another key", ErrorCode.leaf_signature_wrong, [signedBy(keys("P-256", "other")), good]],
    ["signature by a key of another kind", ErrorCode.leaf_signature_wrong, [signedBy(keys(2048)), good]],
    ["signature with a flipped bit", ErrorCode.leaf_signature_wrong, [makeLeaf({}, { mend: twisted }), good]],
    ["signature that is not DER", ErrorCode.leaf_signature_wrong, [makeLeaf({}, { sign: () => Buffer.alloc(64, 1) }), good]],
    ["signature that is too long", ErrorCode.leaf_signature_wrong, [makeLeaf({}, { sign: () => Buffer.alloc(90, 1) }), good]],
    [
      "RSA signature that is too long",
      ErrorCode.leaf_signature_wrong,
      [makeLeaf({}, { sign: () => Buffer.alloc(600, 1) }, [], keys(2048)), good],
    ],
    ["signature that is empty", ErrorCode.leaf_signature_wrong, [makeLeaf({}, { sign: () => Buffer.alloc(0) }), good]],
    [
      "ECDSA with SHA-384",
      ErrorCode.certificate_algorithm_unsupported,
      [makeLeaf({}, { algorithm: signatureAlgorithms.ecdsaSha384, hash: "sha384" }), good],
    ],
    [
      "RSA with SHA-1",
      ErrorCode.certificate_algorithm_unsupported,
      [makeLeaf({}, { algorithm: signatureAlgorithms.rsaSha1, hash: "sha1" }, [], keys(2048)), good],
    ],
    [
      "RSA with SHA-384",
      ErrorCode.certificate_algorithm_unsupported,
      [makeLeaf({}, { algorithm: signatureAlgorithms.rsaSha384 }, [], keys(2048)), good],
    ],
    [
      "RSA without NULL",
      ErrorCode.certificate_algorithm_unsupported,
      [makeLeaf({}, { algorithm: sequence(oidOf("1.2.840.113549.1.1.11")) }, [], keys(2048)), good],
    ],
    [
      "two algorithms for one signature",
      ErrorCode.certificate_algorithms_differ,
      [makeLeaf({}, { outerAlgorithm: signatureAlgorithms.ecdsaSha384 }), good],
    ],
    ["an issuer on P-384", ErrorCode.certificate_key_unsupported, [leaf, makeCa({}, {}, [], keys("P-384"))]],
    ["an issuer with RSA of 1024 bits", ErrorCode.certificate_key_weak, [signedBy(keys(1024)), makeCa({}, {}, [], keys(1024))]],

    ["leaf expired", ErrorCode.leaf_expired, [makeLeaf({}, early), good]],
    ["leaf not yet valid", ErrorCode.leaf_not_yet_valid, [makeLeaf({}, late), good]],
    ["issuer expired", ErrorCode.issuer_expired, [leaf, makeCa({}, early)]],
    ["issuer not yet valid", ErrorCode.issuer_not_yet_valid, [leaf, makeCa({}, late)]],

    ["leaf is a CA", ErrorCode.leaf_is_ca, [makeLeaf({ constraints: basicConstraints(true) }), good]],
    ["issuer is no CA", ErrorCode.issuer_not_ca, [leaf, makeCa({ constraints: basicConstraints(false) })]],
    ["issuer without basicConstraints", ErrorCode.issuer_not_ca, [leaf, makeCa({ constraints: undefined })]],
    ["leaf not for signatures", ErrorCode.leaf_usage_wrong, [makeLeaf({ usage: keyUsage(0x20) }), good]],
    ["issuer not for certificates", ErrorCode.issuer_usage_wrong, [leaf, makeCa({ usage: keyUsage(0x82) })]],
    ["issuer without keyUsage", ErrorCode.issuer_usage_wrong, [leaf, makeCa({ usage: undefined })]],
    ["leaf for clients only", ErrorCode.leaf_not_for_servers, [makeLeaf({ purposes: extendedKeyUsage(clientAuth) }), good]],
    ["leaf without extKeyUsage", ErrorCode.leaf_not_for_servers, [makeLeaf({ purposes: undefined }), good]],
    ["issuer for clients only", ErrorCode.issuer_not_for_servers, [leaf, makeCa({ purposes: extendedKeyUsage(clientAuth) })]],

    ["leaf with an unknown critical extension", ErrorCode.certificate_extension_unknown, [makeLeaf({}, {}, [unknown]), good]],
    ["issuer with an unknown critical extension", ErrorCode.certificate_extension_unknown, [leaf, makeCa({}, {}, [unknown])]],
    ["an extension twice", ErrorCode.certificate_extension_repeated, [makeLeaf({}, {}, [leafExtensions.names]), good]],
    ["leaf of version 1", ErrorCode.certificate_version_unsupported, [makeLeaf({}, { version: Buffer.alloc(0), extensions: [] }), good]],
    ["issuer of version 1", ErrorCode.certificate_version_unsupported, [leaf, makeCa({}, { version: Buffer.alloc(0), extensions: [] })]],
    ["leaf of version 1 with extensions", ErrorCode.certificate_malformed, [makeLeaf({}, { version: Buffer.alloc(0) }), good]],
    ["leaf of version 2", ErrorCode.certificate_malformed, [makeLeaf({}, { version: element(0xa0, integer(1)) }), good]],

    ["leaf with a trailing byte", ErrorCode.certificate_malformed, [Buffer.concat([leaf, Buffer.from([0])]), good]],
    ["issuer with a trailing byte", ErrorCode.certificate_malformed, [leaf, Buffer.concat([good, Buffer.from([0])])]],
    [
      "bytes after the extensions",
      ErrorCode.certificate_malformed,
      [makeLeaf({}, { tail: element(0xa3, sequence(leafExtensions.names), integer(1)) }), good],
    ],
    ["an extension that reaches out of their list", ErrorCode.certificate_malformed, [makeLeaf({}, {}, [overlong]), good]],
    [
      "a byte after the basicConstraints",
      ErrorCode.certificate_malformed,
      [makeLeaf({ constraints: extension("2.5.29.19", Buffer.from("300000", "hex")) }), good],
    ],
    [
      "cA FALSE written out",
      ErrorCode.certificate_malformed,
      [makeLeaf({ constraints: extension("2.5.29.19", Buffer.from("3003010100", "hex")) }), good],
    ],
    ["cA of 1", ErrorCode.certificate_malformed, [leaf, makeCa({ constraints: extension("2.5.29.19", Buffer.from("3003010101", "hex")) })]],
    [
      "a negative path length",
      ErrorCode.certificate_malformed,
      [leaf, makeCa({ constraints: extension("2.5.29.19", Buffer.from("30060101ff0201ff", "hex")) })],
    ],
    [
      "an empty path length",
      ErrorCode.certificate_malformed,
      [leaf, makeCa({ constraints: extension("2.5.29.19", Buffer.from("30050101ff0200", "hex")) })],
    ],
    [
      "critical FALSE written out",
      ErrorCode.certificate_malformed,
      [makeLeaf({}, {}, [sequence(oidOf("1.2.3"), Buffer.from("010100", "hex"), element(4))]), good],
    ],
    [
      "keyUsage of no bits",
      ErrorCode.certificate_malformed,
      [makeLeaf({ usage: extension("2.5.29.15", Buffer.from("030100", "hex")) }), good],
    ],
    [
      "keyUsage with an unused bit set",
      ErrorCode.certificate_malformed,
      [makeLeaf({ usage: extension("2.5.29.15", Buffer.from("030207a0", "hex")) }), good],
    ],
    [
      "keyUsage with trailing zero bits",
      ErrorCode.certificate_malformed,
      [makeLeaf({ usage: extension("2.5.29.15", Buffer.from("03020080", "hex")) }), good],
    ],
    ["signature with unused bits", ErrorCode.certificate_malformed, [makeLeaf({}, { mendBits: 1 }), good]],
    [
      "UTCTime without seconds",
      ErrorCode.certificate_malformed,
      [makeLeaf({}, { notAfter: element(0x17, Buffer.from("2701010000Z")) }), good],
    ],
    [
      "UTCTime with an offset",
      ErrorCode.certificate_malformed,
      [makeLeaf({}, { notAfter: element(0x17, Buffer.from("270101000000+0000")) }), good],
    ],
    [
      "GeneralizedTime with a fraction",
      ErrorCode.certificate_malformed,
      [makeLeaf({}, { notAfter: element(0x18, Buffer.from("20270101000000.5Z")) }), good],
    ],
    [
      "a date that is none",
      ErrorCode.certificate_malformed,
      [makeLeaf({}, { notAfter: element(0x17, Buffer.from("2701o1000000Z")) }), good],
    ],
    [
      "a third date",
      ErrorCode.certificate_malformed,
      [makeLeaf({}, { notAfter: Buffer.concat([time(testDates.notAfter), time(testDates.notAfter)]) }), good],
    ],
    [
      "a name that is not of the seven kinds",
      ErrorCode.certificate_malformed,
      [makeLeaf({ names: extension("2.5.29.17", sequence(element(0x0c, Buffer.from(host)))) }), good],
    ],
  ];

  test.each(cases)("%s: its own error", (_name, code, chain) => {
    const keyHashes = trusted(caKeys, keys("P-384"), keys(1024));
    expect(nameOf(codeOf(() => vouch(chain, keyHashes)))).toBe(nameOf(code));
  });

  test("the alerts that are sent", () => {
    expect(alertFor(ErrorCode.issuer_missing)).toBe(Alert.unknown_ca);
    expect(alertFor(ErrorCode.leaf_expired)).toBe(Alert.certificate_expired);
    expect(alertFor(ErrorCode.certificate_extension_unknown)).toBe(Alert.unsupported_certificate);
    expect(alertFor(ErrorCode.leaf_name_mismatch)).toBe(Alert.bad_certificate);
    expect(alertFor(ErrorCode.time_unknown)).toBe(Alert.internal_error);
  });

  test("no time, or one before the build", () => {
    expect(codeOf(() => vouch([leaf, good], trusted(caKeys), host, 0))).toBe(ErrorCode.time_unknown);
    expect(codeOf(() => vouch([leaf, good], trusted(caKeys), host, built - 1))).toBe(ErrorCode.time_before_build);
  });

  test("no key configured, or the hash of something else", () => {
    expect(codeOf(() => vouch([leaf, good], []))).toBe(ErrorCode.issuer_missing);
    expect(codeOf(() => vouch([leaf, good], [sha256(good).toString("latin1"), ""]))).toBe(ErrorCode.issuer_missing);
    expect(codeOf(() => vouch([leaf, leaf], trusted(leafKeys)))).toBe(ErrorCode.issuer_missing);
  });

  test("an RSA signature of another length than the key", () => {
    const chain = [signedBy(keys(3072)), makeCa({}, {}, [], keys(2048))];
    expect(codeOf(() => vouch(chain, trusted(keys(2048))))).toBe(ErrorCode.leaf_signature_wrong);
  });
});

describe("chains that are damaged", () => {
  const leaf = makeLeaf();
  const issuer = makeCa();
  const change = (length: number) => fc.array(fc.record({ at: fc.nat(length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 5 });
  const damage = (cert: Buffer, changes: { at: number; byte: number }[]) => {
    const damaged = Uint8Array.from(cert);
    for (const { at, byte } of changes) damaged[at] = byte;
    return damaged;
  };
  const isNamed = (code: number) => code >= ErrorCode.certificate_malformed && code < ErrorCode.http_bad_status_line;

  test("a leaf changed anywhere never passes, and what is thrown is an ErrorCode of these layers", () => {
    fc.assert(
      fc.property(change(leaf.length), (changes) => {
        const damaged = damage(leaf, changes);
        fc.pre(!leaf.equals(damaged));
        expect(codeOf(() => vouch([asEspruinoReads(damaged), issuer]))).toSatisfy(isNamed);
      }),
      { numRuns: 1500 },
    );
  });

  test("an issuer changed anywhere passes or throws an ErrorCode of these layers", () => {
    fc.assert(
      fc.property(change(issuer.length), (changes) => {
        const code = codeOf(() => vouch([leaf, asEspruinoReads(damage(issuer, changes))]));
        expect(code).toSatisfy((c: number) => c === 0 || isNamed(c));
      }),
      { numRuns: 1000 },
    );
  });

  test("cut off after any byte", () => {
    for (let length = 0; length < leaf.length; length++) {
      expect(codeOf(() => vouch([asEspruinoReads(leaf.subarray(0, length)), issuer]))).toBe(ErrorCode.certificate_malformed);
    }
    for (let length = 0; length < issuer.length; length++) {
      expect(codeOf(() => vouch([leaf, asEspruinoReads(issuer.subarray(0, length))]))).toBe(ErrorCode.certificate_malformed);
    }
  });
});
