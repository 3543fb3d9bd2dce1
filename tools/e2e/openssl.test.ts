/** The whole job, from ClientHello to the reported status, with OpenSSL's own server as GitHub: it serves the recorded answer as a file. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startBuildStatus } from "../../src/apps/build-status";
import { statusConfig } from "../config/targets";
import { recordedExchange } from "../github-stand-in/recorded";
import { nodeBoard } from "../node-board/node-board";

const hasOpenssl = (() => {
  try {
    return execFileSync("openssl", ["version"]).toString().startsWith("OpenSSL 3");
  } catch {
    return false;
  }
})();

const PATH = "repos/esp8266/Arduino/commits/master/status";
const folder = mkdtempSync(join(tmpdir(), "buildlamp-openssl-"));
let server: ChildProcess | null = null;

function makeCertificate(name: string, newkey: string[]): void {
  execFileSync(
    "openssl",
    ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", `${name}.key`, "-out", `${name}.pem`, ...newkey],
    { cwd: folder, stdio: "ignore" },
  );
}

beforeAll(() => {
  if (!hasOpenssl) return;
  makeCertificate("ecdsa", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
  makeCertificate("rsa2048", ["-newkey", "rsa:2048"]);
  makeCertificate("rsa4096", ["-newkey", "rsa:4096"]);
  const { headers, body } = recordedExchange();
  const fields = headers.filter(([name]) => !/^(transfer-encoding|content-length|content-encoding)$/i.test(name));
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  mkdirSync(join(folder, dirname(PATH)), { recursive: true });
  writeFileSync(join(folder, PATH), `HTTP/1.1 200 OK\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
});
afterEach(() => {
  server?.kill("SIGKILL");
  server = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function startOpenssl(name: string, options: string[]): Promise<number> {
  const port = await freePort();
  const files = ["-cert", `${name}.pem`, "-key", `${name}.key`];
  server = spawn("openssl", ["s_server", "-accept", `127.0.0.1:${port}`, "-HTTP", ...files, ...options], { cwd: folder });
  await new Promise<void>((resolve, reject) => {
    server!.stdout!.on("data", (text) => /ACCEPT/.test(String(text)) && resolve());
    server!.once("exit", () => reject(new Error("openssl s_server ended")));
  });
  return port;
}

/** One poll; resolves with what the serial port said. */
async function poll(name: string, port: number): Promise<string[]> {
  const fingerprint = new X509Certificate(readFileSync(join(folder, `${name}.pem`))).fingerprint.replace(/:/g, "");
  const lines: string[] = [];
  await new Promise<void>((resolve) => {
    const board = nodeBoard({
      onLine(line) {
        lines.push(line);
        if (line === "closing connection" || /CI is unknown/.test(line)) resolve();
      },
    });
    startBuildStatus({
      board,
      abort: null,
      server: () => ({
        host: "localhost",
        port,
        address: "127.0.0.1",
        fingerprints: [Buffer.from(fingerprint, "hex").toString("latin1")],
        caKeys: [],
      }),
      status: () => statusConfig({ owner: "esp8266", repo: "Arduino", ref: "master", source: "statuses", intervalSeconds: 3600 }),
      wifi: () => ({ ssid: "net", password: "" }),
    });
  });
  return lines;
}

describe.skipIf(!hasOpenssl)("openssl s_server (needs OpenSSL 3)", () => {
  const cases: [string, string, string[]][] = [
    ["ChaCha20-Poly1305, X25519", "ecdsa", ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-groups", "X25519"]],
    ["AES-128-GCM, X25519", "ecdsa", ["-ciphersuites", "TLS_AES_128_GCM_SHA256", "-groups", "X25519"]],
    ["ChaCha20-Poly1305, HelloRetryRequest to P-256", "ecdsa", ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-groups", "P-256"]],
    ["AES-128-GCM, HelloRetryRequest to P-256", "ecdsa", ["-ciphersuites", "TLS_AES_128_GCM_SHA256", "-groups", "P-256"]],
    ["RSA-2048", "rsa2048", []],
    ["RSA-4096, HelloRetryRequest to P-256", "rsa4096", ["-groups", "P-256"]],
    ["records padded to 1,024 bytes", "ecdsa", ["-record_padding", "1024"]],
    ["fragments of 512 bytes", "ecdsa", ["-max_send_frag", "512"]],
  ];
  test.each(cases)("%s", async (_name, certificate, options) => {
    const lines = await poll(certificate, await startOpenssl(certificate, ["-tls1_3", ...options]));
    expect(lines).toContain("certificate matches");
    expect(lines.join("\n")).toMatch(/esp8266\/Arduino CI (successful!|is pending|has failed)/);
  });

  test("a server that only speaks TLS 1.2", async () => {
    const lines = await poll("ecdsa", await startOpenssl("ecdsa", ["-tls1_2"]));
    expect(lines.at(-1)).toMatch(/^esp8266\/Arduino CI is unknown: alert_received: .*protocol_version/);
  });
});
