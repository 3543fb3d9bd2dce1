import { describe, expect, test } from "vitest";
import { ErrorCode } from "./errors/codes";
import { meaningOf } from "./errors/meanings";
import { fingerprint, type Session, startSession } from "./tls.testing";
import {
  basicConstraints,
  certificate,
  clientAuth,
  commonName,
  extendedKeyUsage,
  extension,
  type Keys,
  keys,
  keyUsage,
  type Parts,
  serverAuth,
  sha256,
  signatureAlgorithms,
  spkiOf,
  subjectAltName,
  testDates,
  time,
} from "./x509/certificates.testing";

const host = "api.github.com";
const leafKeys = keys("P-256", "leaf");
const caKeys = keys("P-256", "ca");
const rootKeys = keys("P-384", "root");
const caName = commonName("Issuing CA");
const seconds = (date: Date) => date.getTime() / 1000;
const now = seconds(testDates.now);
const day = 86400;

const leafExtensions = {
  names: subjectAltName("github.com", host),
  constraints: basicConstraints(false),
  usage: keyUsage(0x80),
  purposes: extendedKeyUsage(serverAuth, clientAuth),
};
const caExtensions = { constraints: basicConstraints(true, 0), usage: keyUsage(0x06), purposes: extendedKeyUsage(serverAuth) };

const leafOf = (change: Partial<typeof leafExtensions> = {}, parts: Parts = {}, signer: Keys = caKeys) =>
  certificate(leafKeys, signer, { issuer: caName, extensions: Object.values({ ...leafExtensions, ...change }), ...parts });
const caOf = (change: Partial<typeof caExtensions> = {}, parts: Parts = {}, subject: Keys = caKeys) =>
  certificate(subject, rootKeys, {
    issuer: commonName("Root"),
    subject: caName,
    algorithm: signatureAlgorithms.ecdsaSha384,
    hash: "sha384",
    extensions: Object.values({ ...caExtensions, ...change }),
    ...parts,
  });
const root = certificate(rootKeys, rootKeys, { issuer: commonName("Root"), subject: commonName("Root"), hash: "sha384" });
const keyHash = (pair: Keys) => sha256(spkiOf(pair)).toString("latin1");

interface Chain {
  chain: Buffer[];
  trusts?: Keys;
  at?: number;
  fingerprints?: string[];
}

/** The server says all that it has to say once the connection is open. */
function connect({ chain, trusts = caKeys, at = now, fingerprints = [] }: Chain): Session {
  return startSession({
    server: { key: leafKeys.privateKey, chain },
    tls: { host, fingerprints, caKeys: [keyHash(trusts)], built: seconds(testDates.notBefore) },
    time: at,
    opened: (session) => session.tls.finish(0),
  });
}

async function outcome(chain: Chain): Promise<string> {
  const session = connect(chain);
  await session.closed;
  expect(session.events.includes("opened")).toBe(session.code === 0);
  return meaningOf(session.code).split(":")[0];
}

describe("a CA's key in the config", () => {
  test.each<[string, Chain]>([
    ["leaf, issuer, root", { chain: [leafOf(), caOf(), root] }],
    ["the issuer after others", { chain: [leafOf(), root, caOf({}, {}, keys("P-256", "other")), caOf()] }],
    ["an RSA issuer", { chain: [leafOf({}, {}, keys(2048)), caOf({}, {}, keys(2048)), root], trusts: keys(2048) }],
    ["a wildcard", { chain: [leafOf({ names: subjectAltName("*.github.com") }), caOf(), root] }],
    ["a fingerprint that matches, whatever the chain", { chain: [leafOf()], fingerprints: [fingerprint(leafOf(), "sha256")] }],
  ])("%s: the connection opens", async (_name, chain) => {
    const certificates = chain.chain;
    const pins = chain.fingerprints ? [fingerprint(certificates[0]!)] : [];
    expect(await outcome({ ...chain, fingerprints: pins })).toBe("none");
  });

  test.each<[string, string, Chain]>([
    ["another CA's key", "issuer_missing", { chain: [leafOf(), caOf(), root], trusts: keys("P-256", "other") }],
    ["no issuer in the chain", "issuer_missing", { chain: [leafOf()] }],
    ["another name", "leaf_name_mismatch", { chain: [leafOf({ names: subjectAltName("github.com") }), caOf()] }],
    ["a wildcard too deep", "leaf_name_mismatch", { chain: [leafOf({ names: subjectAltName("*.com", "*.x.github.com") }), caOf()] }],
    ["an issuer that is no CA", "issuer_not_ca", { chain: [leafOf(), caOf({ constraints: basicConstraints(false) })] }],
    ["a leaf that is a CA", "leaf_is_ca", { chain: [leafOf({ constraints: basicConstraints(true) }), caOf()] }],
    ["a leaf out of date", "leaf_expired", { chain: [leafOf(), caOf()], at: seconds(testDates.notAfter) + 1 }],
    ["an issuer out of date", "issuer_expired", { chain: [leafOf(), caOf({}, { notAfter: time(new Date((now - day) * 1000)) })] }],
    ["a leaf of tomorrow", "leaf_not_yet_valid", { chain: [leafOf({}, { notBefore: time(new Date((now + day) * 1000)) }), caOf()] }],
    ["an issuer of tomorrow", "issuer_not_yet_valid", { chain: [leafOf(), caOf({}, { notBefore: time(new Date((now + day) * 1000)) })] }],
    ["a leaf not for signatures", "leaf_usage_wrong", { chain: [leafOf({ usage: keyUsage(0x20) }), caOf()] }],
    ["an issuer not for certificates", "issuer_usage_wrong", { chain: [leafOf(), caOf({ usage: keyUsage(0x80) })] }],
    ["a leaf not for servers", "leaf_not_for_servers", { chain: [leafOf({ purposes: extendedKeyUsage(clientAuth) }), caOf()] }],
    ["an issuer not for servers", "issuer_not_for_servers", { chain: [leafOf(), caOf({ purposes: extendedKeyUsage(clientAuth) })] }],
    ["a signature by another key", "leaf_signature_wrong", { chain: [leafOf({}, {}, keys("P-256", "other")), caOf()] }],
    [
      "an algorithm that is not allowed",
      "certificate_algorithm_unsupported",
      { chain: [leafOf({}, { algorithm: signatureAlgorithms.ecdsaSha384, hash: "sha384" }), caOf()] },
    ],
    ["bytes after the leaf", "certificate_malformed", { chain: [Buffer.concat([leafOf(), Buffer.alloc(1)]), caOf()] }],
    [
      "a critical extension that nobody knows",
      "certificate_extension_unknown",
      { chain: [leafOf({ names: Buffer.concat([leafExtensions.names, extension("1.2.3.4", Buffer.from([5, 0]), true)]) }), caOf()] },
    ],
    ["no time yet", "time_unknown", { chain: [leafOf(), caOf()], at: 60 }],
    ["a time before the build", "time_before_build", { chain: [leafOf(), caOf()], at: seconds(testDates.notBefore) - 1 }],
  ])("%s: %s, and no connection", async (_name, error, chain) => {
    expect(await outcome(chain)).toBe(error);
  });

  test("a signature of the handshake by another key than the leaf's", async () => {
    const session = startSession({
      server: { key: keys("P-256", "other").privateKey, chain: [leafOf(), caOf(), root] },
      tls: { host, fingerprints: [], caKeys: [keyHash(caKeys)], built: seconds(testDates.notBefore) },
      time: now,
    });
    await session.closed;
    expect(session.code).toBe(ErrorCode.bad_signature);
    expect(session.events).not.toContain("opened");
  });
});
