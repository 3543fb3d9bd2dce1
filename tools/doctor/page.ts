import { type Colors, wrap } from "../serial/tool-error";
import type { Finding } from "./checks";

const SUBJECT_WIDTH = 12;
const PAGE_WIDTH = 80;

/** The findings as lines of at most 80 columns. */
export function formatFindings(findings: Finding[], colors: Colors): string[] {
  const marks = { ok: colors.green("✓"), bad: colors.red("✗"), skipped: colors.dim("-") };
  return findings.flatMap(({ subject, verdict, text }) => {
    const [first, ...more] = wrap(text, PAGE_WIDTH - SUBJECT_WIDTH - 3);
    const indent = " ".repeat(SUBJECT_WIDTH + 3);
    return [`${marks[verdict]} ${subject.padEnd(SUBJECT_WIDTH)} ${first}`, ...more.map((line) => indent + line)];
  });
}
