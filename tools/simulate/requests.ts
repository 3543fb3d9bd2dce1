/** The requests that the lamp makes, held to GitHub's limits and to what its answers ask for. */
import { HOUR, moment, SECOND } from "./units";

export interface RequestOptions {
  /** How many requests a poll makes if nothing has more than one page. */
  requests: number;
  /** I, in milliseconds. */
  interval: number;
  /** P, in milliseconds. */
  patience: number;
  requestsPerHour: number;
}

export class Requests {
  count = 0;
  notModified = 0;
  mostInAnHour = 0;
  waitsAsked = 0;
  private waitUntil = Number.NEGATIVE_INFINITY;
  /** While so few requests are left that polls have to be rarer, or one is to be left out. */
  private sparseUntil = Number.NEGATIVE_INFINITY;
  private times: number[] = [];

  constructor(
    private options: RequestOptions,
    private now: () => number,
    private violate: (rule: string, detail: string) => void,
  ) {}

  /**
   * A request was answered.
   * @param status null: it was not
   * @param worldNow milliseconds since 1970
   */
  made(status: number | null, headers: Record<string, string>, worldNow: number): void {
    const now = this.now();
    this.count++;
    if (status === 304) this.notModified++;
    if (now < this.waitUntil) this.violate("6: a request although the server asked to wait", `until ${moment(this.waitUntil)}`);
    while (this.times.length > 0 && this.times[0]! <= now - HOUR) this.times.shift();
    this.times.push(now);
    this.mostInAnHour = Math.max(this.mostInAnHour, this.times.length);
    if (this.times.length > this.options.requestsPerHour) this.violate("6: too many requests in an hour", `${this.times.length}`);
    this.heard(status, headers, worldNow);
  }

  /** At `moment` the server wanted fewer requests than the lamp makes by itself, or had until an interval and a poll before. */
  wereSparse(moment: number): boolean {
    const { interval, patience } = this.options;
    return Math.max(this.waitUntil, this.sparseUntil) + interval + patience >= moment;
  }

  /** What an answer's headers say of the requests to come. */
  private heard(status: number | null, headers: Record<string, string>, worldNow: number): void {
    const { interval, requests } = this.options;
    const toReset = Number(headers["x-ratelimit-reset"] ?? 0) * SECOND - worldNow;
    const left = Number(headers["x-ratelimit-remaining"] ?? Number.POSITIVE_INFINITY);
    if (toReset > interval * (Math.floor(left / requests) + 1)) this.sparseUntil = this.now() + toReset;
    const wait = left === 0 ? toReset : Number(headers["retry-after"] ?? 0) * SECOND;
    if ((status !== 403 && status !== 429) || wait <= 0) return;
    this.waitsAsked++;
    // After a refusal at least one poll is left out.
    this.sparseUntil = Math.max(this.sparseUntil, this.now() + interval);
    this.waitUntil = Math.max(this.waitUntil, this.now() + wait);
  }
}
