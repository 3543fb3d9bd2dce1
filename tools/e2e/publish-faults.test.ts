/** Publishing where things go wrong on the way: how often it is tried, after how long, and that nothing is sent twice or claimed to be sent. */
import { createServer } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PublishConfig } from "../../src/apps/config";
import { ErrorCode } from "../../src/errors/codes";
import {
  beginAttempt,
  type HttpApp,
  type HttpClient,
  type HttpConnection,
  type HttpRequest,
  openClient,
  sendRequest,
} from "../../src/http/client";
import { type PublishStandIn, startPublishStandIn } from "../github-stand-in/publish";
import { nodeBoard } from "../node-board/node-board";
import { type Direction, type Fault, type FaultProxy, startFaultProxy } from "./fault-proxy.testing";
import { attemptsIn, green, makePeople, type People, publishConfig, startPublisher } from "./publish.testing";

const success = "publish: completed successfully";
/**
 * From the end of what comes to us: in the tag of the response's record, whose 16 bytes are followed by 24 of close_notify. It is the tag's first byte, give or take
 * the few by which the server's signatures differ in length from one connection to the next.
 */
const inLastRecords = 40;
const patience = { join: 1000, tcp: 300, handshake: 1500, response: 400 };

let people: People;
let server: PublishStandIn;
let proxy: FaultProxy;

beforeAll(async () => {
  people = await makePeople();
});
beforeEach(async () => {
  server = await startPublishStandIn({ clientCa: people.ca, identity: people.server });
  proxy = await startFaultProxy(server.port);
});
afterEach(async () => {
  await proxy.close();
  await server.close();
});

function publish(more: Partial<PublishConfig> = {}): Promise<string[]> {
  const config = publishConfig(people.server, proxy.port, people.client, { retry: { base: 4, cap: 8, attempts: 3 }, ...more });
  return startPublisher(config, { patience }).publish();
}

/** Bytes of an exchange without faults. */
async function measure(): Promise<Record<Direction, number>> {
  expect((await publish()).at(-1)).toBe(success);
  server.requests.length = 0;
  proxy.connections = 0;
  return { ...proxy.passed };
}

/** A fault at this place of the first connection: what was printed. */
async function strike(fault: Fault, more: Partial<PublishConfig> = {}): Promise<string[]> {
  server.requests.length = 0;
  proxy.connections = 0;
  proxy.faults = [fault];
  const lines = await publish(more);
  expect(attemptsIn(lines)).toBe(proxy.connections);
  return lines;
}

/** Places all over a direction's bytes, the very first and the last among them. */
function places(total: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.max(1, Math.round((total * i) / (count - 1))));
}

describe("one connection goes wrong, and the next one would be right", () => {
  for (const kind of ["reset", "cut"] as const) {
    for (const direction of ["toServer", "toClient"] as const) {
      test(`${kind}, anywhere in what goes ${direction === "toServer" ? "to the server" : "to us"}`, async () => {
        const total = (await measure())[direction];
        let retried = 0;
        let failed = 0;
        for (const after of places(total, 14)) {
          const lines = await strike({ kind, direction, after });
          const isWritten = lines.indexOf("publish: certificate matches") >= 0;
          const answered = lines.filter((line) => line === "publish: status code 200").length;
          // What is said to be done was answered, and nothing went twice.
          expect(server.requests.length).toBeLessThanOrEqual(1);
          expect(lines.at(-1) === success ? [answered, server.requests.length] : answered).toEqual(lines.at(-1) === success ? [1, 1] : 0);
          if (lines.at(-1) === success && proxy.connections === 2) retried++;
          if (lines.at(-1) !== success) {
            failed++;
            expect(lines.at(-1)).toMatch(/^publish: failed: (connection_reset|truncated|connection_closed|response_timeout|http_\w+): /);
            // Given up only because the request was written, and then at once.
            expect([isWritten, proxy.connections]).toEqual([true, 1]);
          }
        }
        expect([retried > (direction === "toClient" ? 2 : 0), failed > 0]).toEqual([true, true]);
      });
    }
  }

  test("with retryUnsafe it is sent again also where it may have arrived", async () => {
    const total = (await measure()).toClient;
    let requests = 0;
    for (const after of [...places(total, 8).slice(0, -1), total - inLastRecords]) {
      const lines = await strike({ kind: "reset", direction: "toClient", after }, { retryUnsafe: true });
      expect([after, lines.at(-1)]).toEqual([after, success]);
      expect(proxy.connections).toBe(2);
      requests = server.requests.length;
    }
    // The last one broke off in the response.
    expect(requests).toBe(2);
  });

  test("a pause is only a pause", async () => {
    const total = await measure();
    for (const direction of ["toServer", "toClient"] as const) {
      for (const after of places(total[direction], 5).slice(0, -1)) {
        const lines = await strike({ kind: "stall", direction, after, delay: 100 });
        expect([lines.at(-1), proxy.connections]).toEqual([success, 1]);
      }
    }
  });

  test("one that is too long is a timeout: tried again before the request, and not after it", async () => {
    const total = (await measure()).toClient;
    const early = await strike({ kind: "stall", direction: "toClient", after: 100, delay: 2500 });
    expect(early[1]).toMatch(/^publish: attempt 1 failed, the next one comes in \d+ ms: handshake_timeout: /);
    expect(early.at(-1)).toBe(success);
    const late = await strike({ kind: "stall", direction: "toClient", after: total - inLastRecords, delay: 2500 });
    expect(late.at(-1)).toMatch(/^publish: failed: response_timeout: /);
    expect([proxy.connections, server.requests.length]).toEqual([1, 1]);
  });
});

