import type { AnyNode } from "../syntax";

/** One thing in the firmware that Espruino cannot run, or runs wrongly. */
export interface Problem {
  line: number;
  message: string;
  /** The beginning of the text it is about. */
  text: string;
}

const excerptLength = 60;

export function problemAt(code: string, node: AnyNode, message: string): Problem {
  const text = code.slice(node.start, node.start + excerptLength).replace(/\s+/g, " ");
  return { line: node.loc?.start.line ?? 0, message, text };
}

export function problemLine(problem: Problem): string {
  return `line ${problem.line}: ${problem.message}: ${problem.text}`;
}
