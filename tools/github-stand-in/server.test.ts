import { X509Certificate } from "node:crypto";
import { Agent, request as httpsRequest } from "node:https";
import { Duplex } from "node:stream";
import { connect } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { recordedExchange } from "./recorded";
import { type StandIn, type StandInOptions, startStandIn, type Variant } from "./server";

let standIn: StandIn;

/** Two streams, each giving what is written to the other. */
function duplexPair(): [Duplex, Duplex] {
  const make = (other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const first: Duplex = make(() => second);
  const second: Duplex = make(() => first);
  return [first, second];
}

async function start(options: StandInOptions = {}): Promise<StandIn> {
  standIn = await startStandIn(options);
  return standIn;
}

afterEach(() => standIn.close());

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  rawHeaders: string[];
  body: string;
  complete: boolean;
  remote: X509Certificate;
}

const STATUS = "/repos/esp8266/Arduino/commits/master/status";
const CHECKS = "/repos/esp8266/Arduino/commits/master/check-runs";

function get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: "127.0.0.1",
        port: standIn.port,
        path,
        rejectUnauthorized: false,
        agent: new Agent(),
        headers: { "user-agent": "test", ...headers },
      },
      (response) => {
        const remote = (response.socket as import("node:tls").TLSSocket).getPeerX509Certificate()!;
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body += chunk;
        });
        const done = (): void =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            body,
            complete: response.complete,
            remote,
          });
        response.on("end", done);
        response.on("error", done);
      },
    );
    request.on("error", reject);
    request.end();
  });
}

function headBytes(reply: Reply): number {
  return reply.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
}

