import { beforeEach, describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import type { Board, ByteSink, Bytes } from "../transport";
import { fakeBoard, playPiece } from "../transport.testing";
import { closeClient, type HttpClient, type HttpTransport, openClient, sendRequest, type TransportEvents } from "./client";
import { type CollectedBody, collectBody } from "./collect";
import { openResponse, responseStatus } from "./response";

/** A connection of the test: what was written to it, and ways to be its server. */
class Connection {
  written = "";
  sink: ByteSink | null = null;
  isClosed = false;

  constructor(
    private readonly board: Board,
    readonly events: TransportEvents,
  ) {}

  answer(bytes: Bytes): void {
    playPiece(this.board, this.sink as ByteSink, bytes);
    this.events.read();
  }

  end(code: number): void {
    this.isClosed = true;
    this.events.closed(code);
  }
}

let connections: Connection[];
/** What to do with each new connection, in its turn; without an entry it opens. */
let fates: number[];

const transport: HttpTransport<Connection> = {
  open(events) {
    const connection = new Connection(board, events);
    const fate = fates.shift() ?? 0;
    connections.push(connection);
    board.clock.after(() => (fate ? connection.end(fate) : events.opened()), 0);
    return connection;
  },
  write(connection, bytes) {
    connection.written += bytes;
  },
  read(connection, sink) {
    connection.sink = sink;
  },
  limit(_, ms, code) {
    expect([ms, code]).toEqual([board.patience.response, ErrorCode.response_timeout]);
  },
  close: (connection) => connection.end(0),
};

let turns: (() => void)[];
let delays: number[];
let client: HttpClient<Connection>;
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
  client = openClient(board, transport, { base: 500, cap: 5000, attempts: 5 });
  client.retrying = (...what) => retries.push(what);
});

function runTurns(): void {
  for (let turn = turns.shift(); turn; turn = turns.shift()) turn();
}

interface Sent {
  body: CollectedBody;
  status(): number;
  codes: number[];
}

function send(request: string, mayRepeat = true): Sent {
  const body = collectBody(board, 100);
  const response = openResponse(board, [], body);
  const codes: number[] = [];
  sendRequest(client, request, response, mayRepeat, (code) => codes.push(code));
  runTurns();
  return { body, codes, status: () => responseStatus(response) };
}

const ok = (text: string, headers = "") => `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${text.length}\r\n\r\n${text}`;

test("a request and its response", () => {
  const sent = send("GET 1");
  expect(connections[0].written).toBe("GET 1");
  connections[0].answer("HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nn");
  runTurns();
  expect(sent.codes).toEqual([]);
  connections[0].answer("o");
  expect(sent.codes).toEqual([]);
  runTurns();
  expect([sent.codes, sent.status(), sent.body.text]).toEqual([[0], 404, "no"]);
});

describe("one connection", () => {
  test("carries several requests", () => {
    for (const text of ["one", "two", "three"]) {
      const sent = send(`GET ${text};`);
      connections[0].answer(ok(text));
      runTurns();
      expect([sent.codes, sent.body.text]).toEqual([[0], text]);
    }
    expect(connections).toHaveLength(1);
    expect(connections[0].written).toBe("GET one;GET two;GET three;");
  });

  test("is given up where the server says so, and the next request has a new one", () => {
    send("GET 1");
    connections[0].answer(ok("x", "Connection: close\r\n"));
    runTurns();
    expect(connections[0].isClosed).toBe(true);
    const sent = send("GET 2");
    connections[1].answer(ok("y"));
    runTurns();
    expect([sent.codes, sent.body.text]).toEqual([[0], "y"]);
  });

  test("may be closed by the server between requests", () => {
    send("GET 1");
    connections[0].answer(ok("x"));
    runTurns();
    connections[0].end(0);
    const sent = send("GET 2");
    connections[1].answer(ok("y"));
    runTurns();
    expect(sent.codes).toEqual([0]);
  });
});

