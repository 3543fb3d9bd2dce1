/** Check runs beside commit statuses, pages, several targets over one connection, and manners: the ESP8266's bundle on the virtual board. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CheckRun } from "../github-stand-in/server";
import { type Poller, resetStage, type Stage, setStage, startBoard } from "./board.testing";

const INTERVAL_SECONDS = 120;
const target = { owner: "esp8266", repo: "Arduino", ref: "master" };
const commit = "/repos/esp8266/Arduino/commits/master";

const runs = (count: number, last = "success"): CheckRun[] =>
  Array.from({ length: count }, (_, i) => ({ name: `job ${i}`, status: "completed", conclusion: i === count - 1 ? last : "success" }));

let poller: Poller;

afterEach(() => poller?.board.stop());

describe("one target, both sources", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage({ status: { ...target, intervalSeconds: INTERVAL_SECONDS } });
  }, 120_000);
  beforeEach(async () => {
    await resetStage(stage);
    stage.standIn.change({ checks: [], actions: false });
  });
  afterAll(() => stage?.standIn.close());

  const poll = async () => {
    poller = await startBoard(stage);
    return poller.poll();
  };
  const isLit = () => poller.board.pins.D2!.value === 0;
  const asked = () => stage.standIn.requests.map((request) => request.target);

  it("a green coverage status does not hide red Actions", async () => {
    stage.standIn.change({ checks: runs(4, "failure"), actions: true });
    const connections = stage.standIn.connections;
    const { lines } = await poll();
    expect(lines.slice(5)).toEqual([
      "connecting to api.github.com",
      "certificate matches",
      `requesting URL: ${commit}/status`,
      "request sent",
      "headers received",
      `requesting URL: ${commit}/check-runs?per_page=30`,
      "request sent",
      "headers received",
      "esp8266/Arduino CI has failed",
      "reply was:",
      "==========",
      "state=failure statuses=2 checks=4 sha=8cd331a",
      "==========",
      "closing connection",
    ]);
    expect(isLit()).toBe(false);
    expect(stage.standIn.connections - connections).toBe(1);
    expect(poller.board.errors).toEqual([]);
  });

  it("a project that has only Actions, 40 KB of them, is green when they are", async () => {
    stage.standIn.setVariant("no-statuses");
    stage.standIn.change({ checks: runs(4), actions: true });
    const { line, lines } = await poll();
    expect(line).toBe("esp8266/Arduino CI successful!");
    expect(lines).toContain("state=success checks=4 sha=8cd331a");
    expect(isLit()).toBe(true);
  });

  it("neither statuses nor check runs: unknown", async () => {
    stage.standIn.setVariant("no-statuses");
    expect((await poll()).line).toMatch(/ is unknown: status_no_builds: /);
    expect(isLit()).toBe(false);
  });

  it("a second page counts, too, over the same connection", async () => {
    stage.standIn.change({ checks: runs(31, "failure") });
    const { lines } = await poll();
    expect(lines).toContain("state=failure statuses=2 checks=31 sha=8cd331a");
    expect(asked().slice(1)).toEqual([`${commit}/check-runs?per_page=30`, `${commit}/check-runs?per_page=30&page=2`]);
  });

  it("more pages than the cap: unknown, and says why", async () => {
    stage.standIn.change({ checks: runs(301) });
    expect((await poll()).line).toMatch(/ is unknown: status_too_many_pages: /);
    expect(asked()).toHaveLength(1 + 10);
  }, 60_000);

  it("a server that closes after each answer is connected to anew", async () => {
    stage.standIn.tune({ keepAlive: false });
    stage.standIn.change({ checks: runs(1) });
    const connections = stage.standIn.connections;
    const { lines } = await poll();
    expect(lines).toContain("state=success statuses=2 checks=1 sha=8cd331a");
    expect(stage.standIn.connections - connections).toBe(2);
  });

  it("304 keeps the last state and says so; then a change is seen", async () => {
    stage.standIn.change({ checks: runs(1) });
    const first = await poll();
    expect(first.lines).toContain("state=success statuses=2 checks=1 sha=8cd331a");
    const second = await poller.poll();
    expect(second.lines).toContain("state=success statuses=2 checks=1 sha=8cd331a (not modified)");
    expect(stage.standIn.requests.slice(2).map((request) => request.status)).toEqual([304, 304]);
    expect(isLit()).toBe(true);
    stage.standIn.change({ checks: runs(1, "failure") });
    expect((await poller.poll()).line).toBe("esp8266/Arduino CI has failed");
  });

  /** Leaves so many requests of the hour that began a while ago: the server tells its moments in whole seconds. */
  const leaveRequests = async (left: number) => {
    stage.standIn.useUpLimit(undefined, left);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  };

  it("403 for the rate waits until the reset", async () => {
    await leaveRequests(0);
    const { line } = await poll();
    expect(line).toMatch(/ is unknown: status_rate_limited: /);
    expect(stage.standIn.requests).toHaveLength(1);
    const first = poller.board.now;
    stage.standIn.resetLimits();
    expect((await poller.poll()).line).toBe("esp8266/Arduino CI successful!");
    expect(poller.board.now - first).toBeGreaterThan(3_580_000);
    expect(poller.board.now - first).toBeLessThan(4_200_000);
  });

  it.each(["too-many-requests", "secondary-limit"] as const)("%s lengthens the interval", async (variant) => {
    stage.standIn.setVariant(variant);
    expect((await poll()).line).toMatch(/ is unknown: status_rate_limited: /);
    const first = poller.board.now;
    stage.standIn.setVariant("success");
    expect((await poller.poll()).line).toBe("esp8266/Arduino CI successful!");
    expect(poller.board.now - first).toBeGreaterThan(2 * INTERVAL_SECONDS * 1000 - 5000);
  });

  it("a state that could not be asked for again is unknown past three intervals", async () => {
    await leaveRequests(2);
    expect((await poll()).line).toBe("esp8266/Arduino CI successful!");
    const { board } = poller;
    const shown = board.now;
    expect(isLit()).toBe(true);
    board.skipping = true;
    await board.waitForLine(/ is unknown: status_too_old: /, { from: board.lines.length - 1 });
    board.skipping = false;
    expect(isLit()).toBe(false);
    expect(board.now - shown).toBeGreaterThan(3 * INTERVAL_SECONDS * 1000 - 5000);
    expect(board.now - shown).toBeLessThan(3.4 * INTERVAL_SECONDS * 1000);
    expect(stage.standIn.requests).toHaveLength(2);
  });
});

