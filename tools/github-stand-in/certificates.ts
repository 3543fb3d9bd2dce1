/**
 * Certificates made anew at each start: a P-384 root, a P-256 intermediate and a leaf, with the extensions and about the sizes of
 * api.github.com's (leaf 1.2 KB, chain 3.1 KB).
 */

import { createHash, randomBytes, webcrypto } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

type CryptoKeyPair = webcrypto.CryptoKeyPair;

export type LeafKey = "p256" | "rsa2048" | "rsa4096";

export interface Authority {
  name: string;
  keys: CryptoKeyPair;
  certificate: x509.X509Certificate;
}

/** A certificate as a server needs it. */
export interface Identity {
  /** PEM, PKCS#8. */
  key: string;
  /** PEM: leaf, intermediate, root. */
  chain: string;
  /** The leaf, DER. */
  leaf: Buffer;
  /** All of the chain, DER. */
  certificates: Buffer[];
  /** "CF 05 98 …" of the leaf's DER. */
  fingerprintSha1: string;
  fingerprintSha256: string;
  /** SHA-256 of the intermediate's SubjectPublicKeyInfo, written likewise. */
  caKeySha256: string;
}

export interface LeafOptions {
  leafKey?: LeafKey;
  /** Names in subjectAltName. */
  names?: string[];
  notBefore?: Date;
  notAfter?: Date;
  /** Instead of serverAuth. */
  usages?: string[];
  /** In place of the leaf's usual extensions, for tests. */
  extensions?: x509.Extension[];
}

const DAY = 86_400_000;
const LEAF_DAYS = 90;
const CA_DAYS = 3650;
const OID_SCTS = "1.3.6.1.4.1.11129.2.4.2";
const OID_DOMAIN_VALIDATED = "2.23.140.1.2.1";
const OID_SECTIGO_POLICY = "1.3.6.1.4.1.6449.1.2.2.7";
const SCT_BYTES = 118;

const CURVE_KEYS = { p256: "P-256", p384: "P-384" } as const;
const RSA_BITS = { rsa2048: 2048, rsa4096: 4096 } as const;

const ECDSA_SHA256 = { name: "ECDSA", hash: "SHA-256" };
const ECDSA_SHA384 = { name: "ECDSA", hash: "SHA-384" };

/** RSA key pairs take seconds to make, so one of each size serves the whole process. */
const rsaKeys = new Map<LeafKey, Promise<CryptoKeyPair>>();

function ecKeys(curve: keyof typeof CURVE_KEYS): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: CURVE_KEYS[curve] }, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
}

function leafKeys(kind: LeafKey): Promise<CryptoKeyPair> {
  if (kind === "p256") return ecKeys("p256");
  let keys = rsaKeys.get(kind);
  if (!keys) {
    const algorithm = {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: RSA_BITS[kind],
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    keys = webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
    rsaKeys.set(kind, keys);
  }
  return keys;
}

function serial(): string {
  return "00" + randomBytes(16).toString("hex");
}

/** "AB CD …" */
export function spacedHex(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .toUpperCase()
    .replace(/(..)(?=.)/g, "$1 ");
}

function hash(algorithm: string, bytes: Uint8Array): string {
  return spacedHex(createHash(algorithm).update(bytes).digest());
}

/** A root of its own (P-384), and an intermediate (P-256) under it. */
export async function makeAuthorities(notBefore: Date): Promise<{ root: Authority; intermediate: Authority }> {
  const notAfter = new Date(notBefore.getTime() + CA_DAYS * DAY);
  const rootKeys = await ecKeys("p384");
  const rootName = "CN=Stand-in Public Server Authentication Root E46, O=Stand-in Limited, L=Salford, C=GB";
  const rootCertificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: rootName,
    issuer: rootName,
    notBefore,
    notAfter,
    publicKey: rootKeys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: ECDSA_SHA384,
    extensions: await authorityExtensions(rootKeys, rootKeys, undefined),
  });
  const root = { name: rootName, keys: rootKeys, certificate: rootCertificate };
  const intermediateName = "CN=Stand-in Public Server Authentication CA DV E36, O=Stand-in Limited, L=Salford, C=GB";
  const keys = await ecKeys("p256");
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: intermediateName,
    issuer: rootName,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: ECDSA_SHA384,
    extensions: await authorityExtensions(keys, rootKeys, 0),
  });
  return { root, intermediate: { name: intermediateName, keys, certificate } };
}

