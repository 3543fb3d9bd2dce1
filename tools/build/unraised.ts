/**
 * Takes out of the folded script what it says of errors that nothing in it raises: the cases of `switch` statements, such as those that give
 * each error its meaning. tsc writes each constant's name in a comment behind its number, so a mention is known as one. A code counts as raised
 * wherever it is mentioned, except as a case's label or beside a comparison; one that something is added to (trust/rules.ts has pairs, the
 * issuer's error after the leaf's) stands for its successor also.
 */
import { ancestor } from "acorn-walk";
import MagicString from "magic-string";
import { BuildError } from "./build-error";
import { type AnyNode, parseScript } from "./syntax";

type Case = Extract<AnyNode, { type: "SwitchCase" }>;

const comparisons = new Set(["<", ">", "<=", ">=", "==", "!=", "===", "!=="]);
const leaves = new Set(["ReturnStatement", "ThrowStatement", "BreakStatement"]);

/** @param code the folded script with tsc's comments */
export function dropUnraised(code: string): string {
  const raised = new Set<number>();
  const cases: Case[][] = [];
  ancestor(parseScript(code), {
    Literal(node, _state, ancestors) {
      const literal = node as Extract<AnyNode, { type: "Literal" }>;
      if (!isErrorCode(code, literal)) return;
      const parent = ancestors[ancestors.length - 2] as AnyNode;
      if (parent.type === "SwitchCase") return;
      if (parent.type === "BinaryExpression" && comparisons.has(parent.operator)) return;
      raised.add(Number(literal.value));
      if (parent.type === "BinaryExpression") raised.add(Number(literal.value) + 1);
    },
    SwitchStatement(node) {
      cases.push((node as Extract<AnyNode, { type: "SwitchStatement" }>).cases);
    },
  });
  if (raised.size === 0) throw new BuildError("no error's name is found in the script");
  const text = new MagicString(code);
  for (const list of cases) for (const one of unraisedCases(code, list, raised)) text.remove(one.start, one.end);
  return text.toString();
}

function isErrorCode(code: string, node: AnyNode): boolean {
  return typeof (node as { value?: unknown }).value === "number" && /^ \/\* ErrorCode\.\w+ \*\//.test(code.slice(node.end, node.end + 80));
}

/** The cases that nothing can lead to: no label of an error that is raised, and what is before does not run into them. */
function unraisedCases(code: string, list: Case[], raised: Set<number>): Case[] {
  const dropped: Case[] = [];
  let entered = false;
  for (const one of list) {
    const isUnraised = !!one.test && isErrorCode(code, one.test) && !raised.has(Number((one.test as { value: unknown }).value));
    if (isUnraised && (!entered || one.consequent.length === 0)) dropped.push(one);
    else entered = true;
    const last = one.consequent.at(-1);
    if (last && leaves.has(last.type)) entered = false;
  }
  return dropped;
}
