/** Publishing to a server that is known by its CA's key, its leaf being by an intermediate: the ESP8266's bundle on the virtual board. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type PublishStandIn, startPublishStandIn } from "../github-stand-in/publish";
import { type StandIn, startStandIn } from "../github-stand-in/server";
import { FlashStorage, VirtualBoard } from "../virtual-board/board";
import { makePeople, type People } from "./publish.testing";
import { over, publishingFirmware } from "./publish-board.testing";

const HOST = "publish.example";
const storage = new FlashStorage();

let people: People;
let gitHub: StandIn;
let server: PublishStandIn;
let board: VirtualBoard | undefined;

beforeAll(async () => {
  people = await makePeople();
  gitHub = await startStandIn();
  server = await startPublishStandIn({ clientCa: people.ca, identity: people.server });
});
afterEach(() => board?.stop());
afterAll(async () => {
  await gitHub?.close();
  await server?.close();
});

/** What a board that trusts the CA of this key prints of its first publication. */
async function publish(caKey: string): Promise<string[]> {
  const trust = { caKeys: [caKey], waitForTime: true };
  const section = { host: HOST, address: "127.0.0.1", port: server.port, path: "/topics/builds", ...trust };
  const source = await publishingFirmware(gitHub, people.client, section);
  board = await VirtualBoard.create({ source, storage });
  board.boot();
  await board.waitForLine(over);
  expect(board.errors).toEqual([]);
  return board.lines.filter((line) => line.startsWith("publish: "));
}

test("the key of the CA that issued the server's certificate: both sides trust each other, and the state is sent", async () => {
  const lines = await publish(people.server.caKeySha256);
  expect(lines.slice(0, 3)).toEqual([
    `publish: connecting to ${HOST}, attempt 1 of 5`,
    "publish: certificate matches",
    `publish: sending HTTP POST request to ${HOST}/topics/builds`,
  ]);
  expect(lines.slice(-1)).toEqual(["publish: completed successfully"]);
  expect(server.requests).toMatchObject([{ method: "POST", target: "/topics/builds", client: "*.github.com", serverName: HOST }]);
  expect(JSON.parse(server.requests[0]!.body)).toMatchObject({ repo: "esp8266/Arduino", state: "success" });
}, 120_000);

test("another CA's key: issuer_missing after one attempt, and neither a request nor our certificate is sent", async () => {
  const [requests, clients] = [server.requests.length, server.clients];
  const lines = await publish(people.foreign.caKeySha256);
  expect(lines).toEqual([`publish: connecting to ${HOST}, attempt 1 of 5`, expect.stringMatching(/^publish: failed: issuer_missing: /)]);
  expect([server.requests.length, server.clients]).toEqual([requests, clients]);
}, 120_000);
