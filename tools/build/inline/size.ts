/** About how many characters a syntax tree is once it is minified. */
import { reservedNames } from "../reserved-names";
import { type AnyNode, isFunction } from "../syntax";
import { childrenOf } from "./bindings";

/** What each kind of node takes beside what is below it. */
const own: Record<string, number> = {
  ArrayExpression: 2,
  ArrowFunctionExpression: 4,
  BlockStatement: 2,
  BreakStatement: 6,
  CallExpression: 2,
  CatchClause: 7,
  ConditionalExpression: 2,
  ContinueStatement: 9,
  DoWhileStatement: 9,
  ExpressionStatement: 1,
  ForInStatement: 8,
  ForOfStatement: 8,
  ForStatement: 7,
  FunctionDeclaration: 11,
  FunctionExpression: 10,
  IfStatement: 4,
  MemberExpression: 1,
  NewExpression: 6,
  ObjectExpression: 2,
  Property: 2,
  ReturnStatement: 7,
  SwitchCase: 6,
  SwitchStatement: 10,
  ThisExpression: 4,
  ThrowStatement: 7,
  TryStatement: 3,
  UpdateExpression: 2,
  VariableDeclarator: 2,
  WhileStatement: 7,
};
/** Of a name that is the firmware's own. */
const shortName = 1.3;
const trueOrFalse = 2;

let reserved: Set<string> | null = null;

export function sizeOf(node: AnyNode): number {
  let size = own[node.type] ?? 0;
  if (node.type === "Identifier") return nameSize(node.name);
  if (node.type === "Literal") return typeof node.value === "boolean" ? trueOrFalse : literalSize(node.value);
  if ("operator" in node && typeof node.operator === "string" && node.type !== "UpdateExpression") size += node.operator.length;
  if (node.type === "IfStatement" && node.alternate) size += "else".length;
  if (node.type === "VariableDeclaration") size += node.kind.length + 1;
  if (node.type === "CallExpression" || node.type === "NewExpression") size += Math.max(0, node.arguments.length - 1);
  if (isFunction(node)) size += Math.max(0, node.params.length - 1);
  for (const child of childrenOf(node)) size += sizeOf(child);
  return size;
}

function literalSize(value: unknown): number {
  return typeof value === "string" ? value.length + 2 : String(value).length;
}

function nameSize(name: string): number {
  reserved ??= new Set(reservedNames());
  return reserved.has(name) ? name.length : shortName;
}
