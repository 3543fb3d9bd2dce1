import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Variant } from "../github-stand-in/server";
import type { BoardOptions } from "../virtual-board/board";
import { INTERVAL_SECONDS, type Poller, resetStage, type Stage, setStage, startBoard } from "./board.testing";

let stage: Stage;
let poller: Poller;

beforeAll(async () => {
  stage = await setStage();
}, 120_000);
beforeEach(() => resetStage(stage));
afterEach(() => poller?.board.stop());
afterAll(() => stage?.standIn.close());

async function start(options?: BoardOptions): Promise<Poller> {
  poller = await startBoard(stage, options);
  return poller;
}

function isLit(): boolean {
  return poller.board.pins.D2!.value === 0;
}

const JOINING = ["connecting to sensor-net", ".", "WiFi connected", "IP address:", "192.168.1.104"];
const ASKING = [
  "connecting to api.github.com",
  "certificate matches",
  "requesting URL: /repos/esp8266/Arduino/commits/master/status",
  "request sent",
];

describe("one poll", () => {
  it("says what DESIGN.md says, and lights the light", async () => {
    const { lines } = await (await start()).poll();
    expect(lines).toEqual([
      ...JOINING,
      ...ASKING,
      "headers received",
      "esp8266/Arduino CI successful!",
      "reply was:",
      "==========",
      "state=success statuses=2 sha=8cd331a",
      "==========",
      "closing connection",
    ]);
    expect(isLit()).toBe(true);
    expect(poller.board.errors).toEqual([]);
    expect([poller.board.telnet, poller.board.accessPoint]).toEqual([false, false]);
  });

  it("sends the request that GitHub wants, once", async () => {
    await (await start()).poll();
    expect(stage.standIn.requests).toHaveLength(1);
    const { method, target, headers } = stage.standIn.requests[0]!;
    expect([method, target]).toEqual(["GET", "/repos/esp8266/Arduino/commits/master/status"]);
    expect(headers).toMatchObject({ host: "api.github.com", accept: "application/vnd.github+json" });
    expect(headers["user-agent"]).toBeTruthy();
    expect(headers.authorization).toBeUndefined();
  });

  it.each([
    ["failure", "esp8266/Arduino CI has failed"],
    ["pending", "esp8266/Arduino CI is pending"],
    ["recorded", "esp8266/Arduino CI has failed"],
  ] as [Variant, string][])("%s", async (variant, line) => {
    stage.standIn.setVariant(variant);
    expect((await (await start()).poll()).line).toBe(line);
    expect(isLit()).toBe(false);
  });

  it.each([
    ["moved", "status_redirected"],
    ["unauthorized", "status_bad_token"],
    ["forbidden", "status_forbidden"],
    ["not-found", "status_not_found"],
    ["rate-limited", "status_rate_limited"],
    ["secondary-limit", "status_rate_limited"],
    ["too-many-requests", "status_rate_limited"],
    ["unprocessable", "status_refused"],
    ["server-error", "status_server_error"],
    ["bad-gateway", "status_server_error"],
    ["unavailable", "status_server_error"],
    ["html", "status_not_json"],
    ["no-state", "status_no_state"],
    ["truncated", "http_body_incomplete"],
    ["cut", "truncated"],
  ] as [Variant, string][])("%s is unknown: %s, and never shown as success", async (variant, name) => {
    stage.standIn.setVariant(variant);
    const { line, lines, isKnown } = await (await start()).poll();
    expect(line).toMatch(new RegExp(`^esp8266/Arduino CI is unknown: ${name}: `));
    expect(isKnown).toBe(false);
    expect(lines.join("\n")).not.toContain("success");
    expect(isLit()).toBe(false);
  });

  it("says what GitHub said", async () => {
    stage.standIn.setVariant("not-found");
    expect((await (await start()).poll()).lines.join("\n")).toContain("Not Found");
  });
});

