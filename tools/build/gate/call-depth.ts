/**
 * How deep a chain of calls gets in the bundle, and whether one gets back to itself. The ESP8266 has a C stack of 5 KB that nothing checks,
 * and nine nested calls of JavaScript reset it.
 *
 * Functions given to `on`, `setTimeout` and the like begin a chain of their own, because Espruino calls them from its event loop.
 */
import type { AnyNode, FunctionNode } from "../syntax";
import { readCallGraph } from "./points-to";

export interface CallDepth {
  /** The deepest chain, outermost function first, each with its line. */
  deepest: string[];
  /** Chains that get back to their first function. */
  recursions: string[][];
}

/** Machine code on the ESP8266: the kernels, by E.nativeCall. */
const nativeMethods = new Set(["crypto"]);

export function callDepth(code: string): CallDepth {
  const graph = readCallGraph(code, nativeMethods);
  const edges = new Map<FunctionNode, Set<FunctionNode>>(graph.functions.map((f) => [f, new Set()]));
  for (const { within, callees } of graph.calls) if (within) for (const callee of callees) edges.get(within)!.add(callee);
  return longestChain(edges, (f) => label(code, f));
}

function label(code: string, f: FunctionNode): string {
  const place = `line ${f.loc?.start.line}`;
  if (f.id) return `${f.id.name} (${place})`;
  const before = /([\w$.]+)\s*[:=]?\s*$/.exec(code.slice(Math.max(0, f.start - 40), f.start));
  return `${before?.[1] ?? "function"} (${place})`;
}

function longestChain(edges: Map<FunctionNode, Set<FunctionNode>>, labelOf: (f: FunctionNode) => string): CallDepth {
  const chains = new Map<AnyNode, FunctionNode[]>();
  const recursions: string[][] = [];
  const path: FunctionNode[] = [];
  const chainFrom = (f: FunctionNode): FunctionNode[] => {
    const known = chains.get(f);
    if (known) return known;
    if (path.includes(f)) {
      recursions.push([...path.slice(path.indexOf(f)), f].map(labelOf));
      return [];
    }
    path.push(f);
    const longest = longestOf([...edges.get(f)!].map(chainFrom));
    path.pop();
    chains.set(f, [f, ...longest]);
    return chains.get(f)!;
  };
  return { deepest: longestOf([...edges.keys()].map(chainFrom)).map(labelOf), recursions };
}

function longestOf(chains: FunctionNode[][]): FunctionNode[] {
  return chains.reduce((longest, chain) => (chain.length > longest.length ? chain : longest), []);
}
