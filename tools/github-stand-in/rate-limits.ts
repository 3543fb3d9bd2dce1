/** GitHub's primary rate limit: 60 requests an hour and address without a token, 5000 with one. */

const WITHOUT_TOKEN = 60;
const WITH_TOKEN = 5000;
const HOUR = 3_600_000;

interface Budget {
  used: number;
  resetAt: number;
}

export class RateLimits {
  private budgets = new Map<string, Budget>();

  /** @param now milliseconds since 1970 */
  constructor(private now: () => number) {}

  count(token: string | undefined): void {
    this.budget(token).used++;
  }

  /** Uses up this hour's requests but for `left`; gives the moment of the reset. */
  exhaust(token: string | undefined, left = 0): number {
    const budget = this.budget(token);
    budget.used = Math.max(budget.used, this.limit(token) - left);
    return budget.resetAt;
  }

  isExhausted(token: string | undefined): boolean {
    return this.budget(token).used >= this.limit(token);
  }

  reset(): void {
    this.budgets.clear();
  }

  headers(token: string | undefined): [string, string][] {
    const { used, resetAt } = this.budget(token);
    const limit = this.limit(token);
    return [
      ["x-ratelimit-limit", String(limit)],
      ["x-ratelimit-remaining", String(Math.max(0, limit - used))],
      ["x-ratelimit-reset", String(Math.ceil(resetAt / 1000))],
      ["x-ratelimit-resource", "core"],
      ["x-ratelimit-used", String(used)],
    ];
  }

  private limit(token: string | undefined): number {
    return token ? WITH_TOKEN : WITHOUT_TOKEN;
  }

  private budget(token: string | undefined): Budget {
    const key = token ?? "";
    let budget = this.budgets.get(key);
    if (!budget || budget.resetAt <= this.now()) {
      budget = { used: 0, resetAt: this.now() + HOUR };
      this.budgets.set(key, budget);
    }
    return budget;
  }
}
