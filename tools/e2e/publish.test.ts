/** Publishing against the stand-in for AWS IoT, and against servers that people run: OpenSSL's, nginx. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ErrorCode } from "../../src/errors/codes";
import { unknownStatus } from "../../src/status/build-status";
import type { Identity } from "../github-stand-in/certificates";
import { type PublishOptions, type PublishStandIn, startPublishStandIn } from "../github-stand-in/publish";
import { attemptsIn, green, makePeople, type People, publishConfig, startPublisher } from "./publish.testing";

let people: People;
const folder = mkdtempSync(join(tmpdir(), "buildlamp-publish-"));
let child: ChildProcess | null = null;
let standIn: PublishStandIn | null = null;

const BODY = '{"repo":"esp8266/Arduino","ref":"master","state":"success","sha":"8cd331a0c9cf9bd1b9c9f3f2ac8b1a4a3a1c6a0e","statuses":2}';

beforeAll(async () => {
  people = await makePeople();
  writeFileSync(join(folder, "ca.pem"), people.ca);
  writeFileSync(join(folder, "server.pem"), people.server.chain);
  writeFileSync(join(folder, "server.key"), people.server.key);
});
afterEach(async () => {
  child?.kill("SIGKILL");
  child = null;
  await standIn?.close();
  standIn = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function has(command: string, pattern: RegExp): boolean {
  try {
    return pattern.test(execFileSync("sh", ["-c", `${command} 2>&1`]).toString());
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits until something listens there. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.end();
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the server does not listen");
}

describe("the stand-in for AWS IoT", () => {
  async function start(options: Partial<PublishOptions> = {}): Promise<PublishStandIn> {
    standIn = await startPublishStandIn({ clientCa: people.ca, identity: people.server, ...options });
    return standIn;
  }

  test("takes the state, and each step is said", async () => {
    const server = await start();
    const publisher = startPublisher(publishConfig(people.server, server.port, people.client, { alpn: "x-amzn-http-ca" }));
    const lines = await publisher.publish();
    const traceId = lines.find((line) => line.startsWith("publish: traceId "))?.substring(17);
    expect(traceId).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines).toEqual([
      "publish: connecting to publish.example, attempt 1 of 5",
      "publish: certificate matches",
      "publish: sending HTTP POST request to publish.example/topics/builds?qos=1",
      "publish: received HTTP response from publish.example",
      "publish: status code 200",
      `publish: reply was {"message":"OK","traceId":"${traceId}"}`,
      `publish: traceId ${traceId}`,
      "publish: completed successfully",
    ]);
    expect(server.requests).toMatchObject([
      {
        method: "POST",
        target: "/topics/builds?qos=1",
        body: BODY,
        client: "*.github.com",
        alpn: "x-amzn-http-ca",
        serverName: "publish.example",
        headers: { host: `publish.example:${server.port}`, "content-type": "application/json" },
      },
    ]);
    expect(publisher.job.abort).toBe(null);
  });

  test("as on port 443: serves only those who offer ALPN x-amzn-http-ca", async () => {
    const server = await start({ alpn: "x-amzn-http-ca" });
    const withIt = startPublisher(publishConfig(people.server, server.port, people.client, { alpn: "x-amzn-http-ca" }));
    expect((await withIt.publish()).at(-1)).toBe("publish: completed successfully");
    const without = startPublisher(publishConfig(people.server, server.port, people.client));
    expect((await without.publish()).at(-1)).toMatch(/^publish: failed: /);
    expect(server.requests).toHaveLength(1);
  });

  test("is told that a state is unknown, and why", async () => {
    const server = await start();
    const publisher = startPublisher(publishConfig(people.server, server.port, people.client));
    await publisher.publish(unknownStatus(ErrorCode.status_not_found, "Not Found"));
    expect(server.requests[0]!.body).toBe('{"repo":"esp8266/Arduino","ref":"master","state":"unknown","error":"status_not_found"}');
  });

  test("is told what there is: check runs, no commit", async () => {
    const server = await start();
    const publisher = startPublisher(publishConfig(people.server, server.port, people.client));
    await publisher.publish({ ...green, statuses: -1, checks: 7, sha: "" });
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ repo: "esp8266/Arduino", ref: "master", state: "success", checks: 7 });
  });

  test.each([302, 400, 403, 429, 500, 503])("answers %i: it failed, and is not sent again", async (status) => {
    const server = await start({ status });
    const lines = await startPublisher(publishConfig(people.server, server.port, people.client)).publish();
    expect(lines).toContain(`publish: status code ${status}`);
    expect(lines.at(-1)).toMatch(/^publish: failed: http_refused: /);
    expect(server.requests).toHaveLength(1);
  });

  test("503 is tried again where the config says that it may be", async () => {
    const server = await start({ status: 503 });
    const config = publishConfig(people.server, server.port, people.client, { retryUnsafe: true, retry: { base: 5, cap: 9, attempts: 3 } });
    const lines = await startPublisher(config).publish();
    expect(lines.filter((line) => line === "publish: status code 503")).toHaveLength(3);
    expect(lines.filter((line) => /^publish: attempt . failed, the next one comes in \d+ ms: http_refused: /.test(line))).toHaveLength(2);
    expect(lines.at(-1)).toMatch(/^publish: failed: http_refused: /);
    expect(server.requests).toHaveLength(3);
  });

  test("404 is not, even there", async () => {
    const server = await start({ status: 404 });
    const lines = await startPublisher(publishConfig(people.server, server.port, people.client, { retryUnsafe: true })).publish();
    expect([attemptsIn(lines), server.requests.length]).toEqual([1, 1]);
  });

  test("Retry-After is waited for: by an attempt, and by the publications that follow", async () => {
    const server = await start({ status: 503, headers: [["retry-after", "1"]] });
    const config = publishConfig(people.server, server.port, people.client, { retryUnsafe: true, retry: { base: 5, cap: 9, attempts: 2 } });
    const publisher = startPublisher(config);
    const begun = performance.now();
    expect((await publisher.publish()).join("\n")).toContain("publish: attempt 1 failed, the next one comes in 1000 ms: http_refused: ");
    expect(performance.now() - begun).toBeGreaterThan(1000);
    expect(server.requests).toHaveLength(2);
    expect(await publisher.publish()).toEqual(["publish: not yet, the server asked to wait"]);
    expect(server.requests).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 1050));
    expect((await publisher.publish())[0]).toBe("publish: connecting to publish.example, attempt 1 of 2");
  });

  test("may ask for an hour at most", async () => {
    const server = await start({ status: 429, headers: [["retry-after", "86400"]] });
    const publisher = startPublisher(publishConfig(people.server, server.port, people.client));
    const delays: number[] = [];
    const { after } = publisher.board.clock;
    publisher.board.clock.after = (f, ms) => {
      delays.push(ms);
      return after(f, ms);
    };
    await publisher.publish();
    expect(Math.max(...delays.filter((ms) => ms !== publisher.board.patience.response))).toBe(3_600_000);
    expect(await publisher.publish()).toEqual(["publish: not yet, the server asked to wait"]);
  });

  test("another certificate: says which, and sends nothing", async () => {
    const server = await start({ identity: people.client });
    const lines = await startPublisher(publishConfig(people.server, server.port, people.client)).publish();
    expect(lines.slice(1)).toEqual([
      "publish: certificate doesn't match",
      people.client.fingerprintSha1,
      expect.stringMatching(/^publish: failed: fingerprint_mismatch: /),
    ]);
    expect(server.requests).toEqual([]);
  });

  test("the next poll ends a publication that hangs", async () => {
    const server = await start({ isSilent: true });
    const publisher = startPublisher(publishConfig(people.server, server.port, people.client));
    const lines = await publisher.publish(green, (line) => {
      if (line.startsWith("publish: sending")) setTimeout(() => publisher.job.abort!(ErrorCode.response_timeout), 50);
    });
    expect(lines.at(-1)).toMatch(/^publish: failed: response_timeout: /);
    expect(publisher.job.abort).toBe(null);
  });

  test("a server that never answers: it failed after the time allowed, sent once", async () => {
    const server = await start({ isSilent: true });
    const patience = { join: 1000, tcp: 1000, handshake: 5000, response: 100 };
    const lines = await startPublisher(publishConfig(people.server, server.port, people.client), { patience }).publish();
    expect(lines.at(-1)).toMatch(/^publish: failed: response_timeout: /);
    expect(server.requests).toHaveLength(1);
  });
});

describe.skipIf(!has("openssl version", /^OpenSSL 3/))("openssl s_server -Verify (needs OpenSSL 3)", () => {
  /** Answers a request with 200 once all of it is there. */
  async function start(): Promise<{ port: number; received: () => string }> {
    const port = await freePort();
    const files = ["-cert", "server.pem", "-key", "server.key", "-CAfile", "ca.pem"];
    const demands = ["-Verify", "1", "-verify_return_error", "-tls1_3", "-quiet"];
    child = spawn("openssl", ["s_server", "-accept", `127.0.0.1:${port}`, ...files, ...demands], { cwd: folder });
    let received = "";
    child.stdout!.on("data", (text: Buffer) => {
      received += text;
      if (received.endsWith("}")) child!.stdin!.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
    });
    await listening(port);
    return { port, received: () => received };
  }

  async function publish(client: Identity | null): Promise<{ last: string; received: string }> {
    const { port, received } = await start();
    const lines = await startPublisher(publishConfig(people.server, port, client)).publish();
    expect(attemptsIn(lines)).toBe(1);
    return { last: lines.at(-1)!, received: received() };
  }

  test("the right certificate is accepted", async () => {
    const { last, received } = await publish(people.client);
    expect(last).toBe("publish: completed successfully");
    expect(received).toMatch(/^POST \/topics\/builds\?qos=1 HTTP\/1\.1\r\n/);
    expect(received.endsWith(`\r\n\r\n${BODY}`)).toBe(true);
  });

  test.each([
    ["none", () => null, /alert 116 \(certificate_required\)/],
    ["one by another CA", () => people.foreign, /alert 48 \(unknown_ca\)/],
    ["one that has expired", () => people.expired, /alert 45 \(certificate_expired\)/],
  ])("%s is refused, by its name", async (_name, client, alert) => {
    const { last, received } = await publish(client());
    expect(last).toMatch(/^publish: failed: alert_received: /);
    expect(last).toMatch(alert);
    expect(received).toBe("");
  });
});

