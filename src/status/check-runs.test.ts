import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { nextPageOf, Page } from "../http/link";
import { Text } from "../http/response";
import { type Bytes, Glow } from "../transport";
import { cutAtRandom } from "../transport.testing";
import { readAnswer } from "./answer.testing";
import { type BuildStatus, isWorse, joinStatus, unknownStatus } from "./build-status";
import { checkRun, checkRunsBody, responseBytes, toBytes } from "./recorded.testing";

const read = (chunks: Bytes[], filter = "", forgeries: Bytes[] | null = null) => readAnswer(chunks, true, filter, forgeries);

const judgeBody = (body: Bytes, filter = "") => read([responseBytes(200, [], body)], filter).status;
const judgeRuns = (...runs: [string, string | null][]) => judgeBody(checkRunsBody(runs.map(([s, c], i) => checkRun(`run ${i}`, s, c))));

describe("one run", () => {
  test.each([
    ["completed", "success", Glow.success],
    ["completed", "neutral", Glow.success],
    ["completed", "skipped", Glow.success],
    ["completed", "failure", Glow.failure],
    ["completed", "timed_out", Glow.failure],
    ["completed", "cancelled", Glow.failure],
    ["completed", "action_required", Glow.failure],
    ["completed", "startup_failure", Glow.failure],
    ["queued", null, Glow.pending],
    ["in_progress", null, Glow.pending],
    ["waiting", null, Glow.pending],
    ["in_progress", "success", Glow.pending],
  ])("%s, %s", (status, conclusion, glow) => {
    expect(judgeRuns([status, conclusion])).toEqual({
      glow,
      error: ErrorCode.none,
      statuses: -1,
      checks: 1,
      sha: "ce587453ced02b1526dfb4cb910479d431683101",
      message: "",
      notModified: false,
    });
  });

  test.each([
    ["completed", "stale", "stale"],
    ["completed", "brand_new", "brand_new"],
    ["completed", null, ""],
    ["completed", "successful", "successful"],
    ["", "success", ""],
  ])("%s, %s is unknown", (status, conclusion, word) => {
    expect(judgeRuns([status, conclusion])).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_word_unknown, message: word });
  });
});

test("of several, the worst", () => {
  const ok: [string, string | null] = ["completed", "success"];
  expect(judgeRuns(ok, ["completed", "skipped"], ok)).toMatchObject({ glow: Glow.success, checks: 3 });
  expect(judgeRuns(ok, ["queued", null], ok).glow).toBe(Glow.pending);
  expect(judgeRuns(["queued", null], ["completed", "stale"], ok).glow).toBe(Glow.unknown);
  expect(judgeRuns(["completed", "failure"], ["completed", "stale"], ["queued", null], ok)).toMatchObject({
    glow: Glow.failure,
    error: ErrorCode.none,
  });
});

test("no run at all is no success", () => {
  expect(judgeBody(checkRunsBody([]))).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_no_builds, checks: 0 });
});

describe("by name", () => {
  const body = checkRunsBody([checkRun("test", "completed", "failure"), checkRun("build ✅", "completed", "success")]);

  test("only runs of that name count", () => {
    expect(judgeBody(body, "test")).toMatchObject({ glow: Glow.failure, checks: 1 });
    expect(judgeBody(body, toBytes("build ✅"))).toMatchObject({ glow: Glow.success, checks: 1 });
    expect(judgeBody(body, "tes")).toMatchObject({ error: ErrorCode.status_no_builds, checks: 0 });
  });

  test("a name too long to be kept is not the one that is its beginning", () => {
    const long = checkRunsBody([checkRun("x".repeat(90), "completed", "success")]);
    expect(judgeBody(long, "x".repeat(76))).toMatchObject({ error: ErrorCode.status_no_builds });
    expect(judgeBody(checkRunsBody([checkRun("x".repeat(76), "completed", "success")]), "x".repeat(76)).glow).toBe(Glow.success);
  });
});

