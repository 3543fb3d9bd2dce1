import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_BODY, MAX_HEAD_LINE, MAX_HEAD_LINES, MAX_KEPT_HEADERS } from "../bytes/limits";
import { meaningOf } from "../errors/meanings";
import type { Bytes } from "../transport";
import { cutAtRandom, fakeBoard, playPiece, playProvisional } from "../transport.testing";
import { type HttpCase, readHttpCases } from "./cases.testing";
import { collectBody } from "./collect";
import { openResponse, Progress, responseHeader, responseHeaders, responseKeepsAlive, responseProgress, responseStatus } from "./response";

const wanted = ["etag", "x-wanted"];

/** What a case's `events` say, of bytes that come as `chunks`, each after a forgery where there is one. */
function eventsOf(chunks: Bytes[], forgeries: Bytes[] | null, ending: HttpCase["ending"]): string {
  const board = fakeBoard();
  const body = collectBody(board, MAX_BODY);
  const response = openResponse(board, wanted, body);
  const sink = response;
  let error = 0;
  try {
    if (forgeries) playProvisional(board, sink, chunks, forgeries);
    else for (const chunk of chunks) playPiece(board, sink, chunk);
    if (ending) sink.end(ending === "closed");
  } catch (thrown) {
    if (typeof thrown !== "number") throw thrown;
    error = thrown;
    if (response.marked) sink.commit();
  }
  const events: string[] = [];
  if (responseProgress(response) !== Progress.nothing) {
    events.push(`status ${responseStatus(response)}`);
    for (const name of wanted) if (responseHeader(response, name)) events.push(`${name}: ${responseHeader(response, name)}`);
    events.push(`body ${JSON.stringify(body.text)}`);
  }
  if (error) events.push(`error ${meaningOf(error).split(":")[0]}`);
  else if (responseProgress(response) !== Progress.complete) events.push("waiting");
  else events.push(responseKeepsAlive(response) ? "complete, keeps alive" : "complete, closes");
  return events.join("\n");
}

const cases = readHttpCases(new URL("cases/", import.meta.url));

test("the cases are found", () => {
  expect(cases.length).toBeGreaterThan(70);
});

describe("cases", () => {
  for (const { name, bytes, ending, events } of cases)
    test(name, () => {
      expect(eventsOf([bytes], null, ending)).toBe(events);
      for (let at = 1; at < bytes.length; at++) expect(eventsOf([bytes.slice(0, at), bytes.slice(at)], null, ending)).toBe(events);
      expect(eventsOf([...bytes], null, ending)).toBe(events);
      expect(eventsOf([...bytes], [...bytes], ending)).toBe(events);
      fc.assert(
        fc.property(
          fc.array(fc.nat(1000), { minLength: 500, maxLength: 500 }),
          fc.array(fc.string({ unit: "binary-ascii" })),
          (cuts, noise) => {
            let next = 0;
            const chunks = cutAtRandom(bytes, () => cuts[next++ % cuts.length] % 40);
            expect(eventsOf(chunks, null, ending)).toBe(events);
            expect(eventsOf(chunks, noise, ending)).toBe(events);
            expect(eventsOf(chunks, chunks.slice(1), ending)).toBe(events);
          },
        ),
        { numRuns: 20 },
      );
    });
});

describe("caps", () => {
  const respond = (head: string) => eventsOf([`HTTP/1.1 200 OK\r\n${head}`], null, "");
  const fine = 'status 200\nbody ""\ncomplete, keeps alive';
  const empty = "Content-Length: 0\r\n\r\n";

  test("a header line", () => {
    const line = (size: number) => `X: ${"x".repeat(size - 3)}\r\n${empty}`;
    expect(respond(line(MAX_HEAD_LINE))).toBe(fine);
    expect(respond(line(MAX_HEAD_LINE + 1))).toBe("error http_header_too_long");
  });

  test("a header line without end", () => {
    const endless = fakeBoard();
    const response = openResponse(endless, [], collectBody(endless, 0));
    playPiece(endless, response, "HTTP/1.1 200 OK\r\nX: ");
    let read = 0;
    expect(() => {
      for (; read < 10_000; read += 100) playPiece(endless, response, "x".repeat(100));
    }).toThrow();
    expect(read).toBeLessThanOrEqual(MAX_HEAD_LINE);
    expect(response.now.line.length).toBeLessThanOrEqual(MAX_HEAD_LINE + 101);
  });

  test("a status line", () => {
    const status = (size: number) => eventsOf([`HTTP/1.1 200 ${"x".repeat(size - 13)}\r\n${empty}`], null, "");
    expect(status(MAX_HEAD_LINE)).toBe(fine);
    expect(status(MAX_HEAD_LINE + 1)).toBe("error http_header_too_long");
  });

  test("the number of lines, interim responses and trailers included", () => {
    const lines = (n: number) => "X: y\r\n".repeat(n);
    // the status line, Content-Length and the empty line are lines too
    expect(respond(lines(MAX_HEAD_LINES - 3) + empty)).toBe(fine);
    expect(respond(lines(MAX_HEAD_LINES - 2) + empty)).toBe("error http_too_many_headers");
    expect(eventsOf(["HTTP/1.1 100 Continue\r\n\r\n".repeat(MAX_HEAD_LINES)], null, "")).toBe("error http_too_many_headers");
    expect(respond(`Transfer-Encoding: chunked\r\n\r\n0\r\n${lines(MAX_HEAD_LINES)}\r\n`)).toContain("error http_too_many_headers");
  });

  test("the bytes of kept headers", () => {
    const kept = (n: number) => `X-Wanted: ${"x".repeat(MAX_KEPT_HEADERS - 20)}\r\nEtag: ${"y".repeat(n)}\r\n${empty}`;
    expect(respond(kept(19))).toContain("complete");
    expect(respond(kept(20))).toBe("error http_too_many_headers");
  });

  test("a body without length", () => {
    const board = fakeBoard();
    const response = openResponse(board, [], collectBody(board, 0));
    const sink = response;
    playPiece(board, sink, "HTTP/1.1 200 OK\r\n\r\n");
    for (let sent = 0; sent < MAX_BODY; sent += 512) playPiece(board, sink, "x".repeat(512));
    expect(() => playPiece(board, sink, "x")).toThrow();
  });
});