describe("the same answer", () => {
  it.each([
    ["chunked", { framing: "chunked", chunkSize: 7 }],
    ["until the connection closes", { framing: "close" }],
    ["in records of 512 bytes", { recordSize: 512 }],
    ["by TLS_CHACHA20_POLY1305_SHA256", { ciphers: "TLS_CHACHA20_POLY1305_SHA256" }],
    ["by TLS_AES_128_GCM_SHA256", { ciphers: "TLS_AES_128_GCM_SHA256" }],
    ["after a HelloRetryRequest for P-256", { groups: "P-256" }],
  ] as const)("comes %s", async (_name, tuning) => {
    stage.standIn.tune(tuning);
    expect((await (await start()).poll()).line).toBe("esp8266/Arduino CI successful!");
  });

  it.each(["rsa2048", "rsa4096"] as const)("comes from a server with an %s certificate", async (key) => {
    stage.standIn.use(stage.trusted[key]);
    expect((await (await start()).poll()).line).toBe("esp8266/Arduino CI successful!");
  });
});

describe("trust", () => {
  it("stops at a wrong certificate: says which it was, and sends nothing", async () => {
    stage.standIn.use(stage.stranger);
    const { lines } = await (await start()).poll();
    expect(lines.slice(-3)).toEqual(["connecting to api.github.com", "certificate doesn't match", stage.stranger.fingerprintSha1]);
    expect(stage.standIn.requests).toEqual([]);
    expect(isLit()).toBe(false);
  });
});

describe("poll after poll", () => {
  it("follows the status: three polls, a connection each, an interval apart", async () => {
    const { board, poll } = await start();
    const connections = stage.standIn.connections;
    expect((await poll()).line).toBe("esp8266/Arduino CI successful!");
    const first = board.now;
    stage.standIn.setVariant("failure");
    const second = await poll();
    expect(second.line).toBe("esp8266/Arduino CI has failed");
    expect(second.lines[0]).toBe("connecting to api.github.com");
    expect(isLit()).toBe(false);
    stage.standIn.setVariant("success");
    expect((await poll()).line).toBe("esp8266/Arduino CI successful!");
    expect(isLit()).toBe(true);
    expect(stage.standIn.connections - connections).toBe(3);
    expect(board.now - first).toBeGreaterThan(2 * INTERVAL_SECONDS * 1000 - 5000);
  });

  it("survives a server that is gone, and comes back to it", async () => {
    const { poll } = await start();
    await poll();
    await stage.standIn.pause();
    const gone = await poll();
    await stage.standIn.resume();
    expect(gone.line).toMatch(/ is unknown: connection_refused: /);
    expect(isLit()).toBe(false);
    expect((await poll()).line).toBe("esp8266/Arduino CI successful!");
  });

  it("survives a server that says nothing", async () => {
    stage.standIn.setVariant("silent");
    const { board, poll } = await start();
    await board.waitForLine(/^request sent/);
    board.speed = 100;
    expect((await poll()).line).toMatch(/ is unknown: response_timeout: /);
    board.speed = 1;
    stage.standIn.setVariant("success");
    expect((await poll()).line).toBe("esp8266/Arduino CI successful!");
  });

  it("survives the loss of Wi-Fi in the middle of a poll", async () => {
    stage.standIn.setVariant("silent");
    const { board, poll } = await start();
    await board.waitForLine(/^request sent/);
    board.dropWifi(40_000);
    board.speed = 100;
    expect((await poll()).line).toMatch(/ is unknown: wifi_lost: /);
    board.speed = 1;
    stage.standIn.setVariant("success");
    expect((await poll()).line).toBe("esp8266/Arduino CI successful!");
  });

  it("says why Wi-Fi cannot be joined, and tries again", async () => {
    const { board, poll } = await start({ wifi: { refuse: "bad_password" } });
    expect((await poll()).line).toMatch(/ is unknown: wifi_refused: /);
    board.wifi.options.refuse = undefined;
    expect((await poll()).line).toBe("esp8266/Arduino CI successful!");
  });

  it("makes no keys from a stuck random register", async () => {
    expect((await (await start({ randomRegister: () => 7 })).poll()).line).toMatch(/ is unknown: random_stuck: /);
    expect(stage.standIn.requests).toEqual([]);
  });
});
