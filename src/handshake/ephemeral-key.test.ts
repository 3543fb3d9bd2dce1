/** When the ephemeral key is made, and that it serves one connection. */
import { expect, test } from "vitest";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { type Session, startSession } from "../tls.testing";
import { certificate, keys } from "../x509/certificates.testing";
import type { ServerOptions } from "./server.testing";

const leafKeys = keys("P-256", "leaf");
const server: ServerOptions = {
  key: leafKeys.privateKey,
  chain: [certificate(leafKeys, leafKeys)],
  request: (one) => one.closeNotify(),
};

/** The private key's place, as it is at some time. */
function privateKey(session: Session): Buffer {
  return Buffer.from(session.board.ram.subarray(At.privateKey, At.privateKey + 32));
}

const zeros: Buffer = Buffer.alloc(32);

/** What is seen when TCP is opened, and when the connection is over. */
async function watch(options: Partial<Parameters<typeof startSession>[0]> = {}, refuse = false): Promise<Record<string, Buffer | number>> {
  const session = startSession({ server, opened: (one) => one.tls.send(23, "GET /"), ...options });
  const { network } = session.board;
  const open = network.open.bind(network);
  let atConnect = zeros;
  network.open = (host, port, events) => {
    atConnect = privateKey(session);
    if (!refuse) return open(host, port, events);
    setImmediate(() => events.closed(ErrorCode.connection_refused));
    return { write() {}, end() {} };
  };
  await session.closed;
  return { atConnect, after: privateKey(session), code: session.code };
}

test("is there before TCP is opened, differs for each connection, and is wiped", async () => {
  const first = await watch();
  const second = await watch();
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(first.atConnect).not.toEqual(zeros);
  expect(first.atConnect).not.toEqual(second.atConnect);
  expect([first.after, second.after]).toEqual([zeros, zeros]);
});

test.each([
  ["a refused connection", {}, true, ErrorCode.connection_refused],
  ["a wrong certificate", { tls: { fingerprints: ["x".repeat(20)] } }, false, ErrorCode.fingerprint_mismatch],
  ["a server that is no server", { server: { ...server, alterRecord: () => Buffer.from("HTTP/1.1 400\r\n") } }, false, ErrorCode.not_tls],
] as const)("is wiped after %s", async (_name, options, refuse, code) => {
  const seen = await watch(options as object, refuse);
  expect(seen.atConnect).not.toEqual(zeros);
  expect([seen.code, seen.after]).toEqual([code, zeros]);
});

test("is not made, and nothing is opened, where the random source fails", async () => {
  const session = startSession({ server });
  let isOpened = false;
  session.board.random = () => ErrorCode.random_stuck;
  session.board.network.open = () => {
    isOpened = true;
    return { write() {}, end() {} };
  };
  await session.closed;
  expect([session.code, isOpened]).toEqual([ErrorCode.random_stuck, false]);
});
