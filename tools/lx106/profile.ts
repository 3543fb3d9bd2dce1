/** A profile by function. */
export interface Symbol106 {
  name: string;
  address: number;
}

export interface CountedBlock {
  start: number;
  instructions: number;
  executions: number;
}

export interface FunctionProfile {
  name: string;
  /** Executions of its first block. */
  calls: number;
  instructions: number;
}

/** Sums blocks by the nearest symbol at or below each, the largest first. */
export function profileOf(blocks: CountedBlock[], symbols: Symbol106[]): FunctionProfile[] {
  const sorted = [...symbols].sort((x, y) => y.address - x.address);
  const totals = new Map<string, FunctionProfile>();
  for (const block of blocks) {
    const symbol = sorted.find(({ address }) => address <= block.start);
    const name = symbol?.name ?? "?";
    const total = totals.get(name) ?? { name, calls: 0, instructions: 0 };
    totals.set(name, total);
    total.instructions += block.instructions * block.executions;
    if (symbol?.address === block.start) total.calls += block.executions;
  }
  return [...totals.values()].sort((x, y) => y.instructions - x.instructions);
}
