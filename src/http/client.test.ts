import { beforeEach, describe, expect, test, vi } from "vitest";
import { ErrorCode } from "../errors/codes";
import type { Board, ByteSink, Bytes } from "../transport";
import { fakeBoard, playPiece } from "../transport.testing";
import {
  beginAttempt,
  closeClient,
  type HttpClient,
  type HttpConnection,
  type HttpEvents,
  type HttpReply,
  type HttpRequest,
  openClient,
  sendRequest,
} from "./client";
import { repeatRequest } from "./lost";
import { replyHeader, replyHeaders } from "./reply";

const KIND = 23;

/** A connection of the test: what was written to it, and ways to be its server. */
class Connection implements HttpConnection {
  written = "";
  declare sink: ByteSink;
  isClosed = false;
  limits: [number, number][] = [];
  stream: unknown = this;

  constructor(
    private readonly board: Board,
    readonly events: HttpEvents,
  ) {}

  taken(): void {}
  resume(): void {}

  send(kind: number, bytes: Bytes): void {
    expect(kind).toBe(KIND);
    this.written += bytes;
  }

  limit(ms: number, code: number): void {
    this.limits.push([ms, code]);
  }

  finish(code: number): void {
    this.end(code);
  }

  answer(bytes: Bytes): void {
    playPiece(this.board, this.sink, bytes);
    this.taken();
  }

  /** As TLS does: the workspace is wiped, and the end told in a later turn. */
  end(code: number): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.board.ram.fill(0);
    this.board.clock.after(() => this.events.closed(code), 0);
  }
}

let connections: Connection[];
/** What to do with each new connection, in its turn; without an entry it opens. */
let fates: number[];

let turns: (() => void)[];
let delays: number[];
let client: HttpClient;
let retries: [number, number, number][];
let board: Board;

beforeEach(() => {
  connections = [];
  fates = [];
  turns = [];
  delays = [];
  retries = [];
  const fake = fakeBoard(() => 128);
  const after = (f: () => void, ms: number) => {
    turns.push(f);
    delays.push(ms);
  };
  board = { ...fake, clock: { ...fake.clock, after: after as Board["clock"]["after"] } };
  function open(this: HttpClient): void {
    if (!beginAttempt(this)) return;
    const connection = new Connection(board, this);
    const fate = fates.shift() ?? 0;
    connections.push(connection);
    board.clock.after(() => (fate ? connection.end(fate) : this.opened()), 0);
    this.connection = connection;
  }
  client = openClient({}, board, open, KIND, () => {});
});

/** Sends a request of these functions. */
function sendOne(make: () => HttpRequest, done: (code: number, reply: HttpReply | null) => void): void {
  client.app = (use) =>
    use({
      retry: { base: 500, cap: 5000, attempts: 5 },
      make,
      done: (code, reply) => done(code, reply),
      retrying(code, delay) {
        retries.push([this.attempt, delay, code]);
      },
    });
  sendRequest(client);
}

/** Turn by turn, until nothing is left to do. Parts are loaded in between. */
async function runTurns(): Promise<void> {
  for (let idle = 0; idle < 3; idle++) {
    for (let turn = turns.shift(); turn; turn = turns.shift(), idle = 0) turn();
    await vi.dynamicImportSettled();
  }
}

interface Sent {
  codes: number[];
  replies: (HttpReply | null)[];
}

function request(path: string, mayRepeat: boolean): HttpRequest {
  return { method: "GET", path, headers: ["Host", "h"], body: "", mayRepeat, wanted: ["set-cookie", "server"], keep: 10, take: null };
}

const written = (path: string) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;

async function send(path: string, mayRepeat = true, make = () => request(path, mayRepeat)): Promise<Sent> {
  const sent: Sent = { codes: [], replies: [] };
  sendOne(make, (code, reply) => {
    sent.codes.push(code);
    sent.replies.push(reply);
  });
  await runTurns();
  return sent;
}

