import { createHash, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { applyEdits, modify } from "jsonc-parser";
import { checkConfigText } from "../config/load";
import type { Colors } from "../serial/tool-error";
import { describe, ToolError } from "../serial/tool-error";
import { commonName } from "./verify-chain";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate that ends sooner is warned of. */
export const WARNING_DAYS = 30;

/** As many fingerprints as a config may have. */
const MOST_FINGERPRINTS = 8;
const MOST_CA_KEYS = 4;

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

const HTTPS_PORT = 443;
const MAX_PORT = 65_535;

/** Takes HOST or HOST:PORT apart; without a port it is 443. */
export function parseTarget(text: string): { host: string; port: number } {
  const [, host, digits] = /^([^:]+)(?::(\d+))?$/.exec(text) ?? [];
  if (!host) throw new ToolError(`${text} is not HOST or HOST:PORT`);
  const port = digits ? Number(digits) : HTTPS_PORT;
  if (port < 1 || port > MAX_PORT) throw new ToolError(`${text}: a port is a number from 1 to ${MAX_PORT}`);
  return { host, port };
}

/** The certificates in a PEM file, in its order. */
export function readCertificates(file: string): X509Certificate[] {
  let text: string;
  try {
    text = readFileSync(file, "latin1");
  } catch (error) {
    throw new ToolError(`cannot read ${file}: ${describe(error)}`);
  }
  try {
    const found = (text.match(PEM_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
    if (found.length > 0) return found;
  } catch (error) {
    throw new ToolError(`${file} has a damaged certificate (${describe(error)})`);
  }
  throw new ToolError(`there is no PEM certificate in ${file}`);
}

/** The roots to verify against: a file's, or those that Node comes with. */
export function trustedRoots(caFile: string | undefined): X509Certificate[] {
  return caFile ? readCertificates(caFile) : rootCertificates.map((pem) => new X509Certificate(pem));
}

/** Days until a certificate expires; negative after. */
export function daysLeft(certificate: X509Certificate, now: Date): number {
  return Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / DAY_MS);
}

/** "CF 05 98 …" as in the config. */
export function spacedHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
}

export function fingerprintOf(certificate: X509Certificate, hash: "sha1" | "sha256"): string {
  return spacedHex(createHash(hash).update(certificate.raw).digest());
}

/** SHA-256 of a certificate's public key (SubjectPublicKeyInfo). */
export function keyHashOf(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ type: "spki", format: "der" });
  return spacedHex(createHash("sha256").update(key).digest());
}

/** The certificate as lines of at most 80 columns for a person, a warning last if there is one. */
export function describeCertificate(certificate: X509Certificate, now: Date, colors: Colors): string[] {
  const days = daysLeft(certificate, now);
  const lines = [
    `subject      ${commonName(certificate.subject)}`,
    `issuer       ${commonName(certificate.issuer)}`,
    `valid        ${dateOf(certificate.validFrom)} to ${dateOf(certificate.validTo)} (${days < 0 ? "expired" : `${days} days left`})`,
    `key          ${keyType(certificate.publicKey)}`,
    `SHA-1        ${fingerprintOf(certificate, "sha1")}`,
    ...halves(fingerprintOf(certificate, "sha256")).map((half, index) => `${index === 0 ? "SHA-256 " : "        "}     ${half}`),
  ];
  if (days < 0) lines.push(colors.red(`warning: this certificate has expired`));
  else if (days < WARNING_DAYS)
    lines.push(colors.yellow(`warning: it expires in ${days} day${days === 1 ? "" : "s"}; pin again when the server has the next one`));
  return lines;
}

function halves(hex: string): string[] {
  const bytes = hex.split(" ");
  return [bytes.slice(0, bytes.length / 2).join(" "), bytes.slice(bytes.length / 2).join(" ")];
}

function dateOf(date: string): string {
  return new Date(date).toISOString().slice(0, "2026-11-22".length);
}

function keyType(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve) return `EC ${namedCurve === "prime256v1" ? "P-256" : namedCurve}`;
  return modulusLength ? `RSA ${modulusLength} bits` : (key.asymmetricKeyType ?? "unknown");
}

export interface Pinning {
  /** The config with the new entry in it. */
  text: string;
  /** Whether it was there already. */
  present: boolean;
  /** Where in the config it is, as "server.fingerprints". */
  path: string;
}

/**
 * Puts a fingerprint, or the hash of a CA's key, first into the config's list for a host. What was there stays behind it.
 * @param value hex with spaces
 */
export function addToConfig(text: string, file: string, host: string, list: "fingerprints" | "caKeys", value: string): Pinning {
  const config = checkConfigText(text, file);
  const section = (["server", "publish"] as const).find((name) => config[name]?.host.toLowerCase() === host.toLowerCase());
  if (!section) throw new ToolError(`${file} asks ${config.server.host}, not ${host}: not written`);
  const before = config[section]?.[list] ?? [];
  const path = `${section}.${list}`;
  const bare = (hex: string) => hex.replace(/[ :]/g, "").toUpperCase();
  if (before.some((entry) => bare(entry) === bare(value))) return { text, present: true, path };
  const most = list === "fingerprints" ? MOST_FINGERPRINTS : MOST_CA_KEYS;
  const format = { formattingOptions: { insertSpaces: true, tabSize: 2 } };
  const edited = applyEdits(text, modify(text, [section, list], [value, ...before].slice(0, most), format));
  checkConfigText(edited, file);
  return { text: edited, present: false, path };
}
