/** Requests over TLS where what the server says, or a man in the middle, comes at the wrong moment: between two requests, or before the first. */
import { expect, test } from "vitest";
import { nodeBoard } from "../tools/node-board/node-board";
import type { BuildStatusJob } from "./apps/build-status";
import { runPoll } from "./apps/poll";
import "./apps/join";
import "./apps/verdict";
import "./apps/connect";
import "./apps/exchange";
import { handshakeMessage, type ServerOptions, TestServer } from "./handshake/server.testing";
import { beginAttempt, type HttpClient, type HttpReply, HttpWait, openClient, sendRequest } from "./http/client";
import "./http/exchange";
import "./http/sending";
import "./http/lost";
import { Source, type Target } from "./status/poll-target";
import { openTls, Wait } from "./tls";
import { fingerprint } from "./tls.testing";
import type { StreamEvents } from "./transport";
import { certificate, keys } from "./x509/certificates.testing";

const leafKeys = keys("P-256", "leaf");
const leaf = certificate(leafKeys, leafKeys);
const base: ServerOptions = { key: leafKeys.privateKey, chain: [leaf] };
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
const res = (status: string, body: string) => `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const ticket = (n: number) => handshakeMessage(4, Buffer.alloc(n, 7));

/**
 * A man in the middle who begins a long record behind the first response and fills it with the second, altered, and no tag: adds a header of 5 bytes behind the first response's record; XORs the second's and withholds its tag.
 */
function mitm(second: string, wanted: string) {
  let responses = 0,
    armed = false;
  return {
    arm() {
      armed = true;
    },
    pass(record: Buffer): Buffer {
      if (!armed || responses > 1) return record;
      armed = false;
      if (++responses === 1) return Buffer.concat([record, Buffer.of(23, 3, 3, 0x40, 0)]);
      const body = Buffer.from(record.subarray(5, -16));
      for (let i = 0; i < second.length; i++) body[i] ^= second.charCodeAt(i) ^ wanted.charCodeAt(i);
      return Buffer.concat([body, Buffer.alloc(1100, 0x55)]).subarray(0, 1024);
    },
  };
}
interface Conn {
  server: TestServer;
  stream: StreamEvents;
  deliver(b: Buffer): void;
}
function connectBoard(board: ReturnType<typeof nodeBoard>, options: (n: number) => ServerOptions, pass: (b: Buffer) => Buffer) {
  const conns: Conn[] = [];
  board.network.open = (_h, _p, events: StreamEvents) => {
    const queue: Buffer[] = [];
    const pump = () => {
      const c = queue.shift();
      if (c) events.data(c.toString("latin1"));
      if (queue.length) setImmediate(() => setImmediate(pump));
    };
    const deliver = (x: Buffer) => {
      if (!queue.length) setImmediate(pump);
      for (let at = 0; at < x.length; at += 268) queue.push(x.subarray(at, at + 268));
    };
    const srv = new TestServer(options(conns.length), (b) => deliver(pass(b)));
    conns.push({ server: srv, stream: events, deliver });
    setImmediate(() => events.connected());
    return { write: (c) => void setImmediate(() => srv.receive(Buffer.from(c, "latin1"))), end() {} };
  };
  return conns;
}
function http(
  options: (n: number) => ServerOptions,
  o: { pass?: (b: Buffer) => Buffer; delay?: number; opened?: (conns: Conn[]) => void } = {},
) {
  const board = nodeBoard();
  const conns = connectBoard(board, options, o.pass ?? ((b) => b));
  const retries: number[] = [];
  function open(this: HttpClient) {
    if (!beginAttempt(this)) return;
    const events = {
      opened: () => {
        o.opened?.(conns);
        this.opened();
      },
      closed: (code: number) => this.closed(code),
    };
    this.connection = openTls(
      board,
      { host: "server.test", port: 443, address: null, fingerprints: [fingerprint(leaf)], alpn: null, identity: null, seen: "" } as never,
      events,
    ) as never;
  }
  const client = openClient({}, board, open, 23, () => {});
  const go = (path = "/", body = "") =>
    Promise.race([
      sleep(1500).then(() => "nothing"),
      new Promise<string>((resolve) => {
        client.app = (use) => {
          const app = {
            retry: { base: 5, cap: 5, attempts: 3 },
            make: () => ({ method: "POST", path, headers: ["Host", "h"], body, mayRepeat: false, wanted: [], keep: 200, take: null }),
            done: (code: number, r: HttpReply | null) => resolve([code, r?.status, r?.text].join(" ")),
            retrying: (code: number) => void retries.push(code),
          };
          if (o.delay === undefined) use(app);
          else setTimeout(() => use(app), o.delay);
        };
        sendRequest(client);
      }),
    ]);
  return { client, conns, retries, go, end: () => client.connection?.finish(0) };
}

test("a record that begins between two responses does not make what follows authentic", async () => {
  const second = res("500 NO", "bad"),
    wanted = res("200 OK", "yes");
  const m = mitm(second, wanted);
  let n = 0;
  const h = http(
    () => ({
      ...base,
      request: (s) => {
        m.arm();
        s.record(23, Buffer.from(n++ ? second : res("201 OK", "x")));
      },
    }),
    { pass: m.pass },
  );
  await h.go();
  await sleep(20);
  const r = await h.go();
  h.end();
  expect(r).not.toBe("0 200 yes");
});
test("nor in a poll: a failure is not told as success", async () => {
  const lines: string[] = [];
  const board = nodeBoard({ onLine: (l) => lines.push(l) });
  const body = (s: string) => `{"state":"${s}","total_count":1,"sha":"8cd331a2"}`;
  const second = res("200 OK", body("failure")),
    wanted = res("200 OK", body("success"));
  const m = mitm(second, wanted);
  let n = 0;
  connectBoard(
    board,
    () => ({
      ...base,
      request: (s) => {
        m.arm();
        s.record(23, Buffer.from(n++ ? second : res("200 OK", body("success"))));
      },
    }),
    m.pass,
  );
  const target: Target = { label: "a/a", path: "/repos/esp8266/Arduino/commits/master", source: Source.statuses };
  const targets = [target, { ...target, label: "b/b" }];
  runPoll({
    board,
    abort: null,
    server: () => ({
      host: "server.test",
      port: 443,
      fingerprints: [fingerprint(leaf)],
      caKeys: [],
      address: null,
      alpn: null,
      identity: null,
      seen: "",
    }),
    status: () => ({ count: 2, target: (i: number) => targets[i]!, token: null, intervalSeconds: 300 }),
    wifi: () => ({ ssid: "n", password: "" }),
    skips: 0,
    age: 0,
    chance: 0,
    guard: 0,
    memory: [],
  } as unknown as BuildStatusJob);
  await sleep(600);
  expect(lines).not.toContain("b/b CI successful!");
});
test.each([
  ["/", 5],
  ["/", 100],
  ["/", 600],
  ["/".padEnd(300, "2"), 5],
  ["/".padEnd(300, "2"), 600],
])("tickets whose record is cut by the next request belong to neither response (%s, %i)", async (path, cut) => {
  let hold = false,
    held: Buffer = Buffer.alloc(0),
    n = 0;
  const pass = (b: Buffer) => {
    if (!hold) return b;
    hold = false;
    held = b.subarray(cut);
    return b.subarray(0, cut);
  };
  const h = http(
    () => ({
      ...base,
      request: (s) => {
        if (++n === 1) {
          s.record(23, Buffer.from(res("201 Created", "first")));
          hold = true;
          s.record(22, ticket(800));
        } else {
          const rest = held;
          held = Buffer.alloc(0);
          if (rest.length) h.conns[0].deliver(rest);
          s.record(23, Buffer.from(res("500 Error", "second")));
        }
      },
    }),
    { pass },
  );
  await h.go();
  await sleep(30);
  const r = await h.go(path, "body");
  h.end();
  expect(r).toBe("0 500 second");
});
test.each([[0], [1]])(
  "a POST over a connection that the server has closed was not written, and is sent over another one (%i)",
  async (delay) => {
    const h = http(
      (n) => ({
        ...base,
        connected: (s) => {
          if (n === 0) s.closeNotify();
        },
        request: (s) => s.record(23, Buffer.from(res("200 OK", "y"))),
      }),
      { delay },
    );
    const r = await h.go("/", "b".repeat(300));
    h.end();
    expect([r, h.conns[0].server.text]).toEqual(["0 200 y", ""]);
  },
);
test("nor over one whose TCP is gone while tickets are read", async () => {
  const h = http(
    (n) => ({
      ...base,
      connected: (s) => {
        if (n === 0) for (let i = 0; i < 4; i++) s.record(22, ticket(700));
      },
      request: (s) => s.record(23, Buffer.from(res("200 OK", "y"))),
    }),
    {
      opened: (conns) => {
        if (conns.length === 1) conns[0].stream.closed(0);
      },
    },
  );
  const r = await h.go("/", "b".repeat(300));
  h.end();
  expect(r).toBe("0 200 y");
});
test("an answer that was there before the POST is none to it", async () => {
  for (const hangUp of [true, false]) {
    const h = http(
      (n) => ({
        ...base,
        connected: (s) => {
          if (n === 0) s.record(23, Buffer.from(res("200 OK", "nobody asked")));
        },
        request: (s) => {
          if (s.text.endsWith("b")) s.record(23, Buffer.from(res("200 OK", "y")));
        },
      }),
      {
        delay: 30,
        opened: (conns) => {
          if (hangUp && conns.length === 1) setTimeout(() => conns[0].stream.closed(0), 15);
        },
      },
    );
    const r = await h.go("/", "b".repeat(30));
    h.end();
    expect(r).toBe("0 200 y");
  }
});

test("HTTP's names for what a connection waits for are TLS's", () => {
  expect([HttpWait.reading, HttpWait.sink]).toEqual([Wait.work, Wait.sink]);
});
