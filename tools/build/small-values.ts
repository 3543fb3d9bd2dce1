/**
 * What is kept as null, true or false is kept as 0 or 1: a variable or a property holds a small integer in itself, while any of the other three takes
 * Espruino a variable more. The firmware asks of such values only whether they hold; where it would ask which they are, the build fails.
 */
import { ancestor } from "acorn-walk";
import MagicString from "magic-string";
import { BuildError } from "./build-error";
import { type AnyNode, parseScript } from "./syntax";

const comparisons = new Set(["==", "!=", "===", "!=="]);
const booleanOperators = new Set([...comparisons, "<", ">", "<=", ">="]);

/** @param code a script */
export function smallValues(code: string): string {
  const text = new MagicString(code);
  ancestor(parseScript(code), {
    Literal(node, _state, ancestors) {
      const value = (node as { value?: unknown }).value;
      const isRegExp = "regex" in node && node.regex;
      if (isRegExp || (value !== null && typeof value !== "boolean")) return;
      const parent = ancestors[ancestors.length - 2] as AnyNode;
      if (parent.type === "BinaryExpression" && comparisons.has(parent.operator))
        throw new BuildError(`compares with ${value}, which is ${Number(value)} on the board: ${code.slice(parent.start, parent.end)}`);
      if (isKept(node as AnyNode, parent)) text.overwrite(node.start, node.end, String(Number(value)));
    },
    BinaryExpression(node, _state, ancestors) {
      const parent = ancestors[ancestors.length - 2] as AnyNode;
      if (booleanOperators.has((node as { operator: string }).operator) && isKept(node as AnyNode, parent))
        text.appendRight(node.end, " ? 1 : 0");
    },
    UnaryExpression(node, _state, ancestors) {
      const parent = ancestors[ancestors.length - 2] as AnyNode;
      if ((node as { operator: string }).operator === "!" && isKept(node as AnyNode, parent)) text.appendRight(node.end, " ? 1 : 0");
    },
  });
  return text.toString();
}

/** Whether a variable or a property takes the value of `node` as it is. */
function isKept(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === "AssignmentExpression") return parent.operator === "=" && parent.right === node;
  if (parent.type === "Property") return parent.value === node;
  return parent.type === "VariableDeclarator" && parent.init === node;
}
