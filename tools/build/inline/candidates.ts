/** Which functions can be folded into their callers at all. */
import { type AnyNode, type FunctionNode, isFunction } from "../syntax";
import { type Binding, type Bindings, childrenOf } from "./bindings";
import { type Call, functionAround } from "./site";

export interface Candidate {
  f: Extract<FunctionNode, { type: "FunctionDeclaration" }>;
  binding: Binding;
  call: Call;
  /** The function that calls it; null for the script itself. */
  caller: FunctionNode | null;
}

/** Functions that are only called, and not by themselves: each with all of its calls. */
export function candidatesIn(bindings: Bindings): Candidate[][] {
  const found: Candidate[][] = [];
  for (const binding of new Set(bindings.of.values())) {
    const f = bindings.parents.get(binding.declarations[0]!);
    if (f?.type !== "FunctionDeclaration" || binding.kind !== "function") continue;
    if (binding.declarations.length !== 1 || binding.references.length === 0 || !isFoldable(f)) continue;
    const calls = binding.references.map(({ node }) => callOf(node, bindings));
    if (calls.some((call) => !call || isWithin(call, f, bindings))) continue;
    found.push(calls.map((call) => ({ f, binding, call: call!, caller: functionAround(call!, bindings) })));
  }
  return found;
}

function callOf(node: AnyNode, bindings: Bindings): Call | null {
  const call = bindings.parents.get(node);
  return call?.type === "CallExpression" && call.callee === node ? call : null;
}

function isWithin(node: AnyNode, outer: AnyNode, bindings: Bindings): boolean {
  for (let at: AnyNode | undefined = node; at; at = bindings.parents.get(at)) if (at === outer) return true;
  return false;
}

/** No `this`, no `arguments`, no function of its own, which would see what is around it change, and plain parameters. */
function isFoldable(f: FunctionNode): boolean {
  if (f.async || f.generator || !f.params.every((one) => one.type === "Identifier")) return false;
  return f.body.type === "BlockStatement" && !holdsRefused(f.body);
}

function holdsRefused(node: AnyNode): boolean {
  if (isFunction(node) || node.type === "ThisExpression" || node.type === "ClassDeclaration" || node.type === "ClassExpression")
    return true;
  if (node.type === "Identifier" && (node.name === "arguments" || node.name === "eval")) return true;
  return childrenOf(node).some(holdsRefused);
}
