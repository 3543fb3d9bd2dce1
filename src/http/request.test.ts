import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_REQUEST } from "../bytes/limits";
import { ErrorCode } from "../errors/codes";
import { encodePathSegment, writeRequest } from "./request";

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return ErrorCode.none;
}

test("a GET", () => {
  expect(writeRequest("GET", "/a?b=c", ["Host", "example.com", "User-Agent", "lamp"], "")).toBe(
    "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nUser-Agent: lamp\r\n\r\n",
  );
});

test("a POST says its length, also without body", () => {
  expect(writeRequest("POST", "/", ["Host", "h"], "{}")).toBe("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
  expect(writeRequest("POST", "/", ["Host", "h"], "")).toBe("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
});

describe("nothing is smuggled in", () => {
  test.each([
    ["a blank in the path", () => writeRequest("GET", "/a b", [], "")],
    ["a line break in the path", () => writeRequest("GET", "/a\r\nX:y", [], "")],
    ["a path that is none", () => writeRequest("GET", "http://other/", [], "")],
    ["a line break in the method", () => writeRequest("GET / HTTP/1.1\r\n", "/", [], "")],
    ["a line break in a value", () => writeRequest("GET", "/", ["A", "b\r\nC: d"], "")],
    ["a CR in a value", () => writeRequest("GET", "/", ["A", "b\r"], "")],
    ["a LF in a value", () => writeRequest("GET", "/", ["A", "b\n c"], "")],
    ["a NUL in a value", () => writeRequest("GET", "/", ["A", "b\0"], "")],
    ["a line break in a name", () => writeRequest("GET", "/", ["A\r\nB", "c"], "")],
  ])("%s", (_, run) => {
    expect(codeOf(run)).toBe(ErrorCode.http_bad_request);
  });

  test("line breaks in the body are the body's", () => {
    expect(writeRequest("POST", "/", [], "\r\n\r\n")).toContain("Content-Length: 4\r\n\r\n\r\n\r\n");
  });
});

test("the size is bounded, head and body", () => {
  const empty = writeRequest("POST", "/", [], "x".repeat(1000)).length - 1000;
  expect(codeOf(() => writeRequest("POST", "/", [], "x".repeat(MAX_REQUEST - empty)))).toBe(ErrorCode.none);
  expect(codeOf(() => writeRequest("POST", "/", [], "x".repeat(MAX_REQUEST - empty + 1)))).toBe(ErrorCode.http_request_too_large);
});

test("a segment is one segment", () => {
  expect(encodePathSegment("feature/x y%2F?#\n")).toBe("feature%2Fx%20y%252F%3F%23%0A");
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      const encoded = encodePathSegment(text);
      expect(encoded).toMatch(/^[A-Za-z0-9\-._~%!*'()]*$/);
      expect(decodeURIComponent(encoded)).toBe(text);
    }),
  );
});

test("Node's server reads what was meant", async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("latin1").on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.push([request.method, request.url, request.headers["if-none-match"], body]);
      response.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const path = `/repos/${encodePathSegment("a b")}/commits/${encodePathSegment("heads/main")}`;
  socket.write(writeRequest("GET", path, ["Host", "h", "If-None-Match", 'W/"x"'], ""), "latin1");
  socket.write(writeRequest("POST", "/p?q=1", ["Host", "h"], '{"a":"\xe9"}'), "latin1");
  await new Promise<void>((done) => {
    let answers = 0;
    socket.on("data", (chunk) => {
      answers += chunk.toString().split("HTTP/1.1 200").length - 1;
      if (answers === 2) done();
    });
  });
  socket.destroy();
  server.close();
  expect(seen).toEqual([
    ["GET", "/repos/a%20b/commits/heads%2Fmain", 'W/"x"', ""],
    ["POST", "/p?q=1", undefined, '{"a":"\xe9"}'],
  ]);
});
