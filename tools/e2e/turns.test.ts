/** No turn of the event loop may take the board more than 250 ms, by the formula of virtual-board/turns.ts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instrument } from "../bench/instrument";
import { type Poller, resetStage, type Stage, setStage, startBoard } from "./board.testing";

const longest = 250;

let stage: Stage;
let poller: Poller;

beforeAll(async () => {
  stage = await setStage();
  poller = await startBoard(stage, { instrument });
}, 120_000);
afterAll(async () => {
  poller?.board.stop();
  await stage?.standIn.close();
});

describe(`the longest turn is under ${longest} ms`, () => {
  it.each([
    ["at the first boot, which installs the kernels, and in the first poll", () => {}],
    ["with an RSA-4096 certificate", () => stage.standIn.use(stage.trusted.rsa4096)],
    ["after a HelloRetryRequest for P-256", () => stage.standIn.tune({ groups: "P-256" })],
    ["with AES-128-GCM, 30 statuses in records of 16 KB, chunked", longAnswer],
    ["at a wrong certificate", () => stage.standIn.use(stage.stranger)],
  ] as const)("%s", { timeout: 60_000 }, async (_name, prepare) => {
    await resetStage(stage);
    prepare();
    await poller.poll();
    const { longestTurn, statements } = poller.board;
    expect(statements).toBeGreaterThan(500);
    expect(longestTurn!.milliseconds, longestTurn!.what.join(", ")).toBeLessThan(longest);
    poller.board.resetCounts();
  });
});

function longAnswer(): void {
  stage.standIn.change({ statuses: 30 });
  stage.standIn.tune({ ciphers: "TLS_AES_128_GCM_SHA256", framing: "chunked", recordSize: 16384 });
}
