/** Random numbers that a seed repeats. Each part of the world draws from a stream of its own, so that what one does changes nothing for another. */

/** FNV-1a, to make a number of a name. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** mulberry32 from this state on: each call gives the next 32 bits, an integer from 0 to 2^32 - 1. */
export function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

export class Random {
  /** 32 bits. */
  readonly word: () => number;

  constructor(seed: number, stream: string) {
    this.word = mulberry32(hashOf(`${seed} ${stream}`));
  }

  /** From 0 to below 1. */
  part(): number {
    return this.word() / 2 ** 32;
  }

  /** From `low` to below `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.part();
  }

  /** An integer from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.part() * limit);
  }

  /** A waiting time with this mean, exponentially distributed. */
  wait(mean: number): number {
    return -Math.log(1 - this.part()) * mean;
  }

  /** From `low` to `high`, each order of magnitude as likely as the next. */
  spread(low: number, high: number): number {
    return low * (high / low) ** this.part();
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