const ok = (text: string, headers = "") => `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${text.length}\r\n\r\n${text}`;

test("a request and its response", async () => {
  const sent = await send("/1");
  expect(connections[0].written).toBe(written("/1"));
  expect(connections[0].limits).toEqual([[board.patience.response, ErrorCode.response_timeout]]);
  connections[0].answer("HTTP/1.1 404 No\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nn");
  await runTurns();
  expect(sent.codes).toEqual([]);
  connections[0].answer("o");
  expect(sent.codes).toEqual([]);
  await runTurns();
  expect(sent.codes).toEqual([0]);
  expect(sent.replies[0]).toMatchObject({ status: 404, text: "no", total: 2, retryAfter: 7 });
});

test("headers by name, in any case: the first, and all", async () => {
  const sent = await send("/");
  connections[0].answer("HTTP/1.1 103 Early\r\nServer: early\r\n\r\n");
  connections[0].answer("HTTP/1.1 200 OK\r\nSET-cookie: a=1\r\nX: y\r\nSet-Cookie:\r\nset-cookie: b\r\nContent-Length: 0\r\n\r\n");
  await runTurns();
  const reply = sent.replies[0]!;
  expect(replyHeaders(reply, "Set-Cookie")).toEqual(["a=1", "", "b"]);
  expect(replyHeader(reply, "set-cookie")).toBe("a=1");
  expect([replyHeaders(reply, "server"), replyHeader(reply, "Server"), replyHeader(reply, "x")]).toEqual([[], "", ""]);
});

test("of a body its beginning is kept, and its length is known; or it is handed on as it comes", async () => {
  const sent = await send("/");
  connections[0].answer(ok("0123456789abc"));
  await runTurns();
  expect(sent.replies[0]).toMatchObject({ text: "0123456789", total: 13 });
  let taken = "";
  const take = (at: number, length: number) => {
    taken += board.copyOut(at, at + length);
  };
  const second = await send("/", true, () => ({ ...request("/", true), take }));
  connections[0].answer(ok("0123456789abc"));
  await runTurns();
  expect([second.replies[0]!.text, taken]).toEqual(["", "0123456789abc"]);
});

test("what is provisional is not kept if it was forged", async () => {
  const sent = await send("/");
  const { sink } = connections[0];
  playPiece(board, sink, "HTTP/1.1 200 OK\r\nServer: a\r\nContent-Length: 4\r\n\r\nab");
  sink.mark();
  playPiece(board, sink, "XY");
  sink.rollback();
  connections[0].taken();
  await runTurns();
  expect(sent.codes).toEqual([]);
  connections[0].answer("cd");
  await runTurns();
  expect(sent.replies[0]).toMatchObject({ text: "abcd" });
  expect(replyHeader(sent.replies[0]!, "server")).toBe("a");
});

describe("one connection", () => {
  test("carries several requests, and is not kept for ever", async () => {
    for (const path of ["/one", "/two", "/three"]) {
      const sent = await send(path);
      connections[0].answer(ok(path));
      await runTurns();
      expect([sent.codes, sent.replies[0]!.text]).toEqual([[0], path]);
      expect(connections[0].limits.at(-1)).toEqual([60_000, ErrorCode.none]);
    }
    expect(connections).toHaveLength(1);
    expect(connections[0].written).toBe(written("/one") + written("/two") + written("/three"));
  });

  test("is given up where the server says so, and the next request has a new one", async () => {
    const first = await send("/1");
    connections[0].answer(ok("x", "Connection: close\r\n"));
    await runTurns();
    expect([first.codes, first.replies[0]!.status, connections[0].isClosed]).toEqual([[0], 200, true]);
    const sent = await send("/2");
    connections[1].answer(ok("y"));
    await runTurns();
    expect([sent.codes, sent.replies[0]!.text]).toEqual([[0], "y"]);
  });

  test("is replaced at once where `done` asks for more", async () => {
    const codes: number[] = [];
    sendOne(
      () => request("/1", false),
      (code) => {
        codes.push(code);
        sendOne(
          () => request("/2", false),
          (again) => codes.push(again),
        );
      },
    );
    await runTurns();
    connections[0].answer(ok("x", "Connection: close\r\n"));
    await runTurns();
    connections[1].answer(ok("y"));
    await runTurns();
    expect(codes).toEqual([0, 0]);
    expect(connections.map((one) => one.written)).toEqual([written("/1"), written("/2")]);
  });

  test("may be closed by the server between requests", async () => {
    await send("/1");
    connections[0].answer(ok("x"));
    await runTurns();
    connections[0].end(0);
    await runTurns();
    const sent = await send("/2");
    connections[1].answer(ok("y"));
    await runTurns();
    expect(sent.codes).toEqual([0]);
  });
});

