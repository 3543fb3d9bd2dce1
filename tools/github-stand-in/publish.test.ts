import { request as httpsRequest } from "node:https";
import { connect } from "node:tls";
import { afterEach, beforeAll, expect, it } from "vitest";
import { makeAuthorities, makeIdentity } from "./certificates";
import { type PublishOptions, type PublishStandIn, startPublishStandIn } from "./publish";

let server: PublishStandIn;
let client: { key: string; cert: string; ca: string };
let foreign: { key: string; cert: string };

beforeAll(async () => {
  const now = new Date();
  const own = await makeAuthorities(new Date(now.getTime() - 1000));
  const other = await makeAuthorities(new Date(now.getTime() - 1000));
  const usages = ["1.3.6.1.5.5.7.3.2"];
  const identity = await makeIdentity(own, now, { usages });
  const stranger = await makeIdentity(other, now, { usages });
  client = { key: identity.key, cert: identity.chain, ca: own.root.certificate.toString("pem") };
  foreign = { key: stranger.key, cert: stranger.chain };
});

afterEach(() => server.close());

async function start(options: Partial<PublishOptions> = {}): Promise<void> {
  server = await startPublishStandIn({ clientCa: client.ca, ...options });
}

function post(
  path: string,
  identity: { key?: string; cert?: string },
  alpn = ["x-amzn-http-ca"],
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const tls = { ...identity, servername: "a.iot.eu-west-1.amazonaws.com", ALPNProtocols: alpn, rejectUnauthorized: false };
    const request = httpsRequest({ host: "127.0.0.1", port: server.port, path, method: "POST", agent: false, ...tls }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    });
    request.on("error", reject);
    request.end('{"state":"success"}');
  });
}

it("takes a POST from a client that it knows, and answers as AWS IoT does", async () => {
  await start();
  const { status, body } = await post("/topics/builds?qos=1", client);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({ message: "OK", traceId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(server.requests).toMatchObject([
    {
      method: "POST",
      target: "/topics/builds?qos=1",
      body: '{"state":"success"}',
      client: "*.github.com",
      alpn: "x-amzn-http-ca",
      serverName: "a.iot.eu-west-1.amazonaws.com",
    },
  ]);
});

it("refuses clients without a certificate, or with one by another CA", async () => {
  await start();
  await expect(post("/topics/builds", {})).rejects.toThrow(/certificate required/i);
  await expect(post("/topics/builds", foreign)).rejects.toThrow(/hang up|alert/);
  expect(server.requests).toEqual([]);
});

it("answers other paths with 404, and with the status it is told", async () => {
  await start({ status: 503, headers: [["retry-after", "7"]] });
  expect((await post("/things", client)).status).toBe(404);
  expect((await post("/topics/builds", client)).status).toBe(503);
});

it("has no ChaCha20", async () => {
  await start();
  const refused = await new Promise<string>((resolve) => {
    const socket = connect({
      port: server.port,
      host: "127.0.0.1",
      ciphers: "TLS_CHACHA20_POLY1305_SHA256",
      minVersion: "TLSv1.3",
      rejectUnauthorized: false,
    });
    socket.on("secureConnect", () => resolve("accepted"));
    socket.on("error", (error) => resolve(error.message));
  });
  expect(refused).toMatch(/handshake failure|handshake_failure/i);
});