describe("only runs count", () => {
  test("not what looks like one elsewhere", () => {
    const other = '"other":[{"status":"completed","conclusion":"failure"}],"o":{"p":{"status":"queued"}}';
    expect(
      judgeBody(`{${other},"total_count":1,"check_runs":[{"status":"completed","conclusion":"success"}],${other}}`.replace("}],}", "}]}")),
    ).toMatchObject({ error: ErrorCode.none, glow: Glow.success, checks: 1 });
  });

  test("no words of one run for the next", () => {
    const runs = '{"status":"completed","conclusion":"success"},{"status":"completed"}';
    expect(judgeBody(`{"total_count":2,"check_runs":[${runs}]}`)).toMatchObject({ glow: Glow.unknown, checks: 2 });
  });
});

describe("named unknowns", () => {
  const runs = '"check_runs":[{"status":"completed","conclusion":"success"}]';
  test.each([
    ["no array", '{"total_count":1}', ErrorCode.status_no_state],
    ["no count", `{${runs}}`, ErrorCode.status_no_state],
    [
      "an object instead of the array",
      '{"total_count":1,"check_runs":{"a":{"status":"completed","conclusion":"success"}}}',
      ErrorCode.status_no_builds,
    ],
    ["the array twice", `{"total_count":1,${runs},${runs}}`, ErrorCode.status_ambiguous],
    ["a conclusion twice", '{"total_count":1,"check_runs":[{"conclusion":"failure","conclusion":"success"}]}', ErrorCode.status_ambiguous],
    ["an end that is early", `{"total_count":1,${runs}`, ErrorCode.status_not_json],
    ["a run that is an array", '{"total_count":1,"check_runs":[["completed","success"]]}', ErrorCode.status_word_unknown],
  ])("%s", (_, body, error) => {
    expect(judgeBody(body)).toMatchObject({ glow: Glow.unknown, error });
  });

  test("a refusal", () => {
    expect(read([responseBytes(404, [], '{"message":"Not Found"}')]).status).toEqual(
      unknownStatus(ErrorCode.status_not_found, "Not Found"),
    );
  });
});

test("40 KB and more take no more memory than one run", () => {
  const keptBy = (runs: object[]) => {
    const { response, status } = read([responseBytes(200, [], checkRunsBody(runs, 99), [8192])]);
    expect(status).toMatchObject({ glow: Glow.success, checks: runs.length });
    return response.texts.join("").length;
  };
  const run = checkRun("build", "completed", "success");
  expect(checkRunsBody(new Array(30).fill(run)).length).toBeGreaterThan(40_000);
  expect(keptBy(new Array(30).fill(run))).toBe(keptBy([run]));
});

