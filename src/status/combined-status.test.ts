import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { type Bytes, Glow } from "../transport";
import { cutAtRandom } from "../transport.testing";
import { readAnswer } from "./answer.testing";
import type { BuildStatus } from "./build-status";
import { recordedCombinedStatus, responseBytes, toBytes } from "./recorded.testing";

const recorded = recordedCombinedStatus();
const recordedStatus: BuildStatus = {
  glow: Glow.failure,
  error: ErrorCode.none,
  statuses: 2,
  checks: -1,
  sha: "0000000000000000000000000000000000000001",
  message: "",
  notModified: false,
};

const judge = (chunks: Bytes[], forgeries: Bytes[] | null = null): BuildStatus => readAnswer(chunks, false, "", forgeries).status;

const judgeBody = (body: string, status = 200, headers: [string, string][] = []) => judge([responseBytes(status, headers, toBytes(body))]);

describe("the recorded answer", () => {
  const whole = responseBytes(200, recorded.headers, recorded.body);
  const chunked = responseBytes(200, recorded.headers, recorded.body, [1000, 1, 2, 3000]);

  test("split at every byte", () => {
    // every 64 bytes, from each of 64 places on: each byte is once the first of its chunk
    for (const bytes of [whole, chunked])
      for (let start = 1; start <= 64; start++) {
        const chunks = [bytes.slice(0, start)];
        for (let at = start; at < bytes.length; at += 64) chunks.push(bytes.slice(at, at + 64));
        expect(judge(chunks)).toEqual(recordedStatus);
      }
  });

  test("byte by byte, each byte forged first", () => {
    expect(judge([...chunked], [...chunked].reverse())).toEqual(recordedStatus);
  });

  test("cut anywhere, with anything forged between", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 100, maxLength: 100 }), fc.array(fc.string({ unit: "binary-ascii" })), (cuts, noise) => {
        let next = 0;
        const chunks = cutAtRandom(chunked, () => cuts[next++ % cuts.length]);
        expect(judge(chunks)).toEqual(recordedStatus);
        expect(judge(chunks, noise)).toEqual(recordedStatus);
        expect(judge(chunks, chunks.slice(1))).toEqual(recordedStatus);
      }),
      { numRuns: 30 },
    );
  });

  test("the other states", () => {
    const say = (state: string) => judgeBody(recorded.body.replace('"state":"failure"', `"state":"${state}"`));
    expect(say("success")).toEqual({ ...recordedStatus, glow: Glow.success });
    expect(say("pending")).toEqual({ ...recordedStatus, glow: Glow.pending });
    expect(say("error")).toEqual(recordedStatus);
    expect(say("green")).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_word_unknown, message: "green" });
  });
});

describe("only the top level counts", () => {
  const nested = '"statuses":[{"state":"success","sha":"a","total_count":7}],"repository":{"state":"success","sha":"b"}';

  test("whatever the key order and spacing", () => {
    const status = { glow: Glow.failure, error: 0, statuses: 3, checks: -1, sha: "cafe", message: "", notModified: false };
    const parts = [nested, '"state" :\n"failure"', '"total_count": 3 ', '\t"sha":"cafe"', '"extra":[[{"state":"pending"}]]'];
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (order) => {
        expect(judgeBody(` {${order.join(" , ")}}\r\n`)).toEqual(status);
      }),
    );
  });

  test("a nested success alone is none", () => {
    expect(judgeBody(`{${nested},"total_count":1}`)).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_no_state });
  });
});

