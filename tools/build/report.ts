/** What the build says of its result. */
import type { BuildReport } from "./firmware";

export function reportLines(report: BuildReport): string[] {
  return [`firmware: ${report.size} bytes, parts: ${[...report.parts.keys()].filter((part) => part).join(", ") || "none"}`];
}
