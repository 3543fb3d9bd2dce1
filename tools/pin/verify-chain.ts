import type { X509Certificate } from "node:crypto";
import { ToolError } from "../serial/tool-error";

/** RFC 5280 section 4.2.1.12 */
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

/** Certificates between leaf and root, at most. */
const LONGEST_PATH = 8;

/**
 * Verifies that a recorded chain leads from a leaf for this host to one of the roots: names, dates, signatures, and that the issuers are
 * CAs. The order and completeness of what comes after the leaf do not matter.
 * @param chain leaf first
 * @throws ToolError that says what is wrong
 */
export function verifyChain(chain: X509Certificate[], host: string, roots: X509Certificate[], now = new Date()): void {
  const [leaf, ...others] = chain;
  if (!leaf.checkHost(host)) throw new ToolError(`the certificate is not for ${host} but for ${namesOf(leaf)}: not written`);
  if (leaf.keyUsage && !leaf.keyUsage.includes(SERVER_AUTHENTICATION))
    throw new ToolError("the certificate is not for a server: not written");
  let certificate = leaf;
  for (let length = 0; length < LONGEST_PATH; length++) {
    checkDates(certificate, now);
    const root = roots.find((candidate) => issued(candidate, certificate) || candidate.fingerprint256 === certificate.fingerprint256);
    if (root) {
      checkDates(root, now);
      return;
    }
    const issuer = others.find((candidate) => issued(candidate, certificate) && candidate.fingerprint256 !== certificate.fingerprint256);
    if (!issuer) break;
    certificate = issuer;
  }
  throw new ToolError(`no trusted root vouches for ${issuerName(certificate)} (--ca-file names one of your own): not written`);
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function checkDates(certificate: X509Certificate, now: Date): void {
  if (now < new Date(certificate.validFrom))
    throw new ToolError(`${commonName(certificate.subject)} is valid only from ${certificate.validFrom}: not written`);
  if (now > new Date(certificate.validTo))
    throw new ToolError(`${commonName(certificate.subject)} has expired on ${certificate.validTo}: not written`);
}

function namesOf(certificate: X509Certificate): string {
  return certificate.subjectAltName?.replaceAll("DNS:", "") ?? commonName(certificate.subject);
}

function issuerName(certificate: X509Certificate): string {
  return commonName(certificate.issuer);
}

/** The most telling part of a name as X509Certificate gives it, one attribute a line. */
export function commonName(name: string | undefined): string {
  const attributes = (name ?? "").split("\n");
  const common = attributes.find((attribute) => attribute.startsWith("CN="));
  return common?.slice("CN=".length) ?? (attributes.join(", ") || "(no name)");
}