describe("named unknowns", () => {
  const unknown = (error: number, message = "") => ({
    glow: Glow.unknown,
    error,
    statuses: -1,
    checks: -1,
    sha: "",
    message,
    notModified: false,
  });
  const good = '"state":"success","total_count":1';

  test.each([
    ["not JSON", "<html>OK</html>", ErrorCode.status_not_json],
    ["nothing", "", ErrorCode.status_not_json],
    ["JSON that ends early", `{${good}`, ErrorCode.status_not_json],
    ["JSON with something after it", `{${good}}]`, ErrorCode.status_not_json],
    ["an array", `[{${good}}]`, ErrorCode.status_no_state],
    ["no state", '{"total_count":1}', ErrorCode.status_no_state],
    ["no count", '{"state":"success"}', ErrorCode.status_no_state],
    ["a state that is null", '{"state":null,"total_count":1}', ErrorCode.status_no_state],
    ["a state that is an object", '{"state":{"state":"success"},"total_count":1}', ErrorCode.status_no_state],
    ["two states", `{${good},"state":"success"}`, ErrorCode.status_ambiguous],
    ["two states, one escaped", `{"st\\u0061te":"failure",${good}}`, ErrorCode.status_ambiguous],
    ["a negative count", '{"state":"success","total_count":-1}', ErrorCode.status_no_state],
    ["a state that only begins like one", `{"state":"success${" ".repeat(80)}","total_count":1}`, ErrorCode.status_word_unknown],
  ])("%s", (_, body, error) => {
    expect(judgeBody(body)).toMatchObject({ glow: Glow.unknown, error });
  });

  const said = '{"message":"Said so","documentation_url":"https://docs.github.com"}';
  test.each([
    [201, ErrorCode.status_refused],
    [301, ErrorCode.status_redirected],
    [307, ErrorCode.status_redirected],
    [400, ErrorCode.status_refused],
    [401, ErrorCode.status_bad_token],
    [403, ErrorCode.status_forbidden],
    [404, ErrorCode.status_not_found],
    [422, ErrorCode.status_refused],
    [429, ErrorCode.status_rate_limited],
    [500, ErrorCode.status_server_error],
    [503, ErrorCode.status_server_error],
  ])("status %i", (status, error) => {
    expect(judgeBody(said, status)).toEqual(unknown(error, "Said so"));
    expect(judgeBody(`{${good}}`, status)).toEqual(unknown(error));
    expect(judgeBody("<html>Unicorn!</html>", status)).toEqual(unknown(error));
  });

  test("403 that is a rate limit", () => {
    expect(judgeBody(said, 403, [["X-RateLimit-Remaining", "0"]])).toEqual(unknown(ErrorCode.status_rate_limited, "Said so"));
    expect(judgeBody(said, 403, [["Retry-After", "60"]])).toEqual(unknown(ErrorCode.status_rate_limited, "Said so"));
    const secondary = '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}';
    expect(judgeBody(secondary, 403, [["X-RateLimit-Remaining", "10"]])).toMatchObject({ error: ErrorCode.status_rate_limited });
    expect(judgeBody(said, 403, [["X-RateLimit-Remaining", "10"]])).toEqual(unknown(ErrorCode.status_forbidden, "Said so"));
  });

  test("a long message is cut and says so", () => {
    expect(judgeBody(`{"message":"${"x".repeat(200)}"}`, 404).message).toBe(`${"x".repeat(76)}...`);
  });
});

test("a success that is forged leaves nothing behind", () => {
  const forged = responseBytes(200, [], '{"state":"success","total_count":1,"sha":"bad"}');
  const real = responseBytes(200, [], '{"state":"failure","total_count":2,"sha":"good"}');
  expect(judge([real], [forged])).toMatchObject({ glow: Glow.failure, statuses: 2, sha: "good" });
});

test("no body raises anything, nor is green without a top-level success", () => {
  const parts = ['"state"', ":", '"success"', "{", "}", "[", "]", ",", '"total_count"', "1", '"sha"', '"message"', "\\", '"', " "];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (words) => {
      const text = words.join("");
      const status = judgeBody(text);
      if (status.glow === Glow.success) expect(JSON.parse(text).state).toBe("success");
      else expect(status.glow).toBe(Glow.unknown);
    }),
    { numRuns: 1000 },
  );
});
