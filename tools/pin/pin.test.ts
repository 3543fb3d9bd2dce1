import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basicConstraints, certificate, commonName, type Keys, keys, subjectAltName, testDates } from "../../src/x509/certificates.testing";
import { projectRoot } from "../build/paths";
import { type StandIn, startStandIn } from "../github-stand-in/server";
import { addToConfig, daysLeft, describeCertificate, fingerprintOf, keyHashOf, parseTarget, readCertificates, trustedRoots } from "./pin";
import { recordChain } from "./record-chain";
import { verifyChain } from "./verify-chain";

const HOST = "api.github.com";
const DAY_MS = 86_400_000;
const plain = createColors(false);
const example = readFileSync(join(projectRoot, "board/config.example.json"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "pin-"));
let standIn: StandIn;
let chain: X509Certificate[];
let root: X509Certificate;

beforeAll(async () => {
  standIn = await startStandIn({ names: [HOST, "github.com"] });
  chain = await record();
  root = new X509Certificate(standIn.identity.certificates.at(-1) as Buffer);
});
afterAll(async () => {
  await standIn.close();
  rmSync(folder, { recursive: true });
});

function record(port = standIn.port) {
  return recordChain({ host: HOST, port, address: "127.0.0.1" });
}

describe("recording", () => {
  it("gives the chain that the firmware's TLS client is sent, and sends no request", async () => {
    expect(chain.map((certificate) => certificate.raw)).toEqual(standIn.identity.certificates);
    expect(standIn.requests).toEqual([]);
  });

  it("gives the RSA certificate of a server that has no other", async () => {
    const server = await startStandIn({ names: [HOST], leafKey: "rsa2048" });
    const [leaf] = await record(server.port);
    await server.close();
    expect(leaf.publicKey.asymmetricKeyType).toBe("rsa");
  });

  it("works through a HelloRetryRequest", async () => {
    const server = await startStandIn({ names: [HOST], groups: "P-256" });
    const recorded = await record(server.port);
    await server.close();
    expect(recorded.map((certificate) => certificate.raw)).toEqual(server.identity.certificates);
  });

  it("names what went wrong", async () => {
    await standIn.pause();
    await expect(record()).rejects.toThrow(/no certificate from api.github.com:\d+: connection_refused/);
    await standIn.resume();
    const other = createServer((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    await expect(record((other.address() as AddressInfo).port)).rejects.toThrow(/not_tls/);
    other.close();
  });
});

describe("describing", () => {
  const now = new Date();
  it("fits a terminal of 80 columns", () => {
    const lines = describeCertificate(chain[0], now, plain);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join("\n")).toContain(`SHA-1        ${standIn.fingerprintSha1}`);
    expect(lines.join(" ").replace(/\s+/g, " ")).toContain(`SHA-256 ${standIn.fingerprintSha256}`);
    expect(lines.join("\n")).toContain("key          EC P-256");
    expect(lines.join("\n")).not.toContain("warning");
  });

  it("warns from 30 days before the end", () => {
    const end = new Date(chain[0].validTo).getTime();
    const last = (days: number) => describeCertificate(chain[0], new Date(end - days * DAY_MS), plain).at(-1);
    expect(last(30)).not.toContain("warning");
    expect(last(29)).toBe("warning: it expires in 29 days; pin again when the server has the next one");
    expect(last(1)).toContain("in 1 day;");
    expect(last(-1)).toBe("warning: this certificate has expired");
    expect(daysLeft(chain[0], new Date(end + 1))).toBe(-1);
  });
});

describe("verifying", () => {
  it("takes a chain that a root vouches for, in any order, root sent or not", () => {
    const [leaf, intermediate] = chain;
    expect(() => verifyChain(chain, HOST, [root])).not.toThrow();
    expect(() => verifyChain([leaf, root, intermediate], HOST, [root])).not.toThrow();
    expect(() => verifyChain([leaf, intermediate], HOST, [root])).not.toThrow();
  });

  it("refuses all others", async () => {
    const [leaf, intermediate] = chain;
    const stranger = await startStandIn({ names: [HOST] });
    await stranger.close();
    const strangers = stranger.identity.certificates.map((certificate) => new X509Certificate(certificate));
    expect(() => verifyChain(chain, "example.com", [root])).toThrow(/not for example.com but for .*api.github.com/);
    expect(() => verifyChain(chain, HOST, trustedRoots(undefined))).toThrow("no trusted root vouches for");
    expect(() => verifyChain(chain, HOST, [strangers[2]])).toThrow("no trusted root vouches for");
    expect(() => verifyChain([strangers[0], intermediate], HOST, [root])).toThrow("no trusted root vouches for");
    expect(() => verifyChain([leaf], HOST, [root])).toThrow("no trusted root vouches for");
    expect(() => verifyChain(chain, HOST, [root], new Date(Date.now() + 100 * DAY_MS))).toThrow("has expired on");
    expect(() => verifyChain(chain, HOST, [root], new Date(Date.now() - 100 * DAY_MS))).toThrow("is valid only from");
    const client = await standIn.makeIdentity({ names: [HOST], usages: ["1.3.6.1.5.5.7.3.2"] });
    expect(() => verifyChain([new X509Certificate(client.leaf), ...chain.slice(1)], HOST, [root])).toThrow("is not for a server");
  });

  describe("a made-up chain", () => {
    const name = subjectAltName(HOST);
    const [rootKeys, siteKeys, thiefKeys] = ["root", "site", "thief"].map((label) => keys("P-256", label));
    const [rootName, siteName] = [commonName("Root"), commonName("Site")];
    const authority = (isCa: boolean) => ({ issuer: rootName, subject: siteName, extensions: [basicConstraints(isCa), name] });
    const root = new X509Certificate(
      certificate(rootKeys, rootKeys, { issuer: rootName, subject: rootName, extensions: [basicConstraints(true)] }),
    );
    const issuer = (isCa: boolean) => new X509Certificate(certificate(siteKeys, rootKeys, authority(isCa)));
    const leafBy = (signer: Keys) => new X509Certificate(certificate(thiefKeys, signer, { issuer: siteName, extensions: [name] }));

    it("is fine if each is signed by the next, a CA", () => {
      expect(() => verifyChain([leafBy(siteKeys), issuer(true)], HOST, [root], testDates.now)).not.toThrow();
    });

    it("is refused if a certificate is signed by another key than its issuer's", () => {
      expect(() => verifyChain([leafBy(thiefKeys), issuer(true)], HOST, [root], testDates.now)).toThrow("no trusted root vouches for");
    });

    it("is refused if an issuer is not a CA", () => {
      expect(() => verifyChain([leafBy(siteKeys), issuer(false)], HOST, [root], testDates.now)).toThrow("no trusted root vouches for");
    });
  });

  it("takes a leaf that is itself trusted, and nothing where nothing is", () => {
    expect(() => verifyChain([chain[0]], HOST, [chain[0]])).not.toThrow();
    expect(() => verifyChain(chain, HOST, [])).toThrow("no trusted root");
  });
});

describe("the config", () => {
  it("gets the new fingerprint first and keeps the others, up to eight", () => {
    const value = fingerprintOf(chain[0], "sha1");
    const { text, present, path } = addToConfig(example, "c.json", HOST, "fingerprints", value);
    expect([present, path]).toEqual([false, "server.fingerprints"]);
    const old = JSON.parse(example);
    expect(JSON.parse(text)).toEqual({ ...old, server: { ...old.server, fingerprints: [value, ...old.server.fingerprints] } });
    expect(addToConfig(text, "c.json", HOST, "fingerprints", value.replaceAll(" ", ":").toLowerCase())).toEqual({
      text,
      present: true,
      path,
    });
    let full = text;
    for (let index = 0; index < 8; index++)
      full = addToConfig(full, "c.json", HOST, "fingerprints", value.replace(/^../, `0${index}`)).text;
    expect(JSON.parse(full).server.fingerprints).toHaveLength(8);
  });

  it("keeps what is elsewhere in the file as it is written", () => {
    const { text } = addToConfig(example, "c.json", HOST, "fingerprints", fingerprintOf(chain[0], "sha256"));
    const untouched = (config: string) => config.split("\n").filter((line) => /wifi|status|light|host/.test(line));
    expect(untouched(text)).toEqual(untouched(example));
  });

  it("gets the CA's key", () => {
    const { text, path } = addToConfig(example, "c.json", HOST, "caKeys", keyHashOf(chain[1]));
    expect(path).toBe("server.caKeys");
    expect(JSON.parse(text).server.caKeys).toEqual([standIn.caKeySha256]);
  });

  it("is not changed for a host that it does not name", () => {
    expect(() => addToConfig(example, "c.json", "example.com", "fingerprints", fingerprintOf(chain[0], "sha1"))).toThrow(
      "c.json asks api.github.com, not example.com",
    );
  });
});

describe("what is pinned", () => {
  it("is a host, with a port or without", () => {
    expect(parseTarget(HOST)).toEqual({ host: HOST, port: 443 });
    expect(parseTarget("iot.example:8443")).toEqual({ host: "iot.example", port: 8443 });
  });

  it.each(["", "https://api.github.com", `${HOST}:`, `${HOST}:x`, `${HOST}:0`, `${HOST}:65536`])("is not %o", (text) => {
    expect(() => parseTarget(text)).toThrow(/is not HOST or HOST:PORT$|a port is a number from 1 to 65535$/);
  });
});

describe("certificates on disk", () => {
  it("are read in their order, with text around them", () => {
    const file = join(folder, "chain.pem");
    writeFileSync(file, `a chain\n${standIn.identity.chain}\n`);
    expect(readCertificates(file).map((certificate) => certificate.fingerprint256)).toEqual(
      chain.map((certificate) => certificate.fingerprint256),
    );
  });

  it("are named where they are missing or damaged", () => {
    const file = join(folder, "bad.pem");
    expect(() => readCertificates(file)).toThrow(`cannot read ${file}`);
    writeFileSync(file, "nothing");
    expect(() => readCertificates(file)).toThrow("there is no PEM certificate in");
    writeFileSync(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect(() => readCertificates(file)).toThrow("has a damaged certificate");
  });
});