describe("no connection", () => {
  test.each([1, 2, 4])("refused %i times, then it works", async (times) => {
    const { port } = proxy;
    await proxy.close();
    const publisher = startPublisher(publishConfig(people.server, port, people.client));
    const lines = await publisher.publish(green, async (line) => {
      if (line.startsWith(`publish: attempt ${times} failed`)) proxy = await startFaultProxy(server.port, port);
    });
    expect(lines.filter((line) => / failed, .*: connection_refused: /.test(line))).toHaveLength(times);
    expect(lines.at(-1)).toBe(success);
    expect([attemptsIn(lines), proxy.connections, server.requests.length]).toEqual([times + 1, 1, 1]);
  });

  test("for good: as many attempts as the config says, and then its name", async () => {
    await proxy.close();
    for (const attempts of [1, 3]) {
      const lines = await publish({ retry: { base: 2, cap: 4, attempts } });
      expect(attemptsIn(lines)).toBe(attempts);
      expect(lines.at(-1)).toMatch(/^publish: failed: connection_refused: /);
    }
  });

  test("a host that has no address", async () => {
    const lines = await publish({ address: "no-such-host.invalid", retry: { base: 1, cap: 1, attempts: 2 } });
    expect(attemptsIn(lines)).toBe(2);
    expect(lines.at(-1)).toMatch(/^publish: failed: host_not_found: /);
  });

  test("a server that takes connections and says nothing", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as { port: number };
    const config = publishConfig(people.server, port, people.client, { retry: { base: 1, cap: 1, attempts: 2 } });
    const lines = await startPublisher(config, { patience: { ...patience, handshake: 200 } }).publish();
    silent.close();
    expect(attemptsIn(lines)).toBe(2);
    expect(lines.at(-1)).toMatch(/^publish: failed: handshake_timeout: /);
  });
});

test("delays lie between 0 and a ceiling that doubles up to the cap, evenly, and are waited for", async () => {
  await proxy.close();
  const retry = { base: 4, cap: 12, attempts: 5 };
  const ceilings = [4, 8, 12, 12];
  const counts = ceilings.map((ceiling) => new Array<number>(ceiling + 1).fill(0));
  const board = nodeBoard();
  const timers: number[] = [];
  const { after } = board.clock;
  board.clock.after = (f, ms) => {
    timers.push(ms);
    return after(f, ms);
  };
  function refused(this: HttpClient): void {
    if (!beginAttempt(this)) return;
    board.network.open("127.0.0.1", proxy.port, { connected() {}, data() {}, closed: (code) => this.closed(code) });
    this.connection = {} as HttpConnection;
  }
  const run = async (): Promise<void> => {
    const client = await new Promise<HttpClient>((resolve) => {
      const app: HttpApp = {
        retry,
        make: () => ({}) as HttpRequest,
        retrying(code, delay) {
          expect(code).toBe(ErrorCode.connection_refused);
          // The timer that was just set.
          expect(timers.at(-1)).toBe(delay);
          counts[this.attempt - 1]![delay]!++;
        },
        done(code) {
          expect(code).toBe(ErrorCode.connection_refused);
          resolve(this);
        },
      };
      sendRequest(openClient({}, board, refused, 0, (use) => use(app)));
    });
    expect(client.attempt).toBe(5);
  };
  for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 50 }, run));
  for (const [attempt, count] of counts.entries()) {
    const expected = 500 / (ceilings[attempt]! + 1);
    // Five standard deviations.
    for (const n of count) expect(Math.abs(n - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});
