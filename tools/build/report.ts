/** What the build says of its result, and the limits that it holds it to. */
import { MAX_FIRMWARE_BYTES } from "../flash/loader";
import type { BoardName, BuildReport } from "./firmware";

/** Of the script without the kernels' machine code. */
const maxBytes = 64 * 1024;
/** JavaScript calls nested in each other; the ESP8266's C stack is 5 KB. */
const maxDepth = 6;

/** One line each: sizes, parts, depth. */
export function reportLines(report: BuildReport): string[] {
  const kernels = report.size - report.sizeWithoutKernels;
  const parts = [...report.parts.keys()].filter((part) => part !== "");
  return [
    `size: ${report.size} bytes of at most ${MAX_FIRMWARE_BYTES}: ${report.sizeWithoutKernels} of at most ${maxBytes}, and ${kernels} of machine code`,
    `parts: ${parts.map((part) => part.replace(/\.js$/, "")).join(", ") || "none"}`,
    `calls: ${report.depth.deepest.length} deep of at most ${maxDepth} (${report.depth.deepest.join(" > ")})`,
  ];
}

/** What is over a limit of the board, one line each. Linux has room enough for all. */
export function overLimits(report: BuildReport, board: BoardName): string[] {
  if (board !== "esp8266") return [];
  const lines = report.depth.recursions.map((chain) => `recursion: ${chain.join(" > ")}`);
  if (report.sizeWithoutKernels > maxBytes) lines.push(`the firmware is ${report.sizeWithoutKernels - maxBytes} bytes too long`);
  if (report.size > MAX_FIRMWARE_BYTES)
    lines.push(`firmware and kernels are ${report.size - MAX_FIRMWARE_BYTES} bytes too long for their slot`);
  if (report.depth.deepest.length > maxDepth) lines.push(`calls are nested ${report.depth.deepest.length} deep`);
  return lines;
}
