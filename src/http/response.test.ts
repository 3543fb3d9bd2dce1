import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_BODY, MAX_ETAG, MAX_HEAD_LINE, MAX_HEAD_LINES } from "../bytes/limits";
import { meaningOf } from "../errors/meanings";
import type { Bytes } from "../transport";
import { cutAtRandom, type FakeBoard, fakeBoard, playPiece, playProvisional } from "../transport.testing";
import { type HttpCase, readHttpCases } from "./cases.testing";
import {
  Answer,
  openResponse,
  Progress,
  type Response,
  responseHasBegun,
  responseKeepsAlive,
  responseProgress,
  responseRetryAfter,
  responseStatus,
  startResponse,
  Text,
} from "./response";

/** Places in Response.texts of what the tests keep. */
const kept = { body: Text.body, wanted: Text.body + 1 };
const wanted = "x-wanted";

function keepBody(this: Response, at: number, length: number): void {
  this.texts[kept.body] = (this.texts[kept.body] ?? "") + this.board.copyOut(at, at + length);
}

function keepHeader(this: Response, name: string, value: Bytes): void {
  if (name !== wanted) return;
  const before = this.texts[kept.wanted];
  this.texts[kept.wanted] = before ? `${before}\n${value}` : value;
}

/** A response that keeps its body and one header. */
function open(board: FakeBoard): Response {
  const response = openResponse(board, keepBody);
  response.header = keepHeader;
  startResponse(response);
  return response;
}

