/** The serial port's lines as what happened: a poll began, something was found out, or why not. */
import { nameOf, TARGETS } from "./builds";
import type { State } from "./truth";
import { HOST } from "./world";

export type SerialEvent =
  | { what: "connecting" }
  | { what: "matches" }
  | { what: "requesting" }
  /** @param target index; null where it is said of the poll as a whole */
  | { what: "outcome"; target: number | null; state: State; error: string }
  | { what: "fault"; text: string };

const STATES: Record<string, State> = { "successful!": "success", "has failed": "failure", "is pending": "pending" };
const OUTCOME = /^(.*) CI (successful!|has failed|is pending)$/;
const UNKNOWN = /^(.*) CI is unknown: (\w+)/;
const FAULT = /^Uncaught|^Fatal exception|^(random_stuck|kernel_failed|kernel_disabled|no_memory)/;

function targetOf(label: string): number | null {
  const index = TARGETS.findIndex((target) => (target.label ?? nameOf(target)) === label);
  return index < 0 ? null : index;
}

/** What a line says, null for nothing of interest. */
export function readLine(line: string): SerialEvent | null {
  if (line === `connecting to ${HOST}`) return { what: "connecting" };
  if (line === "certificate matches") return { what: "matches" };
  if (line.startsWith("requesting URL: ")) return { what: "requesting" };
  if (line === "certificate doesn't match") return { what: "outcome", target: null, state: "unknown", error: "fingerprint_mismatch" };
  const known = OUTCOME.exec(line);
  if (known) return { what: "outcome", target: targetOf(known[1]!), state: STATES[known[2]!]!, error: "" };
  const unknown = UNKNOWN.exec(line);
  if (unknown) return { what: "outcome", target: targetOf(unknown[1]!), state: "unknown", error: unknown[2]! };
  return FAULT.test(line) ? { what: "fault", text: line } : null;
}
