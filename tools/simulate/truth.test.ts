import { describe, expect, it } from "vitest";
import { Truth, worst } from "./truth";

describe("what a lamp may show", () => {
  it("is the worst: failure, unknown, pending, success", () => {
    expect(worst(["success", "pending"])).toBe("pending");
    expect(worst(["pending", "unknown", "success"])).toBe("unknown");
    expect(worst(["failure", "unknown"])).toBe("failure");
  });

  it("is any state that a side had in the time asked about, its edges included", () => {
    const truth = new Truth(1, "statuses", 1000);
    truth.set(10, 0, "statuses", "success");
    truth.set(20, 0, "statuses", "failure");
    truth.set(30, 0, "statuses", "success");
    expect(truth.possible(12, 18)).toEqual(["success"]);
    expect(truth.possible(18, 20).sort()).toEqual(["failure", "success"]);
    expect(truth.possible(21, 29)).toEqual(["failure"]);
    expect(truth.possible(0, 5)).toEqual(["unknown"]);
    expect(truth.now).toBe("success");
  });

  it("takes the worse of both sides, and ignores one that is empty", () => {
    const truth = new Truth(1, "auto", 1000);
    expect(truth.now).toBe("unknown");
    truth.set(1, 0, "checks", "success");
    expect(truth.now).toBe("success");
    truth.set(2, 0, "statuses", "failure");
    expect(truth.now).toBe("failure");
    expect(truth.possible(1.5, 2).sort()).toEqual(["failure", "success"]);
  });

  it("combines what several targets were at different moments of a poll", () => {
    const truth = new Truth(2, "statuses", 1000);
    truth.set(1, 0, "statuses", "success");
    truth.set(1, 1, "statuses", "failure");
    truth.set(5, 0, "statuses", "failure");
    truth.set(5, 1, "statuses", "success");
    // The first asked before the change, the second after it.
    expect(truth.possible(4, 6).sort()).toEqual(["failure", "success"]);
    expect(truth.possible(6, 7)).toEqual(["failure"]);
  });
});