describe("a server that answers before all is sent", () => {
  /** On a kept connection; gives the codes and the reply's status. */
  async function answerEarly(path: string, body: string): Promise<(number | undefined)[]> {
    await send("/1");
    connections[0].answer(ok("x"));
    await runTurns();
    const results: (number | undefined)[] = [];
    sendOne(
      () => ({ ...request(path, false), body }),
      (code, reply) => results.push(code, reply?.status),
    );
    while (!connections[0].written.includes("/2")) {
      turns.shift()?.();
      await vi.dynamicImportSettled();
    }
    connections[0].answer("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    await runTurns();
    return results;
  }

  test("is understood once it has the head", async () => {
    expect(await answerEarly("/2", "b".repeat(300))).toEqual([0, 403]);
  });

  test("is not, before", async () => {
    expect(await answerEarly("/2".padEnd(300, "2"), "")).toEqual([ErrorCode.http_no_response, undefined]);
  });
});

describe("a kept connection that dies under a request", () => {
  async function die(mayRepeat: boolean): Promise<Sent> {
    await send("/1");
    connections[0].answer(ok("x"));
    await runTurns();
    const sent = await send("/2", mayRepeat);
    connections[0].end(ErrorCode.connection_reset);
    await runTurns();
    return sent;
  }

  test("is replaced, where the request may be repeated", async () => {
    const sent = await die(true);
    expect(connections[1].written).toBe(written("/2"));
    connections[1].answer(ok("y"));
    await runTurns();
    expect([sent.codes, sent.replies[0]!.text]).toEqual([[0], "y"]);
  });

  test("is not, where it may not be repeated", async () => {
    expect((await die(false)).codes).toEqual([ErrorCode.connection_reset]);
    expect(connections).toHaveLength(1);
  });
});

describe("attempts", () => {
  test("as many as it takes, after growing delays", async () => {
    fates = [ErrorCode.host_not_found, ErrorCode.connection_refused, ErrorCode.connect_timeout];
    const sent = await send("/", false);
    expect(retries.map(([attempt, , code]) => [attempt, code])).toEqual([
      [1, ErrorCode.host_not_found],
      [2, ErrorCode.connection_refused],
      [3, ErrorCode.connect_timeout],
    ]);
    // random bytes of 128, 128: a little more than half of each ceiling
    expect(retries.map(([, delay]) => delay)).toEqual([251, 502, 1004]);
    for (const [, delay] of retries) expect(delays).toContain(delay);
    connections[3].answer(ok("x"));
    await runTurns();
    expect(sent.codes).toEqual([0]);
    expect(connections.map((one) => one.written)).toEqual(["", "", "", written("/")]);
  });

  test("no more than allowed", async () => {
    fates = new Array(9).fill(ErrorCode.connection_refused);
    expect((await send("/")).codes).toEqual([ErrorCode.connection_refused]);
    expect([connections.length, retries.length]).toEqual([5, 4]);
  });

  test("none after what will not go away", async () => {
    fates = [ErrorCode.fingerprint_mismatch];
    expect((await send("/")).codes).toEqual([ErrorCode.fingerprint_mismatch]);
    expect(connections).toHaveLength(1);
  });

  test.each([ErrorCode.connection_reset, ErrorCode.truncated, ErrorCode.http_no_response, ErrorCode.response_timeout])(
    "none once a request was written that may not be repeated (%i); as many as allowed where it may be",
    async (code) => {
      const once = await send("/", false);
      connections[0].end(code);
      await runTurns();
      expect([once.codes, connections.length]).toEqual([[code], 1]);
      const often = await send("/", true);
      for (let i = 1; i <= 5; i++) {
        expect(connections[i].written).toBe(written("/"));
        connections[i].end(code);
        await runTurns();
      }
      expect([often.codes, connections.length]).toEqual([[code], 6]);
    },
  );

  test("each request has its own", async () => {
    fates = [ErrorCode.connection_refused, 0, ErrorCode.connection_refused, ErrorCode.connection_refused];
    await send("/1", false);
    connections[1].end(ErrorCode.connection_reset);
    await runTurns();
    await send("/2");
    expect(retries.map(([attempt]) => attempt)).toEqual([1, 1, 2]);
  });

  test("go on after a response that said no, and wait as long as it says", async () => {
    const sent = await send("/");
    connections[0].answer("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    await runTurns();
    expect(sent.replies[0]!.status).toBe(503);
    closeClient(client, ErrorCode.none);
    const codes = sent.codes.splice(0);
    expect(codes).toEqual([0]);
    repeatRequest(client, ErrorCode.http_refused, 30_000);
    await runTurns();
    expect(retries).toEqual([[1, 30_000, ErrorCode.http_refused]]);
    connections[1].answer(ok("y"));
    await runTurns();
    expect(sent.codes).toEqual([0]);
  });

  test("end where randomness fails", async () => {
    client.board = { ...board, random: () => ErrorCode.random_stuck };
    fates = [ErrorCode.connection_refused];
    expect((await send("/")).codes).toEqual([ErrorCode.random_stuck]);
  });
});

describe("what is wrong is said by name", () => {
  test("with the request: nothing is written, and the connection is closed", async () => {
    expect((await send("/a b")).codes).toEqual([ErrorCode.http_bad_request]);
    expect([connections[0].written, connections[0].isClosed]).toEqual(["", true]);
    const large = { ...request("/", true), body: "x".repeat(3000) };
    expect((await send("/", true, () => large)).codes).toEqual([ErrorCode.http_request_too_large]);
  });

  test("with the response: a header longer than what is kept", async () => {
    await send("/");
    const { sink } = connections[0];
    let raised: unknown = 0;
    try {
      playPiece(board, sink, `HTTP/1.1 200 OK\r\nServer: ${"x".repeat(513)}\r\n`);
    } catch (error) {
      raised = error;
    }
    expect(raised).toBe(ErrorCode.http_header_too_long);
  });

  test("closed in an orderly way before there was an answer", async () => {
    const sent = await send("/", false);
    connections[0].end(0);
    await runTurns();
    expect(sent.codes).toEqual([ErrorCode.connection_closed]);
  });
});

describe("closing the client", () => {
  test("ends the connection and calls nobody", async () => {
    const sent = await send("/");
    closeClient(client, ErrorCode.none);
    await runTurns();
    expect([connections[0].isClosed, sent.codes]).toEqual([true, []]);
  });

  test("while it waits for the next attempt, makes that the last", async () => {
    fates = [ErrorCode.connection_refused];
    sendOne(
      () => request("/", true),
      () => {},
    );
    while (retries.length === 0) {
      turns.shift()?.();
      await vi.dynamicImportSettled();
    }
    closeClient(client, ErrorCode.none);
    await runTurns();
    expect(connections).toHaveLength(1);
  });
});
