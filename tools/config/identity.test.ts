import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Identity, makeAuthorities, makeIdentity } from "../github-stand-in/certificates";
import { readIdentity } from "./identity";
import { ConfigError, loadConfig } from "./load";

const folder = mkdtempSync(join(tmpdir(), "buildlamp-identity-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const usages = ["1.3.6.1.5.5.7.3.2"];
const DAY = 86_400_000;
let own: Identity;
let other: Identity;
let rsa: Identity;
let forServers: Identity;
let old: Identity;
let early: Identity;

function blocks(pem: string): string[] {
  return pem.match(/-----BEGIN[\s\S]*?-----END [A-Z ]+-----\n?/g)!;
}

function write(name: string, text: string | Buffer): string {
  writeFileSync(join(folder, name), text);
  return name;
}

function sec1(key: string): string {
  return createPrivateKey(key).export({ type: "sec1", format: "pem" }).toString();
}

function complaint(certificate: string, key: string): string {
  try {
    readIdentity({ certificate: write("c.pem", certificate), key: write("k.pem", key) }, folder);
  } catch (error) {
    return `${(error as { file: string }).file}: ${(error as Error).message}`;
  }
  return "";
}

beforeAll(async () => {
  const now = new Date();
  const authorities = await makeAuthorities(new Date(now.getTime() - 400 * DAY));
  const make = (options: Parameters<typeof makeIdentity>[2]) => makeIdentity(authorities, now, { usages, ...options });
  own = await make({});
  other = await make({});
  rsa = await make({ leafKey: "rsa2048" });
  forServers = await make({ usages: ["1.3.6.1.5.5.7.3.1"] });
  old = await make({ notBefore: new Date(now.getTime() - 300 * DAY), notAfter: new Date(now.getTime() - DAY) });
  early = await make({ notBefore: new Date(now.getTime() + DAY), notAfter: new Date(now.getTime() + 9 * DAY) });
});

describe("a right identity", () => {
  test.each([
    ["PKCS#8", (key: string) => key],
    ["SEC1", sec1],
    [
      "SEC1 after its EC PARAMETERS",
      (key: string) => `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1(key)}`,
    ],
    ["with text around it and CR LF", (key: string) => `Key of the lamp\n${key}\nthe end\n`.replace(/\n/g, "\r\n")],
  ])("%s", (_name, form) => {
    const files = { certificate: write("c.pem", own.chain), key: write("k.pem", form(own.key)) };
    const identity = readIdentity(files, folder);
    expect(identity.certificates).toEqual(own.certificates.map((one) => one.toString("latin1")));
    const { d } = createPrivateKey(own.key).export({ format: "jwk" });
    expect(Buffer.from(identity.key, "latin1").toString("base64url")).toBe(d);
    expect(identity.key).toHaveLength(32);
  });

  test("the leaf alone, both in one file, by an absolute path", () => {
    const file = join(folder, write("both.pem", own.key + blocks(own.chain)[0]));
    expect(readIdentity({ certificate: file, key: file }, "/nowhere").certificates).toHaveLength(1);
  });
});

describe("a mistake is said by name", () => {
  const p384 = () => generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const ed25519 = () => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const encrypted = () =>
    createPrivateKey(own.key).export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" }).toString();
  const oldEncrypted = () =>
    createPrivateKey(own.key).export({ type: "sec1", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" }).toString();
  const pkcs1 = () => createPrivateKey(rsa.key).export({ type: "pkcs1", format: "pem" }).toString();
  const reversed = () => blocks(own.chain).reverse().join("");
  const gap = () => [blocks(own.chain)[0], blocks(own.chain)[2]].join("");
  const cases: [string, () => [string, string], RegExp][] = [
    ["key and certificate of two clients", () => [own.chain, other.key], /^certificate: and publish\.key do not belong together$/],
    ["RSA key, PKCS#1", () => [own.chain, pkcs1()], /^key: is an RSA key, and the firmware signs with P-256 only; openssl ecparam/],
    ["RSA key, PKCS#8", () => [own.chain, rsa.key], /^key: is an RSA key, and the firmware signs with P-256 only/],
    ["RSA certificate", () => [rsa.chain, own.key], /^certificate: is a certificate of an RSA key/],
    ["other curve", () => [own.chain, p384()], /^key: is a key on the curve secp384r1, and the firmware signs on P-256/],
    ["other kind", () => [own.chain, ed25519()], /^key: is a key of the kind ed25519/],
    ["encrypted, PKCS#8", () => [own.chain, encrypted()], /^key: is encrypted/],
    ["encrypted, the old way", () => [own.chain, oldEncrypted()], /^key: is encrypted/],
    ["files exchanged", () => [own.key, own.chain], /^key: holds no private key$/],
    ["no certificate in it", () => [own.key, own.key], /^certificate: holds no certificate$/],
    ["two keys", () => [own.chain, own.key + other.key], /^key: holds more than one private key$/],
    ["DER", () => ["\x30\x82", own.key], /^certificate: is not a PEM file/],
    [
      "damaged certificate",
      () => [own.chain.replace(/MII..../, "AAAAAAAA"), own.key],
      /^certificate: has a certificate \(number 1\) that cannot/,
    ],
    ["damaged key", () => [own.chain, own.key.replace(/MI..../, "AAAAAA")], /^key: holds a private key that cannot be read$/],
    ["expired", () => [old.chain, old.key], /^certificate: has expired \(/],
    ["not valid yet", () => [early.chain, early.key], /^certificate: is not valid yet \(from /],
    ["for servers", () => [forServers.chain, forServers.key], /^certificate: is not for TLS clients/],
    [
      "chain in reverse",
      () => [reversed(), own.key],
      /^certificate: (must begin with the client's own|is a certificate of a key on the curve)/,
    ],
    ["chain with a gap", () => [gap(), own.key], /^certificate: has its certificates out of order: number 2 did not issue number 1$/],
    ["intermediate first", () => [blocks(own.chain)[1]! + blocks(own.chain)[0], own.key], /^certificate: must begin with the client's own/],
  ];
  test.each(cases)("%s", (_name, files, message) => {
    const [certificate, key] = files();
    const said = complaint(certificate, key);
    expect(said).toMatch(message);
    expect(said).not.toContain("\n");
  });

  test("no message has anything of the key in it", () => {
    const secret = blocks(own.key)[0]!.split("\n").slice(1, -2).join("");
    for (const [, files] of cases) {
      const said = complaint(...files());
      for (let at = 40; at + 8 < secret.length; at += 4) expect(said).not.toContain(secret.slice(at, at + 8));
    }
  });
});

describe("in the config", () => {
  const config = (publish: object) =>
    JSON.stringify(
      {
        wifi: { ssid: "net", password: "" },
        server: { host: "a.b", fingerprints: ["00".repeat(20)] },
        status: { owner: "a", repo: "b", ref: "c" },
        publish: { host: "c.d", path: "/x", fingerprints: ["00".repeat(20)], ...publish },
      },
      null,
      1,
    );
  const load = (publish: object) => loadConfig(join(folder, write("config.json", config(publish))));

  test("the files are looked for beside the config", () => {
    write("own.pem", own.chain);
    write("own-key.pem", own.key);
    const { publish } = load({ certificate: "own.pem", key: "own-key.pem" });
    expect(publish?.certificates).toHaveLength(3);
    expect(publish?.key).toHaveLength(32);
    expect(publish).toMatchObject({ retry: { base: 500, cap: 5000, attempts: 5 }, retryUnsafe: false, alpn: null });
  });

  test("neither is needed, and how to try again can be said", () => {
    const { publish } = load({
      alpn: "x-amzn-http-ca",
      retry: { attempts: 2, baseMilliseconds: 100, capMilliseconds: 200 },
      retryUnsafe: true,
    });
    expect(publish).toMatchObject({
      certificates: [],
      key: null,
      alpn: "x-amzn-http-ca",
      retry: { base: 100, cap: 200, attempts: 2 },
      retryUnsafe: true,
    });
  });

  test("a mistake has file and line", () => {
    expect(() => load({ certificate: "none.pem", key: "own-key.pem" })).toThrow(
      new ConfigError(`${folder}/config.json:23: publish.certificate names none.pem, and there is no such file`),
    );
    expect(() => load({ retry: { attempts: 0 } })).toThrow(/: publish\.retry\.attempts must be 1 or more$/);
    expect(() => load({ retry: { attempt: 1 } })).toThrow(/: publish\.retry\.attempt is not a key that is known; did you mean attempts\?$/);
  });
});
