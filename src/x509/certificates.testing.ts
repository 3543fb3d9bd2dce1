/** Certificates for tests: made by @peculiar/x509 or, where a rule is to be broken that it keeps, put together here by hand. */
import { createHash, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";

/** One DER element with the shortest length. */
export function element(tag: number, ...contents: Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const n = body.length;
  const header = n < 128 ? [tag, n] : n < 256 ? [tag, 0x81, n] : [tag, 0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from(header), body]);
}

export const sequence = (...contents: Uint8Array[]): Buffer => element(0x30, ...contents);
export const oid = (...octets: number[]): Buffer => element(0x06, Buffer.from(octets));

/** An OBJECT IDENTIFIER of its dotted text. */
export function oidOf(dotted: string): Buffer {
  const arcs = dotted.split(".").map(Number);
  const octets = [arcs[0] * 40 + arcs[1]];
  for (const arc of arcs.slice(2)) {
    const group = [arc & 127];
    for (let rest = arc >> 7; rest > 0; rest >>= 7) group.unshift((rest & 127) | 128);
    octets.push(...group);
  }
  return oid(...octets);
}

export const integer = (...octets: number[]): Buffer => element(0x02, Buffer.from(octets));
export const bitString = (contents: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), contents);
export const commonName = (text: string): Buffer => sequence(element(0x31, sequence(oidOf("2.5.4.3"), element(0x0c, Buffer.from(text)))));
export const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** UTCTime, or GeneralizedTime from 2050 on (RFC 5280 section 4.1.2.5). */
export function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]/g, "").slice(0, 14) + "Z";
  return date.getUTCFullYear() < 2050 ? element(0x17, Buffer.from(text.slice(2))) : element(0x18, Buffer.from(text));
}

export const signatureAlgorithms = {
  ecdsaSha256: sequence(oidOf("1.2.840.10045.4.3.2")),
  ecdsaSha384: sequence(oidOf("1.2.840.10045.4.3.3")),
  rsaSha256: sequence(oidOf("1.2.840.113549.1.1.11"), element(0x05)),
  rsaSha1: sequence(oidOf("1.2.840.113549.1.1.5"), element(0x05)),
  rsaSha384: sequence(oidOf("1.2.840.113549.1.1.12"), element(0x05)),
};

/** An Extension (RFC 5280 section 4.1). */
export function extension(dotted: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oidOf(dotted), ...(critical ? [element(0x01, Buffer.from([0xff]))] : []), element(0x04, value));
}

export const basicConstraints = (ca: boolean, pathLength?: number): Buffer =>
  extension(
    "2.5.29.19",
    sequence(...(ca ? [element(0x01, Buffer.from([0xff]))] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])),
    true,
  );
/** @param bits the named bits as the first octet holds them, digitalSignature being 0x80 */
export function keyUsage(bits: number): Buffer {
  let unused = 0;
  while (unused < 7 && !((bits >> unused) & 1)) unused++;
  return extension("2.5.29.15", element(0x03, Buffer.from([unused, bits])), true);
}
export const extendedKeyUsage = (...purposes: string[]): Buffer => extension("2.5.29.37", sequence(...purposes.map(oidOf)));
export const subjectAltName = (...names: string[]): Buffer =>
  extension("2.5.29.17", sequence(...names.map((name) => element(0x82, Buffer.from(name)))));

export const serverAuth = "1.3.6.1.5.5.7.3.1";
export const clientAuth = "1.3.6.1.5.5.7.3.2";

/** The parts of a certificate that a test may replace. */
export type Parts = Partial<{
  version: Uint8Array;
  serial: Uint8Array;
  algorithm: Uint8Array;
  outerAlgorithm: Uint8Array;
  issuer: Uint8Array;
  notBefore: Uint8Array;
  notAfter: Uint8Array;
  subject: Uint8Array;
  spki: Uint8Array;
  extensions: Uint8Array[];
  /** What stands where the extensions do, in their stead. */
  tail: Uint8Array;
  hash: string;
  sign: (toBeSigned: Uint8Array) => Uint8Array;
  /** Changes the signature. */
  mend: (signature: Uint8Array) => Uint8Array;
  /** The unused bits that the signature's BIT STRING claims. */
  mendBits: number;
}>;

export type Keys = { publicKey: KeyObject; privateKey: KeyObject };
const pool = new Map<string, Keys>();
/** A key pair, the same one each time for the same name. */
export function keys(kind: "P-256" | "P-384" | "ed25519" | 1024 | 2048 | 3072 | 4096, name = "", exponent = 65537): Keys {
  const id = `${kind} ${name} ${exponent}`;
  let pair = pool.get(id);
  if (!pair) {
    if (kind === "ed25519") pair = generateKeyPairSync("ed25519");
    else if (typeof kind === "string") pair = generateKeyPairSync("ec", { namedCurve: kind });
    else pair = generateKeyPairSync("rsa", { modulusLength: kind, publicExponent: exponent });
    pool.set(id, pair);
  }
  return pair;
}
export const spkiOf = (pair: Keys): Buffer => pair.publicKey.export({ type: "spki", format: "der" });

export const testDates = {
  notBefore: new Date("2026-01-01T00:00:00Z"),
  now: new Date("2026-06-01T00:00:00Z"),
  notAfter: new Date("2027-01-01T00:00:00Z"),
};

/** A certificate of the given parts; what is not given is as a public CA would have it. */
export function certificate(subject: Keys, signer: Keys, parts: Parts = {}): Buffer {
  const algorithm =
    parts.algorithm ?? (signer.privateKey.asymmetricKeyType === "rsa" ? signatureAlgorithms.rsaSha256 : signatureAlgorithms.ecdsaSha256);
  const extensions = parts.extensions ?? [subjectAltName("api.github.com")];
  const tbs = sequence(
    parts.version ?? element(0xa0, integer(2)),
    parts.serial ?? integer(0x11, 0x22),
    algorithm,
    parts.issuer ?? commonName("issuer"),
    sequence(parts.notBefore ?? time(testDates.notBefore), parts.notAfter ?? time(testDates.notAfter)),
    parts.subject ?? commonName("subject"),
    parts.spki ?? spkiOf(subject),
    parts.tail ?? (extensions.length ? element(0xa3, sequence(...extensions)) : Buffer.alloc(0)),
  );
  const sign =
    parts.sign ??
    ((bytes: Uint8Array) =>
      createSign(parts.hash ?? "sha256")
        .update(bytes)
        .sign(signer.privateKey));
  const signature = (parts.mend ?? ((bytes: Uint8Array) => bytes))(sign(tbs));
  return sequence(tbs, parts.outerAlgorithm ?? algorithm, bitString(signature, parts.mendBits));
}

/**
 * A view of `bytes` that a parser may read as Espruino lets it: past the end a byte is undefined, but an index that is negative or not a whole
 * number is an error there.
 */
export function asEspruinoReads(bytes: Uint8Array): Uint8Array {
  return new Proxy(bytes, {
    get(target, name) {
      if (typeof name === "string" && /^-?\d|^NaN|^undefined/.test(name) && !/^\d+$/.test(name)) throw new Error(`index ${name}`);
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