async function authorityExtensions(own: CryptoKeyPair, issuer: CryptoKeyPair, pathLength: number | undefined): Promise<x509.Extension[]> {
  return [
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    new x509.CertificatePolicyExtension([OID_DOMAIN_VALIDATED, OID_SECTIGO_POLICY]),
    new x509.CRLDistributionPointsExtension(["http://crl.stand-in.example/PublicServerAuthenticationRootE46.crl"]),
    new x509.AuthorityInfoAccessExtension({
      caIssuers: new x509.GeneralName("url", "http://crt.stand-in.example/PublicServerAuthenticationRootE46.p7c"),
      ocsp: new x509.GeneralName("url", "http://ocsp.stand-in.example"),
    }),
  ];
}

async function leafExtensions(keys: CryptoKeyPair, issuer: Authority, options: LeafOptions): Promise<x509.Extension[]> {
  const names = options.names ?? ["*.github.com", "github.com"];
  return [
    await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.ExtendedKeyUsageExtension(options.usages ?? [x509.ExtendedKeyUsage.serverAuth]),
    new x509.CertificatePolicyExtension([OID_SECTIGO_POLICY, OID_DOMAIN_VALIDATED]),
    new x509.AuthorityInfoAccessExtension({
      caIssuers: new x509.GeneralName("url", "http://crt.stand-in.example/PublicServerAuthenticationCADVE36.crt"),
      ocsp: new x509.GeneralName("url", "http://ocsp.stand-in.example"),
    }),
    new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: /^[\d.]+$/.test(value) ? "ip" : "dns", value }))),
    new x509.Extension(OID_SCTS, false, timestamps(4)),
  ];
}

/** An OCTET STRING with a list of signed certificate timestamps: of the right shape and size, signed by nobody. */
function timestamps(count: number): Uint8Array {
  const list: Buffer[] = [];
  for (let i = 0; i < count; i++) list.push(Buffer.from([0, SCT_BYTES, 0]), randomBytes(SCT_BYTES - 1));
  const body = Buffer.concat(list);
  const content = Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
  return Buffer.concat([Buffer.from([4, 0x82, content.length >> 8, content.length & 255]), content]);
}

/** A leaf by `issuer`, as a server presents it: with the intermediate and the root after it. */
export async function makeIdentity(
  authorities: { root: Authority; intermediate: Authority },
  now: Date,
  options: LeafOptions = {},
): Promise<Identity> {
  const { root, intermediate } = authorities;
  const keys = await leafKeys(options.leafKey ?? "p256");
  const notBefore = options.notBefore ?? new Date(now.getTime() - DAY);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: "CN=*.github.com",
    issuer: intermediate.name,
    notBefore,
    notAfter: options.notAfter ?? new Date(notBefore.getTime() + LEAF_DAYS * DAY),
    publicKey: keys.publicKey,
    signingKey: intermediate.keys.privateKey,
    signingAlgorithm: ECDSA_SHA256,
    extensions: options.extensions ?? (await leafExtensions(keys, intermediate, options)),
  });
  const chain = [certificate, intermediate.certificate, root.certificate];
  const leaf = Buffer.from(certificate.rawData);
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    chain: chain.map((one) => one.toString("pem")).join("\n"),
    leaf,
    certificates: chain.map((one) => Buffer.from(one.rawData)),
    fingerprintSha1: hash("sha1", leaf),
    fingerprintSha256: hash("sha256", leaf),
    caKeySha256: hash("sha256", Buffer.from(intermediate.certificate.publicKey.rawData)),
  };
}