describe("three targets", () => {
  let stage: Stage;
  const main = { owner: "octo", repo: "main", ref: "feature/x" };

  beforeAll(async () => {
    stage = await setStage({
      status: [
        { ...target, source: "statuses", token: "ghp_secret", intervalSeconds: INTERVAL_SECONDS },
        { ...main, label: "the main one", source: "auto" },
        { owner: "octo", repo: "other", ref: "main", source: "checks", check: "build é" },
      ],
    });
    stage.standIn.change({ repository: "octo/main", checks: runs(2) });
    const other = (conclusion: string): CheckRun => ({ name: "build é", status: "completed", conclusion });
    stage.standIn.change({ repository: "octo/other", checks: [...runs(2, "failure"), other("success")] });
  }, 120_000);
  afterAll(() => stage?.standIn.close());

  it("are asked over one connection, have a line each, and the light shows the worst", async () => {
    const connections = stage.standIn.connections;
    poller = await startBoard(stage);
    const first = await poller.poll();
    expect(stage.standIn.connections - connections).toBe(1);
    expect(stage.standIn.requests.map((request) => request.target)).toEqual([
      `${commit}/status`,
      "/repos/octo/main/commits/feature%2Fx/status",
      "/repos/octo/main/commits/feature%2Fx/check-runs?per_page=30",
      "/repos/octo/other/commits/main/check-runs?per_page=30&check_name=build%20%C3%A9",
    ]);
    for (const { headers } of stage.standIn.requests) expect(headers.authorization).toBe("Bearer ghp_secret");
    expect(first.lines.join("\n")).not.toContain("ghp_secret");
    expect(first.lines.slice(-9)).toEqual(
      [
        "esp8266/Arduino CI successful!",
        "the main one CI successful!",
        "octo/other CI successful!",
        "reply was:",
        "==========",
        "state=success statuses=2 sha=8cd331a",
        "state=success statuses=2 checks=2 sha=8cd331a",
        "state=success checks=1 sha=8cd331a",
        "==========",
      ]
        .concat("closing connection")
        .slice(1),
    );
    expect(poller.board.pins.D2!.value).toBe(0);

    stage.standIn.change({ repository: "octo/main", checks: runs(2, "failure") });
    const second = await poller.poll();
    expect(second.lines).toContain("the main one CI has failed");
    expect(second.lines).toContain("state=success statuses=2 sha=8cd331a (not modified)");
    expect(poller.board.pins.D2!.value).not.toBe(0);

    await stage.standIn.pause();
    const gone = await poller.poll();
    await stage.standIn.resume();
    expect(gone.lines.filter((line) => / is unknown: connection_refused: /.test(line))).toHaveLength(3);
  });
});
