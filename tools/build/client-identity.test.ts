import { expect, test } from "vitest";
import type { PublishConfig, PublishSettings } from "../../src/apps/config";
import { IdentityPiece } from "../../src/handshake/state";
import { certificatePieces, identityOf } from "./client-identity";
import { configModule } from "./embed-config";

const leaf = "\x30\x82".padEnd(700, "\xfe");
/** What String.replace would take for a pattern stands in it. */
const issuer = "\x30\x81 $' $& $` $$ ".padEnd(130, "0");

test("the pieces are a Certificate message", () => {
  const pieces = certificatePieces([leaf, issuer]);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(128);
  // RFC 8446 section 4.4.2: length, empty context, list, and in it data and no extensions.
  expect(pieces.join("")).toBe(`\x0b\x00\x03\x4c\x00\x00\x03\x48\x00\x02\xbc${leaf}\0\0\x00\x00\x82${issuer}\0\0`);
});

test("the embedded config gives the same out as identityOf", () => {
  const settings: PublishSettings = {
    host: "a.b",
    port: 443,
    address: null,
    fingerprints: [],
    caKeys: ["\x01".repeat(32)],
    path: "/",
    alpn: null,
    retry: { base: 1, cap: 2, attempts: 3 },
    retryUnsafe: false,
    certificates: [leaf, issuer],
    key: '\0"\\\n'.padEnd(32, "k"),
  };
  const embedded = (publish: PublishSettings | null) => {
    const text = configModule({ publish } as never).replaceAll("export ", "");
    return new Function(`${text}; return publishConfig();`)() as PublishConfig | null;
  };
  const { identity, ...plain } = embedded(settings)!;
  const expected = identityOf(settings.certificates, settings.key)!;
  for (let i = 0; i < 9; i++) expect(identity!(i)).toBe(expected(i));
  expect(identity!(IdentityPiece.key)).toBe(settings.key);
  expect(plain).toEqual({ ...settings, certificates: undefined, key: undefined });
  expect(embedded({ ...settings, certificates: [], key: null })!.identity).toBe(null);
  expect(embedded(null)).toBe(null);
});