describe("a kept connection that dies under a request", () => {
  function die(mayRepeat: boolean, begun: Bytes): Sent {
    send("GET 1");
    connections[0].answer(ok("x"));
    runTurns();
    const sent = send("SECOND", mayRepeat);
    if (begun) connections[0].answer(begun);
    connections[0].end(ErrorCode.connection_reset);
    runTurns();
    return sent;
  }

  test("is replaced once, where the request may be repeated", () => {
    const sent = die(true, "");
    expect(connections[1].written).toBe("SECOND");
    connections[1].end(ErrorCode.connection_reset);
    runTurns();
    expect(connections).toHaveLength(2);
    expect(sent.codes).toEqual([ErrorCode.connection_reset]);
  });

  test("is replaced with as many attempts as any other", () => {
    send("GET 1");
    connections[0].answer(ok("x"));
    runTurns();
    const sent = send("SECOND");
    fates = [ErrorCode.connection_refused];
    connections[0].end(ErrorCode.connection_reset);
    runTurns();
    connections[2].answer(ok("y"));
    runTurns();
    expect([sent.codes, sent.body.text]).toEqual([[0], "y"]);
  });

  test("is not, where it may not be repeated", () => {
    expect(die(false, "").codes).toEqual([ErrorCode.connection_reset]);
    expect(connections).toHaveLength(1);
  });

  test("is not, once the answer has begun", () => {
    expect(die(true, "H").codes).toEqual([ErrorCode.connection_reset]);
    expect(connections).toHaveLength(1);
  });
});

describe("attempts", () => {
  test("as many as it takes, after growing delays", () => {
    fates = [ErrorCode.host_not_found, ErrorCode.connection_refused, ErrorCode.connect_timeout];
    const sent = send("POST", false);
    expect(retries.map(([attempt, , code]) => [attempt, code])).toEqual([
      [1, ErrorCode.host_not_found],
      [2, ErrorCode.connection_refused],
      [3, ErrorCode.connect_timeout],
    ]);
    // random bytes of 128, 128: a little more than half of each ceiling
    expect(retries.map(([, delay]) => delay)).toEqual([251, 502, 1004]);
    for (const [, delay] of retries) expect(delays).toContain(delay);
    connections[3].answer(ok("x"));
    runTurns();
    expect(sent.codes).toEqual([0]);
    expect(connections[3].written).toBe("POST");
  });

  test("no more than allowed", () => {
    fates = new Array(9).fill(ErrorCode.connection_refused);
    expect(send("GET").codes).toEqual([ErrorCode.connection_refused]);
    expect(connections).toHaveLength(5);
    expect(retries).toHaveLength(4);
  });

  test("none after what will not go away", () => {
    fates = [ErrorCode.fingerprint_mismatch];
    expect(send("GET").codes).toEqual([ErrorCode.fingerprint_mismatch]);
    expect(connections).toHaveLength(1);
  });

  test("none once the request was written", () => {
    const sent = send("GET");
    connections[0].end(ErrorCode.connection_reset);
    runTurns();
    expect(sent.codes).toEqual([ErrorCode.connection_reset]);
    expect(connections).toHaveLength(1);
  });

  test("each request has its own", () => {
    fates = [ErrorCode.connection_refused, 0, ErrorCode.connection_refused, ErrorCode.connection_refused];
    send("GET 1");
    connections[1].end(ErrorCode.connection_reset);
    runTurns();
    send("GET 2");
    expect(retries.map(([attempt]) => attempt)).toEqual([1, 1, 2]);
  });

  test("end where randomness fails", () => {
    client.board = { ...board, random: () => ErrorCode.random_stuck };
    fates = [ErrorCode.connection_refused];
    expect(send("GET").codes).toEqual([ErrorCode.random_stuck]);
  });
});

test("closed in an orderly way without an answer, that is an error all the same", () => {
  const sent = send("GET");
  connections[0].end(0);
  runTurns();
  expect(sent.codes).toEqual([ErrorCode.connection_closed]);
});

describe("closing the client", () => {
  test("ends the connection and calls nobody", () => {
    const sent = send("GET");
    closeClient(client);
    runTurns();
    expect(connections[0].isClosed).toBe(true);
    expect(sent.codes).toEqual([]);
  });

  test("while it waits for the next attempt, makes that the last", () => {
    fates = [ErrorCode.connection_refused];
    sendRequest(client, "GET", openResponse(board, [], collectBody(board, 0)), true, () => {});
    turns.shift()?.();
    closeClient(client);
    runTurns();
    expect(connections).toHaveLength(1);
  });
});