test("cut anywhere, with anything forged between", () => {
  const bytes = responseBytes(200, [], checkRunsBody([checkRun("a", "completed", "success"), checkRun("b", "in_progress", null)]), [700]);
  const expected = read([bytes]).status;
  expect(expected).toMatchObject({ glow: Glow.pending, checks: 2 });
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 100, maxLength: 100 }), fc.array(fc.string({ unit: "binary-ascii" })), (cuts, noise) => {
      let next = 0;
      const chunks = cutAtRandom(bytes, () => cuts[next++ % cuts.length]);
      expect(read(chunks).status).toEqual(expected);
      expect(read(chunks, "", noise).status).toEqual(expected);
      expect(read(chunks, "", chunks.slice(1)).status).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test("no body raises anything, keeps more than its caps, nor is green unless every run is", () => {
  const words = [
    "check_runs",
    "total_count",
    "status",
    "conclusion",
    "head_sha",
    "name",
    "completed",
    "success",
    "queued",
    "x".repeat(200),
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...words),
      fc.nat(3),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const run = fc.record({
    status: fc.constantFrom("completed", "queued"),
    conclusion: fc.constantFrom("success", "failure", null),
    x: value,
  });
  const body = fc.oneof(value, fc.record({ total_count: fc.nat(9), check_runs: fc.oneof(value, fc.array(run, { maxLength: 3 })) }));
  fc.assert(
    fc.property(body, (root) => {
      const { status, response } = read([responseBytes(200, [], toBytes(JSON.stringify(root)))]);
      for (const text of response.texts.slice(Text.body)) expect((text ?? "").length).toBeLessThan(80);
      if (status.glow !== Glow.success) return;
      const runs = (root as { check_runs: { status: string; conclusion: string }[] }).check_runs;
      expect(runs).toHaveLength(status.checks);
      for (const r of runs) expect([r.status, r.conclusion]).toEqual(["completed", "success"]);
    }),
    { numRuns: 1000 },
  );
});

describe("the next page", () => {
  const at = "https://api.github.com/repositories/1/commits/main/check-runs";

  test.each([
    [`<${at}?per_page=30&page=2>; rel="next", <${at}?per_page=30&page=9>; rel="last"`, 2],
    [`<${at}?page=3&per_page=30>; rel="next"`, 3],
    [`<${at}?page=1>; rel="prev", <${at}?page=1>; rel="first"`, 0],
    [`<${at}?per_page=2>; rel="next"`, Page.unnumbered],
    [`<${at}>; rel="next"`, Page.unnumbered],
    [`<${at}?page=2x>; rel="next"`, Page.unnumbered],
    [`<${at}?page=2&page=3>; rel="next"`, Page.unnumbered],
    [`<https://elsewhere.example/?page=2>; rel="next"`, 2],
    ["<https://elsewhere.example/?page=2>; rel=next", 2],
    ['<https://elsewhere.example/?page=2>; REL="Next"; title="x"', 2],
    ['<https://elsewhere.example/?page=2>; rel="last next"', 2],
    ["<https://elsewhere.example/?page=2>; rel=nextish", 0],
    ["nonsense", 0],
  ])("%s", (link, page) => {
    expect(nextPageOf(link)).toBe(page);
  });
});

describe("joining", () => {
  const status = (glow: Glow, more: Partial<BuildStatus>): BuildStatus => ({ ...unknownStatus(0, ""), glow, ...more });
  const noStatuses = status(Glow.pending, { statuses: 0, sha: "s" });
  const noChecks = status(Glow.unknown, { checks: 0, error: ErrorCode.status_no_builds });

  const joinStatuses = (a: BuildStatus, b: BuildStatus): BuildStatus => {
    const joined = { ...a };
    joinStatus(joined, b);
    return joined;
  };

  test("the order of the lights", () => {
    const order = [Glow.starting, Glow.success, Glow.pending, Glow.unknown, Glow.failure];
    for (const [i, a] of order.entries()) for (const [j, b] of order.entries()) expect(isWorse(a, b)).toBe(i > j);
  });

  test("a green coverage status does not hide red Actions", () => {
    const joined = joinStatuses(status(Glow.success, { statuses: 1, sha: "s" }), status(Glow.failure, { checks: 3, sha: "c" }));
    expect(joined).toEqual(status(Glow.failure, { statuses: 1, checks: 3, sha: "s" }));
  });

  test("an empty side is ignored, two are no builds", () => {
    expect(joinStatuses(noStatuses, status(Glow.success, { checks: 2 }))).toEqual(
      status(Glow.success, { statuses: 0, checks: 2, sha: "s" }),
    );
    expect(joinStatuses(status(Glow.success, { statuses: 1 }), noChecks)).toEqual(status(Glow.success, { statuses: 1, checks: 0 }));
    expect(joinStatuses(noStatuses, noChecks)).toMatchObject({ glow: Glow.unknown, error: ErrorCode.status_no_builds });
  });

  test("a refusal is not an empty side", () => {
    const refused = unknownStatus(ErrorCode.status_server_error, "Oops");
    expect(joinStatuses(refused, status(Glow.success, { checks: 1 }))).toMatchObject({ glow: Glow.unknown, message: "Oops" });
    expect(joinStatuses(status(Glow.success, { statuses: 1 }), refused)).toMatchObject({ glow: Glow.unknown, message: "Oops" });
    expect(joinStatuses(noStatuses, refused)).toMatchObject({ error: ErrorCode.status_server_error });
  });
});
