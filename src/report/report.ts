/** What the serial port says of a build, and the light. The lines are stable: people and scripts read them. */
import { meaningOf } from "../errors/meanings";
import { type BuildStatus, unpackStatus } from "../status/build-status";
import { type Bytes, type Console, Glow } from "../transport";
import { printable } from "./printable";

const reportRule = "==========";

/** Digits of a commit's name that are shown. */
const shaDigits = 7;

/** The line of a target: whose build, and how it is. @param label "owner/repo" or the config's own */
export function statusLine(label: string, status: BuildStatus): string {
  if (status.glow === Glow.success) return label + " CI successful!";
  if (status.glow === Glow.failure) return label + " CI has failed";
  if (status.glow === Glow.pending) return label + " CI is pending";
  return label + " CI is unknown: " + meaningOf(status.error);
}

/** GitHub's word for it, or "unknown". */
export function stateWord(glow: Glow): string {
  if (glow === Glow.success) return "success";
  if (glow === Glow.failure) return "failure";
  return glow === Glow.pending ? "pending" : "unknown";
}

/** What was found out, in one line: counts and commit, or what GitHub said. */
export function replyLine(status: BuildStatus): string {
  let line = "state=" + stateWord(status.glow);
  // Of two sides an empty one is ignored.
  if (status.statuses > 0 || (!status.statuses && status.checks <= 0)) line += " statuses=" + status.statuses;
  if (status.checks > 0 || (!status.checks && status.statuses < 0)) line += " checks=" + status.checks;
  if (status.sha) line += " sha=" + printable(status.sha.substr(0, shaDigits));
  if (status.notModified) line += " (not modified)";
  if (status.message) line += " message=" + printable(status.message);
  return line;
}

/** Prints what was found out of the targets, a line each. @param results each packed by packStatus */
export function reportReplies(console: Console, results: Bytes[]): void {
  console.line("reply was:");
  console.line(reportRule);
  for (let i = 0; i < results.length; i++) console.line(replyLine(unpackStatus(results[i])));
  console.line(reportRule);
}
