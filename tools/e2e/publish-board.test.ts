/** A poll and what follows it, by the very script that is flashed, kernels included: the state is published with a client certificate. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type PublishStandIn, startPublishStandIn } from "../github-stand-in/publish";
import { type StandIn, startStandIn } from "../github-stand-in/server";
import { FlashStorage, VirtualBoard } from "../virtual-board/board";
import { makePeople } from "./publish.testing";
import { over, publishingFirmware } from "./publish-board.testing";

const HOST = "a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com";

let gitHub: StandIn;
let server: PublishStandIn;
let firmware: string;
let board: VirtualBoard | undefined;

beforeAll(async () => {
  const people = await makePeople();
  gitHub = await startStandIn();
  server = await startPublishStandIn({ clientCa: people.ca, identity: people.server, alpn: "x-amzn-http-ca" });
  firmware = await publishingFirmware(gitHub, people.client, {
    host: HOST,
    address: "127.0.0.1",
    port: server.port,
    path: "/topics/builds?qos=1",
    alpn: "x-amzn-http-ca",
    fingerprints: [people.server.fingerprintSha1],
  });
}, 120_000);
afterEach(() => board?.stop());
afterAll(async () => {
  await gitHub?.close();
  await server?.close();
});

test("each poll is followed by a publication, over a connection of its own", async () => {
  board = await VirtualBoard.create({ source: firmware, storage: new FlashStorage() });
  board.boot();
  await board.waitForLine(over);
  const first = board.lines.slice(board.lines.indexOf("closing connection"));
  expect(first.map((line) => line.replace(/[0-9a-f-]{36}/, "ID"))).toEqual([
    "closing connection",
    `publish: connecting to ${HOST}, attempt 1 of 5`,
    "publish: certificate matches",
    `publish: sending HTTP POST request to ${HOST}/topics/builds?qos=1`,
    `publish: received HTTP response from ${HOST}`,
    "publish: status code 200",
    'publish: reply was {"message":"OK","traceId":"ID"}',
    "publish: traceId ID",
    "publish: completed successfully",
  ]);
  expect(server.requests).toMatchObject([
    { client: "*.github.com", alpn: "x-amzn-http-ca", serverName: HOST, headers: { host: `${HOST}:${server.port}` } },
  ]);
  expect(JSON.parse(server.requests[0]!.body)).toMatchObject({ repo: "esp8266/Arduino", ref: "master", state: "success", statuses: 2 });
  const from = board.lines.length;
  gitHub.setVariant("failure");
  board.skipping = true;
  await board.waitForLine(/^connecting to /, { from });
  board.skipping = false;
  await board.waitForLine(over, { from });
  expect(board.lines.at(-1)).toBe("publish: completed successfully");
  expect(JSON.parse(server.requests[1]!.body)).toMatchObject({ state: "failure" });
  expect(board.errors).toEqual([]);
});
