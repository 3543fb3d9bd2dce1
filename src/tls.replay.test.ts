import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ServerOptions } from "./handshake/server.testing";
import { chunksOf, type Session, type SessionOptions, startSession } from "./tls.testing";
import { certificate, keys } from "./x509/certificates.testing";

const leafKeys = keys("P-256", "leaf");
const leaf = certificate(leafKeys, leafKeys);
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 620\r\n\r\n{"state":"success","padding":"${"x".repeat(588)}"}`;

const server: ServerOptions = {
  key: leafKeys.privateKey,
  chain: [leaf],
  request(s) {
    s.record(23, Buffer.from(ANSWER));
    s.closeNotify();
  },
};

/** The same bytes in the same order each time. */
function fixedRandom(): (bytes: Uint8Array) => void {
  let calls = 0;
  return (bytes) => {
    const block = createHash("sha512").update(String(calls++)).digest();
    for (let i = 0; i < bytes.length; i++) bytes[i] = block[i % block.length];
  };
}

async function play(options: Partial<SessionOptions>): Promise<Session> {
  const session = startSession({ server, random: fixedRandom(), opened: (s) => s.tls.send(23, "GET /"), ...options });
  await session.closed;
  return session;
}

test("a recorded exchange, split at every byte, gives the same events", async () => {
  const recorded = await play({});
  expect([recorded.code, recorded.committed, recorded.events]).toEqual([0, ANSWER, ["opened", "mark", "commit", "end clean"]]);
  const bytes = recorded.sent;
  const splits: ((all: Buffer) => Buffer[])[] = [chunksOf(1)];
  for (let at = 1; at < bytes.length; at++) splits.push((all) => [all.subarray(0, at), all.subarray(at)]);
  for (const [at, cut] of splits.entries()) {
    const session = await play({ replay: bytes, cut });
    expect([at, session.code, session.committed, session.events]).toEqual([at, 0, ANSWER, recorded.events]);
  }
}, 180_000);