/** What a case's `events` say, of bytes that come as `chunks`, each after a forgery where there is one. */
function eventsOf(chunks: Bytes[], forgeries: Bytes[] | null, ending: HttpCase["ending"]): string {
  const board = fakeBoard();
  const response = open(board);
  const sink = response;
  let error = 0;
  try {
    if (forgeries) playProvisional(board, sink, chunks, forgeries);
    else for (const chunk of chunks) playPiece(board, sink, chunk);
    if (ending) sink.end(ending === "closed");
  } catch (thrown) {
    if (typeof thrown !== "number") throw thrown;
    error = thrown;
    if (response.isMarked) sink.commit();
  }
  const events: string[] = [];
  if (responseProgress(response) !== Progress.nothing) {
    events.push(`status ${responseStatus(response)}`);
    if (response.texts[Text.etag]) events.push(`etag: ${response.texts[Text.etag]}`);
    if (response.texts[kept.wanted]) events.push(`${wanted}: ${response.texts[kept.wanted]}`);
    events.push(`body ${JSON.stringify(response.texts[kept.body] ?? "")}`);
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

  test("a long header line, cut anywhere, is judged as it is whole", () => {
    const board = fakeBoard();
    const judged = (line: string, size: number) => {
      const response = openResponse(board, () => {});
      startResponse(response);
      const text = `HTTP/1.1 200 OK\r\n${line}\r\n${empty}`;
      let most = 0;
      try {
        for (let at = 0; at < text.length; at += size) {
          playPiece(board, response, text.slice(at, at + size));
          most = Math.max(most, response.texts[Text.line]!.length);
        }
      } catch (error) {
        return meaningOf(error as number).split(":")[0];
      }
      expect(most).toBeLessThan(line.startsWith("link") ? MAX_HEAD_LINE : 300);
      return responseProgress(response) === Progress.complete ? "complete" : "waiting";
    };
    const long = "x".repeat(600);
    for (const size of [1, 7, 95, 96, 97, 161, 540, 5000]) {
      expect(judged(`access-control-expose-headers: ${long}`, size)).toBe("complete");
      expect(judged(`link: ${long}`, size)).toBe("complete");
      expect(judged(`x: ${long}\r\ny: ${long}`, size)).toBe("complete");
      expect(judged(`x: ${long}\r${long.slice(0, 300)}`, size)).toBe("http_bad_header");
      expect(judged(`x: ${long}${long}`, size)).toBe("http_header_too_long");
      expect(judged(`content-encoding: ${long}`, size)).toBe("http_unsupported_encoding");
      expect(judged(`${long}: x`, size)).toBe("complete");
      expect(judged(`x: ${"x".repeat(MAX_HEAD_LINE - 3)}`, size)).toBe("complete");
      expect(judged(`x: ${"x".repeat(MAX_HEAD_LINE - 2)}`, size)).toBe("http_header_too_long");
    }
  });

  test("a header line without end", () => {
    const endless = fakeBoard();
    const response = open(endless);
    playPiece(endless, response, "HTTP/1.1 200 OK\r\nX: ");
    let read = 0;
    expect(() => {
      for (; read < 10_000; read += 100) playPiece(endless, response, "x".repeat(100));
    }).toThrow();
    expect(read).toBeLessThanOrEqual(MAX_HEAD_LINE);
    expect(response.texts[Text.line]!.length).toBeLessThanOrEqual(MAX_HEAD_LINE + 101);
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

  test("an ETag that is longer is not kept", () => {
    const tagged = (tag: string) => respond(`ETag: ${tag}\r\n${empty}`);
    expect(tagged("x".repeat(MAX_ETAG))).toContain("etag: xxx");
    for (const tag of ["x".repeat(MAX_ETAG + 1), ""]) expect(tagged(tag)).toBe(fine);
  });

  test("a body without length", () => {
    const board = fakeBoard();
    const response = open(board);
    const sink = response;
    playPiece(board, sink, "HTTP/1.1 200 OK\r\n\r\n");
    for (let sent = 0; sent < MAX_BODY; sent += 512) playPiece(board, sink, "x".repeat(512));
    expect(() => playPiece(board, sink, "x")).toThrow();
  });
});

describe("what is provisional", () => {
  test("is not shown before it is committed", () => {
    const board = fakeBoard();
    const response = open(board);
    const sink = response;
    sink.mark();
    playPiece(board, sink, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    expect(responseProgress(response)).toBe(Progress.nothing);
    sink.commit();
    expect(responseProgress(response)).toBe(Progress.complete);
  });

  test("is forgotten on rollback", () => {
    const board = fakeBoard();
    const response = open(board);
    const sink = response;
    sink.mark();
    playPiece(board, sink, "HTTP/1.1 404 Not Found\r\nX-Wanted: 1\r\nContent-Length: 2\r\n\r\nno");
    sink.rollback();
    expect(responseProgress(response)).toBe(Progress.nothing);
    playPiece(board, sink, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    expect([responseStatus(response), response.texts.slice(Text.body)]).toEqual([200, ["ok"]]);
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
      const response = open(board);
      const sink = response;
      try {
        if (isHttp) playPiece(board, sink, "HTTP/1.1 200 OK\r\n");
        for (const part of parts) {
          playPiece(board, sink, part);
          expect(response.texts[Text.line]!.length).toBeLessThanOrEqual(MAX_HEAD_LINE + 1);
          expect(response.texts[Text.etag]!.length).toBeLessThanOrEqual(MAX_ETAG);
        }
        sink.end(isClean);
      } catch (error) {
        expect(meaningOf(error as number)).toMatch(/^http_/);
      }
    }),
    { numRuns: 3000 },
  );
});

test("two responses over one connection, one after the other", () => {
  const board = fakeBoard();
  const response = open(board);
  const texts = ["first", "second"].map((text) => {
    startResponse(response);
    expect([responseProgress(response), responseHasBegun(response)]).toEqual([Progress.nothing, false]);
    playPiece(board, response, "H");
    expect(responseHasBegun(response)).toBe(true);
    playPiece(board, response, `TTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    expect(responseProgress(response)).toBe(Progress.complete);
    expect(responseKeepsAlive(response)).toBe(true);
    return response.texts[kept.body];
  });
  expect(texts).toEqual(["first", "second"]);
});

describe("headers that are judged as they come", () => {
  const numbers = (head: string) => {
    const board = fakeBoard();
    const response = open(board);
    playPiece(board, response, `HTTP/1.1 200 OK\r\n${head}Content-Length: 0\r\n\r\n`);
    const { now } = response;
    return {
      retryAfter: responseRetryAfter(response),
      remaining: now[Answer.remaining],
      reset: now[Answer.reset],
      moment: now[Answer.moment],
      nextPage: now[Answer.nextPage],
    };
  };
  const none = { retryAfter: 0, remaining: 0, reset: 0, moment: 0, nextPage: 0 };

  test.each([
    ["", {}],
    ["Retry-After: 60\r\n", { retryAfter: 60 }],
    ["Retry-After: 3601\r\n", { retryAfter: 3600 }],
    ["Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", { retryAfter: 3600 }],
    ["X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1795338917\r\n", { remaining: 1, reset: 1795338917 }],
    ["X-RateLimit-Remaining: 59\r\n", { remaining: 60 }],
    ["X-RateLimit-Remaining: many\r\nX-RateLimit-Reset: soon\r\n", {}],
    ["Date: Sun, 22 Nov 2026 08:15:17 GMT\r\n", { moment: 15 * 60 + 17 + 1 }],
    ["Date: today\r\n", {}],
    ['Link: <https://x/?page=2>; rel="next"\r\n', { nextPage: 2 }],
  ])("%j", (head, expected) => {
    expect(numbers(head)).toEqual({ ...none, ...expected });
  });

  test("not those of an interim response", () => {
    const interim = (head: string) => `HTTP/1.1 103 Early Hints\r\n${head}\r\n`;
    const board = fakeBoard();
    const response = open(board);
    playPiece(board, response, interim("Retry-After: 60\r\nETag: x\r\nConnection: close\r\n"));
    playPiece(board, response, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    expect([responseRetryAfter(response), response.texts[Text.etag], responseKeepsAlive(response)]).toEqual([0, "", true]);
  });
});