describe("the server", () => {
  it("speaks TLS 1.3 only", async () => {
    await start();
    const refused = await new Promise<string>((resolve) => {
      const socket = connect({ port: standIn.port, host: "127.0.0.1", maxVersion: "TLSv1.2", rejectUnauthorized: false });
      socket.on("secureConnect", () => resolve("accepted"));
      socket.on("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? ""));
    });
    expect(refused).toMatch(/PROTOCOL_VERSION/);
  });

  it("presents a chain of about GitHub's sizes, with the fingerprints it says", async () => {
    await start();
    const { remote } = await get(STATUS);
    expect(remote.fingerprint.replaceAll(":", " ")).toBe(standIn.fingerprintSha1);
    expect(remote.fingerprint256.replaceAll(":", " ")).toBe(standIn.fingerprintSha256);
    expect(standIn.identity.leaf.length).toBeGreaterThan(1150);
    expect(standIn.identity.leaf.length).toBeLessThan(1300);
    const chain = standIn.identity.certificates.reduce((sum, one) => sum + one.length, 0);
    expect(chain).toBeGreaterThan(3000);
    expect(chain).toBeLessThan(3200);
    const [leaf, intermediate, root] = standIn.identity.certificates.map((one) => new X509Certificate(one));
    expect(leaf!.verify(intermediate!.publicKey)).toBe(true);
    expect(intermediate!.verify(root!.publicKey)).toBe(true);
    expect(intermediate!.ca && root!.ca && !leaf!.ca).toBe(true);
    expect(leaf!.checkHost("api.github.com")).toBe("*.github.com");
  });

  it.each(["rsa2048", "rsa4096"] as const)("has %s leaves", async (leafKey) => {
    await start({ leafKey });
    const { remote, status } = await get(STATUS);
    expect(status).toBe(200);
    expect(remote.publicKey.asymmetricKeyDetails?.modulusLength).toBe(Number(leafKey.slice(3)));
  });

  it("changes its leaf while it runs, and its authority if asked to", async () => {
    await start();
    const before = { leaf: standIn.fingerprintSha1, ca: standIn.caKeySha256 };
    await standIn.rotate();
    expect(standIn.fingerprintSha1).not.toBe(before.leaf);
    expect(standIn.caKeySha256).toBe(before.ca);
    expect((await get(STATUS)).remote.fingerprint.replaceAll(":", " ")).toBe(standIn.fingerprintSha1);
    await standIn.rotate({ newAuthority: true });
    expect(standIn.caKeySha256).not.toBe(before.ca);
    expect((await get(STATUS)).status).toBe(200);
  });
});

describe("a stream within the process", () => {
  it("is served as a connection through the port is", async () => {
    await start({ variant: "failure" });
    const [client, server] = duplexPair();
    standIn.accept(server);
    const socket = connect({ socket: client, rejectUnauthorized: false });
    socket.write(`GET ${STATUS} HTTP/1.1\r\nhost: x\r\nuser-agent: test\r\nconnection: close\r\n\r\n`);
    const text = await new Promise<string>((resolve) => {
      let received = "";
      socket.on("data", (chunk) => {
        received += chunk.toString();
      });
      socket.on("end", () => resolve(received));
    });
    expect(text).toMatch(/^HTTP\/1.1 200 OK/);
    expect(text).toContain('"state":"failure"');
    expect(standIn.connections).toBe(1);
  });
});

describe("the combined status", () => {
  it("is the recorded exchange, headers included", async () => {
    await start({ variant: "recorded" });
    const reply = await get(STATUS);
    const recorded = recordedExchange();
    expect(reply.body).toBe(recorded.body);
    for (const [name, value] of recorded.headers) if (!["date", "connection"].includes(name)) expect(reply.headers[name]).toBe(value);
    expect(JSON.parse(reply.body).state).toBe("failure");
  });

  it("has GitHub's sizes: one line of 7.5 KB after 1.4 KB of headers", async () => {
    await start();
    const reply = await get(STATUS);
    expect(reply.body.length).toBeGreaterThan(7200);
    expect(reply.body.length).toBeLessThan(8000);
    expect(reply.body).not.toMatch(/\s\s|\n/);
    expect(headBytes(reply)).toBeGreaterThan(1350);
    expect(headBytes(reply)).toBeLessThan(1600);
    expect(reply.headers["content-length"]).toBe(String(reply.body.length));
    expect(reply.headers["content-encoding"]).toBeUndefined();
  });

  it.each([
    ["success", "success", 2],
    ["failure", "failure", 2],
    ["pending", "pending", 2],
    ["no-statuses", "pending", 0],
  ] as const)("%s says %s with %d statuses", async (variant, state, count) => {
    await start({ variant, sha: "8cd331a" });
    const body = JSON.parse((await get(STATUS)).body);
    expect(body).toMatchObject({ state, total_count: count, sha: "8cd331a" });
    expect(body.statuses).toHaveLength(count);
  });

  it.each([
    ["moved", 301, "Moved Permanently"],
    ["unauthorized", 401, "Bad credentials"],
    ["forbidden", 403, "Resource not accessible by personal access token"],
    ["not-found", 404, "Not Found"],
    ["secondary-limit", 403, "You have exceeded a secondary rate limit"],
    ["too-many-requests", 429, "Too many requests"],
    ["rate-limited", 403, "API rate limit exceeded for"],
    ["server-error", 500, "Server Error"],
    ["unavailable", 503, "Service Unavailable"],
  ] as [Variant, number, string][])("%s answers %d with GitHub's message", async (variant, status, message) => {
    await start({ variant });
    const reply = await get(STATUS);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body).message).toContain(message);
  });

  it("comes chunked too, and by closing", async () => {
    await start({ framing: "chunked", chunkSize: 100 });
    const chunked = await get(STATUS);
    expect(chunked.headers["transfer-encoding"]).toBe("chunked");
    expect(JSON.parse(chunked.body).state).toBe("success");
    await standIn.close();
    await start({ framing: "close" });
    const closed = await get(STATUS);
    expect(closed.headers["content-length"]).toBeUndefined();
    expect(JSON.parse(closed.body).state).toBe("success");
  });

  it.each(["truncated", "cut"] as const)("%s ends after half of the body", async (variant) => {
    await start({ variant });
    const reply = await get(STATUS);
    expect(reply.complete).toBe(false);
    expect(reply.body.length).toBe(Number(reply.headers["content-length"]) >> 1);
  });

  it("refuses a request without User-Agent", async () => {
    await start();
    const reply = await get(STATUS, { "user-agent": "" });
    expect(reply.status).toBe(403);
    expect(reply.body).toContain("administrative rules");
  });

  it("differs by repository where told so", async () => {
    await start();
    standIn.setVariant("failure", { repository: "a/b" });
    expect(JSON.parse((await get("/repos/a/b/commits/main/status")).body).state).toBe("failure");
    expect(JSON.parse((await get(STATUS)).body).state).toBe("success");
  });
});

