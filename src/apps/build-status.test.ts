import { describe, expect, test } from "vitest";
import { Source } from "../status/poll-target";
import { fakeBoard } from "../transport.testing";
import { type BuildStatusJob, type BuildStatusOptions, startBuildStatus } from "./build-status";
import "./poll";
import "./verdict";

const intervalSeconds = 300;
/** Milliseconds: four intervals. */
const guarded = 1_200_000;

interface Timer {
  f: () => void;
  ms: number;
}

/** A job that has begun, and its timers; nothing fires by itself, and no poll gets further than its beginning. */
function beginJob() {
  const pending = new Map<number, Timer>();
  let last = 0;
  const board = fakeBoard();
  board.clock.after = (f, ms) => {
    pending.set(++last, { f, ms });
    return last;
  };
  board.clock.cancel = (handle) => void pending.delete(handle as number);
  const options: BuildStatusOptions = {
    board,
    abort: null,
    server: () => ({ host: "server.test", port: 443, fingerprints: [], caKeys: [], address: null }),
    status: () => ({ count: 0, target: () => ({ label: "", path: "", source: Source.statuses }), token: null, intervalSeconds }),
    wifi: () => ({ ssid: "net", password: "" }),
  };
  startBuildStatus(options);
  const job = options as BuildStatusJob;
  return {
    job,
    /** The time of the poll that is due. */
    pollDue() {
      const [handle, timer] = [...pending].find(([, { f }]) => f !== board.restart)!;
      pending.delete(handle);
      // It has let go of the poll before.
      job.abort = null;
      timer.f();
    },
    /** Milliseconds of the timers that restart the board. */
    guards: () => [...pending].filter(([, { f }]) => f === board.restart),
  };
}

describe("the guard", () => {
  test("restarts the board four intervals after a poll began", () => {
    const { pollDue, guards } = beginJob();
    expect(guards()).toEqual([]);
    pollDue();
    expect(guards().map(([, { ms }]) => ms)).toEqual([guarded]);
  });

  test("begins anew with the next poll if the last one was told", () => {
    const { job, pollDue, guards } = beginJob();
    pollDue();
    const first = guards();
    job.age = 0;
    pollDue();
    expect(guards()).toHaveLength(1);
    expect(guards()).not.toEqual(first);
  });

  test("goes on while no poll is told", () => {
    const { pollDue, guards } = beginJob();
    pollDue();
    const first = guards();
    pollDue();
    pollDue();
    expect(guards()).toEqual(first);
  });

  test("begins anew when a poll is left out", () => {
    const { job, pollDue, guards } = beginJob();
    pollDue();
    job.age = 0;
    job.skips = 2;
    pollDue();
    const first = guards();
    pollDue();
    expect(guards()).toHaveLength(1);
    expect(guards()).not.toEqual(first);
  });
});
