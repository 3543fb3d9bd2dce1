/** All that a bundle is held against before it is called firmware. */
import { type CallDepth, callDepth } from "./call-depth";
import { loadOrderProblems } from "./load-order";
import { nameProblems } from "./name-rules";
import { type Problem, problemLine } from "./problem";
import { syntaxProblems } from "./syntax-rules";

export interface GateResult {
  /** One line each. */
  problems: string[];
  depth: CallDepth;
}

/**
 * @param folded the script before it is minified, whose names are the source's
 * @param minified the script that runs
 * @param alsoOwn see nameProblems
 */
export function holdBundle(folded: string, minified: string, alsoOwn: Iterable<string>): GateResult {
  const found: Problem[] = [...syntaxProblems(folded), ...loadOrderProblems(folded), ...nameProblems(folded, alsoOwn)];
  if (found.length === 0) found.push(...syntaxProblems(minified), ...loadOrderProblems(minified));
  return { problems: found.map(problemLine), depth: callDepth(folded) };
}
