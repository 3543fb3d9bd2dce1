/** The summary of a simulation, for a person to read. */
import { HEAP_TOLERANCE, type Simulation } from "./simulate";
import { moment, span } from "./units";
import type { Violation } from "./watch";

const NAME = 14;
const number = (value: number): string => Math.round(value).toLocaleString("en-US");
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function row(name: string, text: string): string {
  return `${name.padEnd(NAME)}${text}`;
}

function counts(map: Map<string, number>): string[] {
  const sorted = [...map].sort((a, b) => b[1] - a[1]);
  return sorted.map(([name, count]) => `${" ".repeat(NAME)}${number(count).padStart(7)}  ${name}`);
}

function violationLines({ at, rule, detail, before }: Violation): string[] {
  return [`${moment(at)}: rule ${rule} ${detail}`, ...before.map((line) => `    ${line}`), ""];
}

function longest({ length, at }: { length: number; at: number }): string {
  return length ? `${span(length)} (${moment(at)})` : "never";
}

/** True if nothing went wrong that must not. */
export function isGood({ watch, heapGrowth }: Simulation): boolean {
  return watch.violationCount === 0 && heapGrowth <= HEAP_TOLERANCE;
}

export function summary(simulation: Simulation): string {
  const { watch, options, faults, heap, heapGrowth } = simulation;
  const { outcomes, shownTime } = watch;
  const total = Object.values(shownTime).reduce((sum, one) => sum + one, 0);
  const share = (name: keyof typeof shownTime): string => `${name} ${((100 * shownTime[name]) / total).toFixed(1)} %`;
  const lines = [
    `${options.days} days of a lamp, seed ${options.seed}: ${simulation.lamp}; ${options.kernels ? "kernels on the emulated lx106" : "crypto at Node's speed"}`,
    "",
    row(
      "polls",
      `${number(watch.polls)} over ${number(watch.connections)} connections; longest ${span(watch.longestPoll)} (${moment(watch.longestPollAt)})`,
    ),
    row("answers", (Object.keys(outcomes) as (keyof typeof outcomes)[]).map((state) => `${state} ${number(outcomes[state])}`).join(", ")),
    row("unknown", "because of"),
    ...counts(watch.errors),
    row(
      "requests",
      `${number(watch.requests.count)}, ${number(watch.requests.notModified)} answered 304; most in an hour ${watch.requests.mostInAnHour}; told to wait ${number(watch.requests.waitsAsked)} times`,
    ),
    row("the light", (["success", "failure", "pending", "unknown", "starting"] as const).map(share).join(", ")),
    row("", `wrong for at most ${longest(watch.stalest)}; while the server wanted fewer requests ${longest(watch.stalestWhileSparse)}`),
    row("the world", `${number(simulation.builds)} builds, ${simulation.rotations} new certificates, ${simulation.reboots} restarts, and`),
    ...counts(faults),
    row("Node's heap", `${heap.map(megabytes).join(", ")}: ${heapGrowth > 0 ? `grew ${number(heapGrowth / 1000)} KB` : "did not grow"}`),
    row(
      "took",
      `${span(simulation.took)}: ${number(simulation.turns)} turns, ${(simulation.took / Math.max(1, watch.polls)).toFixed(1)} ms a poll`,
    ),
    "",
  ];
  for (const violation of watch.violations) lines.push(...violationLines(violation));
  if (watch.violationCount > 0) lines.push(...counts(watch.broken));
  if (watch.violationCount > 0) lines.push(`${watch.violationCount} VIOLATIONS; again with --seed ${options.seed} --days ${options.days}`);
  if (heapGrowth > HEAP_TOLERANCE) lines.push(`THE HEAP GREW by ${megabytes(heapGrowth)}`);
  if (isGood(simulation)) lines.push("The lamp was right all the while.");
  return lines.join("\n");
}
