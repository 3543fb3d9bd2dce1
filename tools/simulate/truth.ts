/**
 * What is true of the builds at each moment, and what a lamp that asked within a stretch of time may rightly show. A poll asks for several things one
 * after the other, so what it finds is some combination of what each was within that time.
 */

/** What the lamp can show of a build. */
export type State = "success" | "failure" | "pending" | "unknown";

/** One side of a repository: its commit statuses or its check runs. Nothing there is "none". */
export type SideState = State | "none";

export type Side = "statuses" | "checks";

export type Source = Side | "auto";

/** The worst first. */
const WORST_FIRST: readonly State[] = ["failure", "unknown", "pending", "success"];

interface Change {
  at: number;
  state: SideState;
}

/** Unknown where there is nothing. */
export function worst(states: readonly SideState[]): State {
  return WORST_FIRST.find((state) => states.includes(state)) ?? "unknown";
}

/** All ways to take one of each. */
function combinations<T>(sets: readonly (readonly T[])[]): T[][] {
  return sets.reduce<T[][]>((all, set) => all.flatMap((chosen) => set.map((one) => [...chosen, one])), [[]]);
}

class History {
  private changes: Change[];

  constructor(state: SideState) {
    this.changes = [{ at: 0, state }];
  }

  get now(): SideState {
    return this.changes.at(-1)!.state;
  }

  set(at: number, state: SideState, forget: number): void {
    this.changes.push({ at, state });
    while (this.changes.length > 1 && this.changes[1]!.at < forget) this.changes.shift();
  }

  within(from: number, to: number): SideState[] {
    const states = new Set<SideState>();
    for (let i = 0; i < this.changes.length; i++) {
      const { at, state } = this.changes[i]!;
      const until = this.changes[i + 1]?.at ?? Number.POSITIVE_INFINITY;
      if (at <= to && until >= from) states.add(state);
    }
    return [...states];
  }
}

export class Truth {
  private histories: Record<Side, History>[];

  /** @param memory milliseconds for which the past is kept */
  constructor(
    targets: number,
    private source: Source,
    private memory: number,
  ) {
    this.histories = Array.from({ length: targets }, () => ({ statuses: new History("none"), checks: new History("none") }));
  }

  set(now: number, target: number, side: Side, state: SideState): void {
    this.histories[target]![side].set(now, state, now - this.memory);
  }

  /** What a lamp that saw everything would show. */
  get now(): State {
    return this.possible(Number.MAX_VALUE, Number.MAX_VALUE)[0]!;
  }

  /** What may have been found out of one target between two moments. */
  possibleOf(target: number, from: number, to: number): State[] {
    const sides = this.source === "auto" ? (["statuses", "checks"] as const) : [this.source];
    const seen = sides.map((side) => this.histories[target]![side].within(from, to));
    return [...new Set(combinations(seen).map(worst))];
  }

  /** What may have been found out of all of them. */
  possible(from: number, to: number): State[] {
    const seen = this.histories.map((_, target) => this.possibleOf(target, from, to));
    return [...new Set(combinations(seen).map(worst))];
  }
}
