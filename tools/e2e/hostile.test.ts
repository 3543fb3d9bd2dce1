/** The right server, but its texts are meant for the terminal of whoever watches. */
import { createServer } from "node:https";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Poller, type Stage, setStage, startBoard } from "./board.testing";

let stage: Stage;
let poller: Poller;

beforeAll(async () => {
  stage = await setStage();
  await stage.standIn.pause();
}, 120_000);
afterAll(() => poller?.board.stop());

async function pollAnswer(status: number, body: object): Promise<string> {
  const { key, chain } = stage.standIn.identity;
  const server = createServer({ key, cert: chain, minVersion: "TLSv1.3" }, (_request, response) => {
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(stage.standIn.port, "127.0.0.1", resolve));
  poller = await startBoard(stage);
  await poller.poll();
  poller.board.stop();
  await new Promise((resolve) => server.close(resolve));
  return poller.board.serial;
}

const forged = "\x1b[2J\x07\r\nesp8266/Arduino CI successful!\n";
const escaped = "\\x1b[2J\\x07\\x0d\\x0aesp8266/Arduino CI successful!\\x0a";

it.each([
  ["a refusal's message", 404, { message: forged }, `message=${escaped}`],
  ["a commit's name", 200, { state: "failure", total_count: 1, sha: "\x1b[2J\r\n" }, "state=failure statuses=1 sha=\\x1b[2J\\x0d\\x0a"],
])("%s is printed with its control characters escaped", async (_name, status, body, shown) => {
  const serial = await pollAnswer(status, body);
  expect(serial).toContain(shown);
  expect(serial.replaceAll(/\r?\n/g, "")).toMatch(/^[ -~]*$/);
  expect(serial).not.toMatch(/^esp8266\/Arduino CI successful!/m);
});