describe.skipIf(!has("nginx -v", /nginx version/))("nginx with ssl_verify_client on (needs nginx)", () => {
  async function start(): Promise<number> {
    const port = await freePort();
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${name};`).join(" ");
    writeFileSync(
      join(folder, "nginx.conf"),
      `daemon off; master_process off; pid nginx.pid; error_log stderr;
events { worker_connections 16; }
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate server.pem; ssl_certificate_key server.key; ssl_protocols TLSv1.3;
    ssl_client_certificate ca.pem; ssl_verify_client on; ssl_verify_depth 2;
    location / { default_type application/json; return 200 '{"message":"OK","traceId":"$request_id"}'; }
  }
}
`,
    );
    child = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], { stdio: "ignore" });
    await listening(port);
    return port;
  }

  test("the right certificate is accepted", async () => {
    const lines = await startPublisher(publishConfig(people.server, await start(), people.client)).publish();
    expect(lines.at(-1)).toBe("publish: completed successfully");
    expect(lines.join("\n")).toMatch(/publish: traceId [0-9a-f]{32}/);
  });

  test.each([
    ["none", () => null, "No required SSL certificate was sent"],
    ["one by another CA", () => people.foreign, "The SSL certificate error"],
    ["one that has expired", () => people.expired, "The SSL certificate error"],
  ])("%s is refused, by its name", async (_name, client, title) => {
    const lines = await startPublisher(publishConfig(people.server, await start(), client())).publish();
    expect(lines).toContain("publish: status code 400");
    expect(lines.find((line) => line.startsWith("publish: reply was"))).toContain(title);
    expect(lines.at(-1)).toMatch(/^publish: failed: http_refused: /);
    expect(attemptsIn(lines)).toBe(1);
  });
});
