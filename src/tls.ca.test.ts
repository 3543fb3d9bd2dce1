import { describe, expect, test } from "vitest";
import { ErrorCode } from "./errors/codes";
import { meaningOf } from "./errors/meanings";
import { fingerprint, type Session, startSession } from "./tls.testing";
import { built, caKeys, host, leafKeys, makeCa, makeLeaf, now, root, seconds, trusted } from "./trust/ca-chain.testing";
import {
  basicConstraints,
  clientAuth,
  extendedKeyUsage,
  extension,
  type Keys,
  keys,
  keyUsage,
  signatureAlgorithms,
  subjectAltName,
  testDates,
  time,
} from "./x509/certificates.testing";

const day = 86400;

interface Chain {
  chain: Buffer[];
  trusts?: Keys;
  at?: number;
  /** The config has the leaf's fingerprint, too. */
  isPinned?: boolean;
}

/** The server says all that it has to say once the connection is open. */
function connect({ chain, trusts = caKeys, at = now, isPinned }: Chain): Session {
  return startSession({
    server: { key: leafKeys.privateKey, chain },
    tls: { host, fingerprints: isPinned ? [fingerprint(chain[0]!)] : [], caKeys: trusted(trusts), built },
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
    ["leaf, issuer, root", { chain: [makeLeaf(), makeCa(), root] }],
    ["the issuer after others", { chain: [makeLeaf(), root, makeCa({}, {}, [], keys("P-256", "other")), makeCa()] }],
    ["an RSA issuer", { chain: [makeLeaf({}, {}, [], keys(2048)), makeCa({}, {}, [], keys(2048)), root], trusts: keys(2048) }],
    ["a wildcard", { chain: [makeLeaf({ names: subjectAltName("*.github.com") }), makeCa(), root] }],
    ["a fingerprint that matches, whatever the chain", { chain: [makeLeaf()], isPinned: true }],
  ])("%s: the connection opens", async (_name, chain) => {
    expect(await outcome(chain)).toBe("none");
  });

  test.each<[string, string, Chain]>([
    ["another CA's key", "issuer_missing", { chain: [makeLeaf(), makeCa(), root], trusts: keys("P-256", "other") }],
    ["no issuer in the chain", "issuer_missing", { chain: [makeLeaf()] }],
    ["another name", "leaf_name_mismatch", { chain: [makeLeaf({ names: subjectAltName("github.com") }), makeCa()] }],
    ["a wildcard too deep", "leaf_name_mismatch", { chain: [makeLeaf({ names: subjectAltName("*.com", "*.x.github.com") }), makeCa()] }],
    ["an issuer that is no CA", "issuer_not_ca", { chain: [makeLeaf(), makeCa({ constraints: basicConstraints(false) })] }],
    ["a leaf that is a CA", "leaf_is_ca", { chain: [makeLeaf({ constraints: basicConstraints(true) }), makeCa()] }],
    ["a leaf out of date", "leaf_expired", { chain: [makeLeaf(), makeCa()], at: seconds(testDates.notAfter) + 1 }],
    ["an issuer out of date", "issuer_expired", { chain: [makeLeaf(), makeCa({}, { notAfter: time(new Date((now - day) * 1000)) })] }],
    ["a leaf of tomorrow", "leaf_not_yet_valid", { chain: [makeLeaf({}, { notBefore: time(new Date((now + day) * 1000)) }), makeCa()] }],
    [
      "an issuer of tomorrow",
      "issuer_not_yet_valid",
      { chain: [makeLeaf(), makeCa({}, { notBefore: time(new Date((now + day) * 1000)) })] },
    ],
    ["a leaf not for signatures", "leaf_usage_wrong", { chain: [makeLeaf({ usage: keyUsage(0x20) }), makeCa()] }],
    ["an issuer not for certificates", "issuer_usage_wrong", { chain: [makeLeaf(), makeCa({ usage: keyUsage(0x80) })] }],
    ["a leaf not for servers", "leaf_not_for_servers", { chain: [makeLeaf({ purposes: extendedKeyUsage(clientAuth) }), makeCa()] }],
    ["an issuer not for servers", "issuer_not_for_servers", { chain: [makeLeaf(), makeCa({ purposes: extendedKeyUsage(clientAuth) })] }],
    ["a signature by another key", "leaf_signature_wrong", { chain: [makeLeaf({}, {}, [], keys("P-256", "other")), makeCa()] }],
    [
      "an algorithm that is not allowed",
      "certificate_algorithm_unsupported",
      { chain: [makeLeaf({}, { algorithm: signatureAlgorithms.ecdsaSha384, hash: "sha384" }), makeCa()] },
    ],
    ["bytes after the leaf", "certificate_malformed", { chain: [Buffer.concat([makeLeaf(), Buffer.alloc(1)]), makeCa()] }],
    [
      "a critical extension that nobody knows",
      "certificate_extension_unknown",
      { chain: [makeLeaf({}, {}, [extension("1.2.3.4", Buffer.from([5, 0]), true)]), makeCa()] },
    ],
    ["no time yet", "time_unknown", { chain: [makeLeaf(), makeCa()], at: 60 }],
    ["a time before the build", "time_before_build", { chain: [makeLeaf(), makeCa()], at: built - 1 }],
  ])("%s: %s, and no connection", async (_name, error, chain) => {
    expect(await outcome(chain)).toBe(error);
  });

  test("a signature of the handshake by another key than the leaf's", async () => {
    const session = startSession({
      server: { key: keys("P-256", "other").privateKey, chain: [makeLeaf(), makeCa(), root] },
      tls: { host, fingerprints: [], caKeys: trusted(caKeys), built },
      time: now,
    });
    await session.closed;
    expect(session.code).toBe(ErrorCode.bad_signature);
    expect(session.events).not.toContain("opened");
  });
});
