/** The memory figures as a table, and the tracked ones that they must not exceed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../build/paths";
import type { MemoryFigures } from "./memory";

/** By the case's name. */
export type Figures = Record<string, MemoryFigures>;

type Column = keyof MemoryFigures;

/** Column, its two lines of heading, and the most variables that it may show. */
const columns: readonly [Column, string, string, number][] = [
  ["restWithoutArena", "at rest,", "no arena", 450],
  ["rest", "at rest,", "arena", 700],
  ["handshake", "peak,", "handshake", 1250],
  ["response", "peak,", "response", 1250],
];
const nameWidth = 34;
const columnWidth = 11;
/**
 * Variables that a figure may vary by: certificates and signatures are not of the same length each time, and when memory is shortest a chunk of 268 bytes
 * may have come or not.
 */
const tolerances: Record<Column, number> = { restWithoutArena: 8, rest: 8, handshake: 32, response: 32 };

export const figuresFile = join(projectRoot, "tools/espruino/memory-figures.json");

export function trackedFigures(): Figures {
  return JSON.parse(readFileSync(figuresFile, "utf8")) as Figures;
}

/** The heading, the line of the limits, and a line for each case. */
export function memoryTable(figures: Figures): string[] {
  const line = (name: string, cells: string[]) => name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(columnWidth)).join("");
  return [
    line(
      "",
      columns.map(([, first]) => first),
    ),
    line(
      "",
      columns.map(([, , second]) => second),
    ),
    line(
      "at most",
      columns.map(([, , , limit]) => String(limit)),
    ),
    ...Object.entries(figures).map(([name, measured]) => line(name, cells(measured))),
  ];
}

function cells(measured: MemoryFigures): string[] {
  if (measured.handshake === null) return ["-", "-", "ran out", "-"];
  if (measured.response === null) return ["-", "-", String(measured.handshake), "ran out"];
  if (measured.rest === null) return ["ran out", "ran out", String(measured.handshake), String(measured.response)];
  return columns.map(([column]) => String(measured[column]));
}

/** One line for each case that did not get through. */
export function ranOut(figures: Figures): string[] {
  const failed = Object.entries(figures).filter(([, measured]) => measured.rest === null);
  return failed.map(([name, { handshake }]) => `${name}: memory ran out in the ${handshake === null ? "handshake" : "response"}`);
}

/** One line for each figure that is above the most that it may be. */
export function tooMuch(figures: Figures): string[] {
  const found: string[] = [];
  for (const [name, measured] of Object.entries(figures))
    for (const [column, , , limit] of columns)
      if ((measured[column] ?? 0) > limit) found.push(`${name}: ${column} is ${measured[column]}, at most ${limit}`);
  return found;
}

/** One line for each figure that is above the tracked one. */
export function growth(tracked: Figures, now: Figures): string[] {
  const found: string[] = [];
  for (const [name, measured] of Object.entries(now)) {
    for (const [column] of columns) {
      const before = tracked[name]?.[column];
      const after = measured[column];
      if (before != null && after !== null && after > before + tolerances[column])
        found.push(`${name}: ${column} grew from ${before} to ${after}`);
    }
  }
  return found;
}
