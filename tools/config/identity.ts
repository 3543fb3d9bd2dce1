/**
 * The client's certificate and key, from PEM files to what the build embeds. Everything that a server would only refuse at three in the morning
 * is said here, in messages that hold nothing of the files but names, dates and curves.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Bytes } from "../../src/transport";

export interface ClientIdentity {
  /** DER, leaf first. */
  certificates: Bytes[];
  /** The private key of P-256: 32 bytes. */
  key: Bytes;
}

export interface IdentityFiles {
  certificate: string;
  key: string;
}

/** What is wrong with one of the two files. */
export class IdentityError extends Error {
  constructor(
    readonly file: keyof IdentityFiles,
    message: string,
  ) {
    super(message);
  }
}

interface PemBlock {
  label: string;
  der: Buffer;
}

/** What the board holds of a chain at once is small, but each byte of it is a byte of the script. */
const maxChainBytes = 8192;
const curve = "prime256v1";
const makeKey = `openssl ecparam -name ${curve} -genkey -noout -out KEY.pem makes one that is right`;
const clientAuth = "1.3.6.1.5.5.7.3.2";

/** @param folder what the paths are relative to */
export function readIdentity(files: IdentityFiles, folder: string, now: Date = new Date()): ClientIdentity {
  const blocks = pemBlocks("certificate", readText("certificate", files.certificate, folder)).filter((one) => one.label === "CERTIFICATE");
  const key = readKey(readText("key", files.key, folder));
  const chain = blocks.map(({ der }, index) => readCertificate(der, index));
  checkChain(chain, key, now);
  const certificates = chain.map((one) => one.raw.toString("latin1"));
  if (certificates.join("").length > maxChainBytes) fail("certificate", `holds more than ${maxChainBytes} bytes of certificates`);
  return { certificates, key: Buffer.from(key.export({ format: "jwk" }).d!, "base64url").toString("latin1") };
}

function readText(file: keyof IdentityFiles, path: string, folder: string): string {
  try {
    return readFileSync(isAbsolute(path) ? path : join(folder, path), "latin1");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fail(file, code === "ENOENT" ? `names ${path}, and there is no such file` : `names ${path}, which cannot be read (${code})`);
  }
}

/** All blocks of a PEM file (RFC 7468); text around them is left out. */
function pemBlocks(file: keyof IdentityFiles, text: string): PemBlock[] {
  const found = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----\s([\s\S]*?)-----END \1-----/g)];
  if (found.length === 0)
    fail(file, "is not a PEM file; openssl x509 (for a key: openssl pkey) with -inform DER -in FILE -out FILE.pem makes one of a DER file");
  // What stands before an empty line is about the block (RFC 1421), as in an encrypted key of the old form.
  return found.map(([, label, body]) => ({
    label: /^Proc-Type:.*ENCRYPTED/m.test(body!) ? "ENCRYPTED PRIVATE KEY" : label!,
    der: Buffer.from(body!, "base64"),
  }));
}

function readCertificate(der: Buffer, index: number): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    fail("certificate", `has a certificate (number ${index + 1}) that cannot be read`);
  }
}

function readKey(text: string): KeyObject {
  const keys = pemBlocks("key", text).filter((one) => one.label.endsWith("PRIVATE KEY"));
  const [block] = keys;
  if (!block) fail("key", "holds no private key");
  if (keys.length > 1) fail("key", "holds more than one private key");
  if (block.label === "ENCRYPTED PRIVATE KEY")
    fail("key", "is encrypted, and the board cannot ask for a passphrase; openssl pkey -in FILE -out KEY.pem takes it off");
  if (block.label === "RSA PRIVATE KEY") fail("key", `is an RSA key, and the firmware signs with P-256 only; ${makeKey}`);
  return checkKeyKind("key", "", parseKey(block));
}

function parseKey({ label, der }: PemBlock): KeyObject {
  try {
    return createPrivateKey({ key: der, format: "der", type: label === "EC PRIVATE KEY" ? "sec1" : "pkcs8" });
  } catch {
    // The library's own message is left out: nothing of a key's file may get into a log.
    fail("key", "holds a private key that cannot be read");
  }
}

/** @returns the key, which is one of P-256 */
function checkKeyKind(file: keyof IdentityFiles, what: string, key: KeyObject): KeyObject {
  const kind = key.asymmetricKeyType;
  const named = key.asymmetricKeyDetails?.namedCurve;
  if (kind === "rsa" || kind === "rsa-pss") fail(file, `is ${what}an RSA key, and the firmware signs with P-256 only; ${makeKey}`);
  if (kind !== "ec") fail(file, `is ${what}a key of the kind ${kind}, and the firmware signs with P-256 only; ${makeKey}`);
  if (named !== curve) fail(file, `is ${what}a key on the curve ${named}, and the firmware signs on P-256 (${curve}) only; ${makeKey}`);
  return key;
}

function checkChain(chain: X509Certificate[], key: KeyObject, now: Date): void {
  const [leaf] = chain;
  if (!leaf) fail("certificate", "holds no certificate");
  checkKeyKind("certificate", "a certificate of ", leaf.publicKey);
  if (!leaf.checkPrivateKey(key)) {
    const isLater = chain.some((one) => one.checkPrivateKey(key));
    fail("certificate", isLater ? "must begin with the client's own certificate, then the CA's" : "and publish.key do not belong together");
  }
  if (leaf.keyUsage && !leaf.keyUsage.includes(clientAuth))
    fail("certificate", "is not for TLS clients (its extended key usage lacks clientAuth)");
  chain.forEach((one, index) => {
    const which = index ? `has a certificate (number ${index + 1}) that ` : "";
    if (new Date(one.validTo) < now) fail("certificate", `${which}has expired (${one.validTo})`);
    if (new Date(one.validFrom) > now) fail("certificate", `${which}is not valid yet (from ${one.validFrom})`);
    const issuer = chain[index + 1];
    if (issuer && !(one.checkIssued(issuer) && one.verify(issuer.publicKey)))
      fail("certificate", `has its certificates out of order: number ${index + 2} did not issue number ${index + 1}`);
  });
}

function fail(file: keyof IdentityFiles, message: string): never {
  throw new IdentityError(file, message);
}
