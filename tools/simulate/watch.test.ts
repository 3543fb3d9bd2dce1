import { describe, expect, it } from "vitest";
import { Truth } from "./truth";
import { MINUTE, SECOND } from "./units";
import { Watch } from "./watch";

const LABEL = "esp8266/Arduino CI ";
const INTERVAL = 15 * MINUTE;
const PATIENCE = MINUTE;

/** A lamp told by hand, over builds told by hand. */
class Told {
  now = 0;
  private isGreen = false;
  readonly truth = new Truth(1, "statuses", 10 * INTERVAL);
  readonly watch = new Watch(
    { truth: this.truth, targets: 1, requests: 1, interval: INTERVAL, patience: PATIENCE, requestsPerHour: 60 },
    () => this.now,
  );

  get rules(): string[] {
    return this.watch.violations.map(({ rule }) => rule);
  }

  build(state: "success" | "failure" | "pending"): void {
    this.watch.beforeChange();
    this.truth.set(this.now, 0, "statuses", state);
    this.watch.afterChange(state);
  }

  /** A poll that takes a second and ends with this line. */
  poll(word: string, isGreen = word === "successful!"): void {
    this.watch.serial("connecting to api.github.com\n");
    this.now += SECOND;
    this.watch.serial(LABEL + word + "\n");
    this.light(isGreen);
  }

  wait(milliseconds: number): void {
    this.now += milliseconds;
    this.watch.turnEnded();
    this.watch.look();
  }

  private light(isGreen: boolean): void {
    if (isGreen !== this.isGreen) this.watch.light(isGreen);
    this.isGreen = isGreen;
    this.watch.turnEnded();
  }
}

describe("the watch", () => {
  it("is content with a lamp that is right", () => {
    const told = new Told();
    told.build("success");
    told.poll("successful!");
    told.wait(INTERVAL - MINUTE);
    told.build("failure");
    told.wait(30 * SECOND);
    told.poll("has failed");
    told.wait(MINUTE);
    expect(told.rules).toEqual([]);
    expect(told.watch.stalest.length).toBe(31 * SECOND);
    expect(told.watch.outcomes).toMatchObject({ success: 1, failure: 1 });
  });

  it("blames a state shown for longer than an interval after it ceased to be true", () => {
    const told = new Told();
    told.build("success");
    told.poll("successful!");
    told.wait(MINUTE);
    told.build("failure");
    told.wait(INTERVAL);
    expect(told.rules).toEqual([]);
    told.wait(2 * MINUTE);
    expect(told.rules).toContain("1: success is shown");
  });

  it("blames a wrong light even if the truth comes back to it", () => {
    const told = new Told();
    told.build("success");
    told.poll("successful!");
    told.build("failure");
    told.now += 2 * INTERVAL;
    told.build("success");
    expect(told.rules[0]).toBe("1: success is shown");
  });

  it("blames unknown where nothing is broken, not where something is or was a moment ago", () => {
    const told = new Told();
    told.build("success");
    told.watch.broke("server");
    told.wait(2 * INTERVAL);
    told.poll("is unknown: status_server_error: …");
    told.watch.mended("server");
    told.wait(INTERVAL);
    expect(told.rules).not.toContain("2: unknown is shown");
    told.wait(2 * MINUTE);
    expect(told.rules).toContain("2: unknown is shown");
  });

  it("blames a poll that finds out what was not so while it went on", () => {
    const told = new Told();
    told.build("failure");
    told.now += MINUTE;
    told.build("success");
    told.now += MINUTE;
    told.poll("has failed");
    expect(told.rules).toEqual(["3: failure was found out"]);
  });

  it("blames green on unknown", () => {
    const told = new Told();
    told.build("success");
    told.watch.broke("server");
    told.poll("is unknown: status_server_error: …", true);
    told.wait(11 * SECOND);
    expect(told.rules).toEqual(["4: green"]);
  });

  it("blames a poll that does not end, and one that does not come", () => {
    const told = new Told();
    told.build("success");
    told.watch.broke("all");
    told.watch.serial("connecting to api.github.com\n");
    told.wait(PATIENCE + SECOND);
    expect(told.rules).toEqual(["5: a poll does not end"]);
    told.wait(INTERVAL + SECOND);
    expect(told.rules).toEqual(["5: a poll does not end", "5: no poll"]);
  });

  it("blames more requests than an hour may have, and requests before the time that the server named", () => {
    const told = new Told();
    const asks = (status: number, headers: [string, string][] = []): void => told.watch.requested(status, headers, 1_790_000_000_000);
    for (let i = 0; i < 60; i++) asks(200);
    expect(told.rules).toEqual([]);
    asks(200);
    expect(told.rules).toEqual(["6: too many requests in an hour"]);
    told.now += 2 * INTERVAL + 61 * MINUTE;
    asks(429, [["retry-after", "60"]]);
    told.now += 59 * SECOND;
    asks(200);
    told.now += 2 * SECOND;
    asks(200);
    expect(told.rules).toEqual(["6: too many requests in an hour", "6: a request although the server asked to wait"]);
    asks(403, [
      ["x-ratelimit-remaining", "0"],
      ["x-ratelimit-reset", "1790000600"],
    ]);
    told.now += 599 * SECOND;
    asks(200);
    expect(told.rules).toHaveLength(3);
  });

  it("lets a lamp leave out polls while the server wants fewer requests, three intervals at most", () => {
    const told = new Told();
    told.build("success");
    told.poll("successful!");
    told.watch.requested(
      200,
      [
        ["x-ratelimit-remaining", "0"],
        ["x-ratelimit-reset", "1790003600"],
      ],
      1_790_000_000_000,
    );
    told.build("failure");
    told.wait(2 * INTERVAL);
    expect(told.rules).toEqual([]);
    told.wait(INTERVAL + 2 * MINUTE);
    expect(told.rules).toEqual(["1: success is shown"]);
    expect(told.watch.stalest.length).toBe(0);
  });

  it("blames a request to an impostor, and whatever is thrown", () => {
    const told = new Told();
    told.watch.impostorIs(true);
    told.watch.requested(200, [], 0);
    told.watch.serial("Uncaught Error: no\n");
    expect(told.rules).toEqual(["7: a request was sent to somebody in the server's place", "8: a fault"]);
  });
});
