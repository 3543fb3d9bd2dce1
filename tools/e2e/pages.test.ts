/** An application of one's own, made of the HTTP client: over one connection as long as the server keeps it, and anew where it does not. */
import { afterEach, expect, test } from "vitest";
import { printPages } from "../../src/apps/pages";
import { type StandIn, type StandInOptions, startStandIn } from "../github-stand-in/server";
import { nodeBoard } from "../node-board/node-board";

const status = "/repos/esp8266/Arduino/commits/master/status";
const missing = "/nothing";

let standIn: StandIn;
afterEach(() => standIn.close());

/** What is printed of both pages. @param fingerprint of the server that is trusted; the right one if it is absent */
async function print(options: StandInOptions, fingerprint?: string): Promise<string[]> {
  standIn = await startStandIn(options);
  const lines: string[] = [];
  const bytes = Buffer.from((fingerprint ?? standIn.fingerprintSha1).replaceAll(" ", ""), "hex").toString("latin1");
  const server = {
    host: "api.github.com",
    port: standIn.port,
    address: "127.0.0.1",
    fingerprints: [bytes],
    alpn: null,
    identity: null,
    seen: "",
  };
  await new Promise<void>((done) => printPages(nodeBoard({ onLine: (line) => lines.push(line) }), server, [status, missing], done));
  return lines;
}

const found = new RegExp(`^${status}: 200, application/json; charset=utf-8, \\d+ bytes: \\{"state":"success","statuses":\\[\\{"url":`);
const notFound = /^\/nothing: 404, application\/json; charset=utf-8, \d+ bytes: \{"message":"Not Found"/;

test.each([
  ["that keeps it, one connection", true, 1],
  ["that closes it, a connection each", false, 2],
])("of a server %s", async (_name, keepAlive, connections) => {
  const lines = await print({ keepAlive });
  expect(lines).toEqual([expect.stringMatching(found), expect.stringMatching(notFound)]);
  expect(standIn.connections).toBe(connections);
});

test("of a server with another certificate nothing is asked", async () => {
  const lines = await print({}, "00".repeat(20));
  expect(lines).toEqual([expect.stringContaining("fingerprint_mismatch"), expect.stringContaining("fingerprint_mismatch")]);
  expect(standIn.requests).toEqual([]);
});
