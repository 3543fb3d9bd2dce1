/** A chain that a CA's key vouches for: leaf, the CA on P-256, a root on P-384; and how to make it with something changed. */
import {
  basicConstraints,
  certificate,
  clientAuth,
  commonName,
  extendedKeyUsage,
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
} from "../x509/certificates.testing";

/** A name that the leaf is good for. */
export const host = "api.github.com";

/** Board.time as it is at a date. */
export const seconds = (date: Date): number => date.getTime() / 1000;
/** A time when the chain is good, and one when the firmware may have been built. */
export const now = seconds(testDates.now);
export const built = seconds(testDates.notBefore);

export const leafKeys = keys("P-256", "leaf");
export const caKeys = keys("P-256", "ca");
const rootKeys = keys("P-384", "root");
export const caName = commonName("Issuing CA");
const rootName = commonName("Root");

export const leafExtensions = {
  names: subjectAltName("github.com", host),
  constraints: basicConstraints(false),
  usage: keyUsage(0x80),
  purposes: extendedKeyUsage(serverAuth, clientAuth),
};
const caExtensions = { constraints: basicConstraints(true, 0), usage: keyUsage(0x06), purposes: extendedKeyUsage(serverAuth) };

type Change<E> = Partial<Record<keyof E, Buffer | undefined>>;

/** The extensions with some replaced, or left out where undefined, and others added. */
function extensionsOf<E extends Record<string, Buffer>>(usual: E, change: Change<E>, more: Buffer[]): Buffer[] {
  return [...Object.values({ ...usual, ...change }).filter((value): value is Buffer => value !== undefined), ...more];
}

/** @param more extensions besides */
export function makeLeaf(
  change: Change<typeof leafExtensions> = {},
  parts: Parts = {},
  more: Buffer[] = [],
  signer: Keys = caKeys,
  subject: Keys = leafKeys,
): Buffer {
  return certificate(subject, signer, { issuer: caName, extensions: extensionsOf(leafExtensions, change, more), ...parts });
}

/** @param more extensions besides */
export function makeCa(change: Change<typeof caExtensions> = {}, parts: Parts = {}, more: Buffer[] = [], subject: Keys = caKeys): Buffer {
  return certificate(subject, rootKeys, {
    issuer: rootName,
    subject: caName,
    algorithm: signatureAlgorithms.ecdsaSha384,
    hash: "sha384",
    extensions: extensionsOf(caExtensions, change, more),
    ...parts,
  });
}

export const root = certificate(rootKeys, rootKeys, { issuer: rootName, subject: rootName, hash: "sha384" });

/** What the config's caKeys are for these keys. */
export const trusted = (...pairs: Keys[]): string[] => pairs.map((pair) => sha256(spkiOf(pair)).toString("latin1"));
