/** In which order Espruino, as any JavaScript, evaluates what stands in a statement. */
import { type AnyNode, isFunction } from "../syntax";
import { childrenOf } from "./bindings";

/** A step from a node down to one right below it. */
interface Step {
  node: AnyNode;
  child: AnyNode;
}

/** The way from `root` down to `target`, the first step from the root; null if it is not in there. */
export function wayDown(root: AnyNode, target: AnyNode): Step[] | null {
  if (root === target) return [];
  for (const child of childrenOf(root)) {
    const rest = wayDown(child, target);
    if (rest) return [{ node: root, child }, ...rest];
  }
  return null;
}

/**
 * What is evaluated of `root`, a statement or an expression, before `target` in it is. Null where `target` may be evaluated not at all, or
 * several times.
 */
export function evaluatedBefore(root: AnyNode, target: AnyNode): AnyNode[] | null {
  const way = wayDown(root, target);
  if (!way) return null;
  const before: AnyNode[] = [];
  for (const { node, child } of way) {
    const earlier = earlierSiblings(node, child);
    if (!earlier) return null;
    before.push(...earlier);
  }
  return before;
}

function earlierSiblings(node: AnyNode, child: AnyNode): AnyNode[] | null {
  if (isFunction(node)) return null;
  switch (node.type) {
    case "ExpressionStatement":
    case "ReturnStatement":
    case "ThrowStatement":
    case "UnaryExpression":
    case "UpdateExpression":
    case "Property":
    case "VariableDeclarator":
      return [];
    case "VariableDeclaration":
      return node.declarations.length === 1 ? [] : null;
    case "IfStatement":
    case "ConditionalExpression":
      return child === node.test ? [] : null;
    case "SwitchStatement":
      return child === node.discriminant ? [] : null;
    case "ForOfStatement":
      return child === node.right ? [] : null;
    case "LogicalExpression":
      return child === node.left ? [] : null;
    case "BinaryExpression":
      return child === node.left ? [] : [node.left];
    case "MemberExpression":
      return child === node.object ? [] : [node.object];
    case "CallExpression":
    case "NewExpression":
      return child === node.callee ? [] : [node.callee, ...before(node.arguments, child)];
    case "AssignmentExpression":
      if (child === node.left) return [];
      if (node.operator !== "=") return [node.left];
      if (node.left.type !== "MemberExpression") return [];
      return node.left.computed ? [node.left.object, node.left.property] : [node.left.object];
    case "ObjectExpression":
      return before(node.properties, child);
    case "ArrayExpression":
      return before(
        node.elements.filter((one) => one !== null),
        child,
      );
    case "TemplateLiteral":
      return before(node.expressions, child);
    case "SequenceExpression":
      return before(node.expressions, child);
    default:
      return null;
  }
}

function before(nodes: AnyNode[], child: AnyNode): AnyNode[] {
  return nodes.slice(0, nodes.indexOf(child));
}
