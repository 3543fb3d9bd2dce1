/** The figures as text, 80 columns wide. */
import type { Cost } from "./exchange";
import { type Figures, flatten, LINES } from "./figures";

/** An exchange that was measured, under a heading. */
export interface NamedCost {
  name: string;
  cost: Cost;
}

const WIDTHS = [28, 12, 12, 12, 12];
const COST_WIDTHS = [28, 12, 9, 12, 13];

const grouped = (value: number): string => value.toLocaleString("en-US");

function row(cells: string[], widths: number[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("");
}

/** The speed table: instructions, BearSSL's beside ours. */
export function speedTable(figures: Figures): string[] {
  const flat = flatten(figures);
  const lines = LINES.map(({ name, what, bearssl, limit }) => {
    const ours = flat.get(name)!;
    const share = bearssl === undefined ? "" : `${Math.round((ours / bearssl) * 100)} %`;
    const verdict = ours <= limit ? "" : "  over the limit";
    return row([what, bearssl === undefined ? "" : grouped(bearssl), grouped(limit), grouped(ours), share], WIDTHS) + verdict;
  });
  return [row(["instructions", "BearSSL", "at most", "ours", "of BearSSL"], WIDTHS), ...lines];
}

/** What exchanges cost, part by part. */
export function costTable(costs: NamedCost[]): string[] {
  const lines = costs.map(({ name, cost }) =>
    row([name, grouped(cost.kernel_instructions), grouped(cost.native_calls), grouped(cost.statements), grouped(cost.total)], COST_WIDTHS),
  );
  return [row(["", "kernels", "calls", "statements", "total"], COST_WIDTHS), ...lines];
}

export function sizeLines(figures: Figures): string[] {
  return [`kernels ${grouped(figures.blob_bytes)} bytes, bundle ${grouped(figures.bundle_bytes)} bytes`];
}