describe("check runs", () => {
  const run = (name: string, conclusion: string | null) => ({ name, status: conclusion ? "completed" : "in_progress", conclusion });

  it("are about 2.7 KB for one, 40 KB for four of Actions", async () => {
    await start({ checks: [run("build", "success")] });
    const one = (await get(CHECKS)).body.length;
    standIn.change({ actions: true, checks: ["a", "b", "c", "d"].map((name) => run(name, "success")) });
    const four = (await get(CHECKS)).body.length;
    expect(one).toBeGreaterThan(2500);
    expect(one).toBeLessThan(2900);
    expect(four).toBeGreaterThan(38_000);
    expect(four).toBeLessThan(42_000);
  });

  it("come in pages with Link headers", async () => {
    await start({ checks: ["a", "b", "c"].map((name) => run(name, null)) });
    const first = await get(CHECKS + "?per_page=2");
    expect(first.headers.link).toBe(
      `<https://api.github.com${CHECKS}?per_page=2&page=2>; rel="next", <https://api.github.com${CHECKS}?per_page=2&page=2>; rel="last"`,
    );
    expect(JSON.parse(first.body)).toMatchObject({ total_count: 3, check_runs: [{ name: "a" }, { name: "b" }] });
    const second = await get(CHECKS + "?per_page=2&page=2");
    expect(second.headers.link).toContain('page=1>; rel="prev"');
    expect(JSON.parse(second.body).check_runs).toMatchObject([{ name: "c", conclusion: null, status: "in_progress" }]);
  });

  it("are filtered by name", async () => {
    await start({ checks: [run("a", "success"), run("b", "failure")] });
    expect(JSON.parse((await get(CHECKS + "?check_name=b")).body)).toMatchObject({ total_count: 1, check_runs: [{ name: "b" }] });
  });
});

describe("manners", () => {
  it("answers 304 to the ETag it gave, free only with a token", async () => {
    await start();
    const first = await get(STATUS);
    const again = await get(STATUS, { "if-none-match": String(first.headers.etag) });
    expect(again.status).toBe(304);
    expect(again.body).toBe("");
    expect(again.headers["x-ratelimit-remaining"]).toBe("58");
    const named = { authorization: "Bearer x" };
    const own = await get(STATUS, named);
    expect(own.headers["x-ratelimit-remaining"]).toBe("4999");
    expect((await get(STATUS, { ...named, "if-none-match": String(own.headers.etag) })).headers["x-ratelimit-remaining"]).toBe("4999");
    standIn.setVariant("failure");
    expect((await get(STATUS, { "if-none-match": String(first.headers.etag) })).status).toBe(200);
  });

  it("lets others use up the limit, but for what they leave", async () => {
    const now = 1_790_000_000_000;
    const told: (number | undefined)[] = [];
    await start({ now: () => now, onRequest: (_request, given) => told.push(given?.status) });
    expect(standIn.useUpLimit(undefined, 2)).toBe(now + 3_600_000);
    expect((await get(STATUS)).headers["x-ratelimit-remaining"]).toBe("1");
    expect((await get(STATUS, { authorization: "Bearer x" })).headers["x-ratelimit-remaining"]).toBe("4999");
    expect((await get(STATUS)).status).toBe(200);
    expect((await get(STATUS)).status).toBe(403);
    expect(told).toEqual([200, 200, 200, 403]);
  });

  it("counts 60 requests an hour without a token, then answers 403 until the hour is over", async () => {
    let now = 1_790_000_000_000;
    await start({ now: () => now });
    for (let i = 0; i < 60; i++) expect((await get(STATUS)).status).toBe(200);
    const refused = await get(STATUS);
    expect(refused.status).toBe(403);
    expect(refused.headers["x-ratelimit-remaining"]).toBe("0");
    expect(refused.headers["x-ratelimit-reset"]).toBe(String(1_790_000_000 + 3600));
    now += 3_600_000;
    expect((await get(STATUS)).status).toBe(200);
  });
});
