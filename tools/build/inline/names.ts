/** Names at the place a function is folded into: on either side, what would mean something else there is renamed. */
import type { AnyNode, FunctionNode } from "../syntax";
import { type Binding, type Bindings, childrenOf } from "./bindings";
import type { Job, Parameter } from "./fold-call";
import { copyOf, type Expression } from "./nodes";
import { replace } from "./site";
import type { Script } from "./steady";

/** Renames what would mean something else at the new place, on either side, and puts arguments in the place of parameters. */
export function keepNames(job: Job, parameters: Parameter[]): void {
  const { f, bindings, script, caller, call } = job;
  const taken = namesIn(caller ?? call);
  for (const argument of call.arguments) for (const name of namesIn(argument)) taken.add(name);
  for (const binding of bindingsIn(f, bindings)) {
    if (!taken.has(binding.name)) taken.add(binding.name);
    else rename(binding, freshName(binding.name, script));
  }
  for (const node of identifiersIn(f.body)) {
    const meant = bindings.of.get(node);
    if (meant && isInside(meant.scope, f, bindings)) continue;
    for (let at = bindings.parents.get(call); at; at = bindings.parents.get(at))
      for (const other of bindings.declaredBy.get(at) ?? [])
        if (other !== meant && other.name === node.name && isHidden(other, meant, bindings)) rename(other, freshName(other.name, script));
  }
  for (const { binding, value, isReplaced } of parameters)
    if (isReplaced) for (const { node } of binding.references) replace(bindings, node, copyFor(value, bindings));
}

/** A copy whose names are known to be what they are in the original. */
function copyFor(value: Expression, bindings: Bindings): Expression {
  const made = copyOf(value);
  const originals = identifiersIn(value);
  for (const [index, node] of identifiersIn(made).entries()) {
    const binding = bindings.of.get(originals[index]!);
    if (!binding) continue;
    bindings.of.set(node, binding);
    binding.references.push({ node, isWrite: false, within: null });
  }
  return made;
}

/** Whether `other` stands nearer to the call than what is meant. */
function isHidden(other: Binding, meant: Binding | undefined, bindings: Bindings): boolean {
  return !meant || isInside(other.scope, meant.scope, bindings);
}

/** Whether a node stands in another. */
export function isInside(scope: AnyNode, outer: AnyNode, bindings: Bindings): boolean {
  for (let at: AnyNode | undefined = scope; at; at = bindings.parents.get(at)) if (at === outer) return true;
  return false;
}

function identifiersIn(node: AnyNode): Extract<AnyNode, { type: "Identifier" }>[] {
  return node.type === "Identifier" ? [node] : childrenOf(node).flatMap(identifiersIn);
}

function namesIn(node: AnyNode): Set<string> {
  return new Set(identifiersIn(node).map((one) => one.name));
}

function bindingsIn(f: FunctionNode, bindings: Bindings): Binding[] {
  const found: Binding[] = [];
  const visit = (node: AnyNode): void => {
    found.push(...(bindings.declaredBy.get(node) ?? []));
    for (const child of childrenOf(node)) visit(child);
  };
  visit(f);
  return found;
}

function rename(binding: Binding, name: string): void {
  binding.name = name;
  for (const one of binding.declarations) one.name = name;
  for (const one of binding.references) one.node.name = name;
}

export function freshName(name: string, script: Script): string {
  const base = name.replace(/\$\d+$/, "");
  for (let count = 2; ; count++) {
    const made = `${base}$${count}`;
    if (script.names.has(made)) continue;
    script.names.add(made);
    return made;
  }
}