describe("what is provisional", () => {
  test("is not shown before it is committed", () => {
    const board = fakeBoard();
    const response = openResponse(board, wanted, collectBody(board, 10));
    const sink = response;
    sink.mark();
    playPiece(board, sink, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    expect(responseProgress(response)).toBe(Progress.nothing);
    sink.commit();
    expect(responseProgress(response)).toBe(Progress.complete);
  });

  test("is forgotten on rollback", () => {
    const board = fakeBoard();
    const body = collectBody(board, 10);
    const response = openResponse(board, wanted, body);
    const sink = response;
    sink.mark();
    playPiece(board, sink, "HTTP/1.1 404 Not Found\r\nX-Wanted: 1\r\nContent-Length: 2\r\n\r\nno");
    sink.rollback();
    expect(responseProgress(response)).toBe(Progress.nothing);
    playPiece(board, sink, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    expect([responseStatus(response), responseHeader(response, "x-wanted"), body.text]).toEqual([200, "", "ok"]);
  });
});

test("no bytes raise anything but named errors, nor take more than the caps", () => {
  const words = [
    "HTTP/1.1 200 OK",
    "\r\n",
    "\r\n\r\n",
    "Content-Length: ",
    "Transfer-Encoding: chunked",
    "5",
    "0",
    ":",
    " ",
    "etag: x",
    "ffff",
    ";",
  ];
  const noise = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary-ascii", maxLength: 8 })), { maxLength: 40 });
  fc.assert(
    fc.property(fc.boolean(), noise, fc.boolean(), (isHttp, parts, isClean) => {
      const board = fakeBoard();
      const response = openResponse(board, wanted, collectBody(board, 100));
      const sink = response;
      try {
        if (isHttp) playPiece(board, sink, "HTTP/1.1 200 OK\r\n");
        for (const part of parts) {
          playPiece(board, sink, part);
          expect(response.now.line.length).toBeLessThanOrEqual(MAX_HEAD_LINE + 1);
          expect(response.now.fields.join("").length).toBeLessThanOrEqual(2 * MAX_KEPT_HEADERS);
        }
        sink.end(isClean);
      } catch (error) {
        expect(meaningOf(error as number)).toMatch(/^http_/);
      }
    }),
    { numRuns: 3000 },
  );
});

test("two responses over one connection", () => {
  const board = fakeBoard();
  const texts = ["first", "second"].map((text) => {
    const body = collectBody(board, 100);
    const response = openResponse(board, [], body);
    playPiece(board, response, `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    expect(responseProgress(response)).toBe(Progress.complete);
    expect(responseKeepsAlive(response)).toBe(true);
    return body.text;
  });
  expect(texts).toEqual(["first", "second"]);
});

test("a body collected in part says how much is missing", () => {
  const board = fakeBoard();
  const body = collectBody(board, 4);
  const response = openResponse(board, [], body);
  playProvisional(board, response, ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012", "3456789"], ["", "zzzzz"]);
  expect([body.text, body.dropped]).toEqual(["0123", 6]);
});

test("all values of a header, those with commas too, and the first", () => {
  const board = fakeBoard();
  const response = openResponse(board, ["set-cookie", "x-empty", "x-none"], collectBody(board, 0));
  playPiece(board, response, "HTTP/1.1 204 No\r\nSet-Cookie: a, b\r\nX-Empty:\r\nset-cookie: c\r\n\r\n");
  expect(responseHeaders(response, "set-cookie")).toEqual(["a, b", "c"]);
  expect(responseHeader(response, "set-cookie")).toBe("a, b");
  expect(responseHeaders(response, "x-empty")).toEqual([""]);
  expect(responseHeaders(response, "x-none")).toEqual([]);
  expect(responseHeaders(response, "not-asked-for")).toEqual([]);
});
