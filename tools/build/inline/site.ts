/** Where in a function a call stands, and what follows it there. */
import { type AnyNode, type FunctionNode, isFunction } from "../syntax";
import type { Bindings } from "./bindings";
import {
  assignment,
  block,
  declaration,
  type Expression,
  expressionStatement,
  identifier,
  ifStatement,
  listOf,
  returnStatement,
  type Statement,
} from "./nodes";

export type Call = Extract<AnyNode, { type: "CallExpression" }>;

/** A list of statements and a place in it. */
export interface Place {
  list: Statement[];
  index: number;
  /** The node whose list it is. */
  holder: AnyNode;
}

const loops = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);

/** The statement around an expression; the expression that is a function's whole body, if there is no statement. */
export function statementAround(node: AnyNode, bindings: Bindings): AnyNode {
  let at = node;
  for (;;) {
    const parent = bindings.parents.get(at)!;
    if (isStatement(at) || isFunction(parent)) return at;
    at = parent;
  }
}

function isStatement(node: AnyNode): boolean {
  return node.type.endsWith("Statement") || node.type === "VariableDeclaration";
}

/** The innermost function around a node; null in the script itself. */
export function functionAround(node: AnyNode, bindings: Bindings): FunctionNode | null {
  for (let at = bindings.parents.get(node); at; at = bindings.parents.get(at)) if (isFunction(at)) return at;
  return null;
}

/** Whether it is the head of a `for`, where nothing can stand before it. */
export function isLoopHead(statement: AnyNode, bindings: Bindings): boolean {
  const holder = bindings.parents.get(statement)!;
  return (
    (holder.type === "ForStatement" || holder.type === "ForInStatement" || holder.type === "ForOfStatement") && statement !== holder.body
  );
}

/** The statements that the one at hand stands among. A branch that is no block is made one. */
export function placeOf(statement: AnyNode, bindings: Bindings): Place {
  const holder = bindings.parents.get(statement)!;
  const list = listIn(holder);
  if (list) return { list, index: list.indexOf(statement as Statement), holder };
  const made = block([statement as Statement]);
  if (holder.type === "IfStatement" && holder.alternate === statement) holder.alternate = made;
  else if (holder.type === "IfStatement") holder.consequent = made;
  else (holder as { body: AnyNode }).body = made;
  bindings.parents.set(made, holder);
  bindings.parents.set(statement, made);
  return { list: made.body, index: 0, holder: made };
}

function listIn(holder: AnyNode): Statement[] | null {
  if (holder.type === "BlockStatement" || holder.type === "Program") return holder.body as Statement[];
  return holder.type === "SwitchCase" ? holder.consequent : null;
}

/** Makes an arrow's body, an expression, a block that returns it. */
export function withBlock(arrow: FunctionNode, bindings: Bindings): void {
  if (arrow.type !== "ArrowFunctionExpression" || arrow.body.type === "BlockStatement") return;
  const returned = returnStatement(arrow.body);
  const body = block([returned]);
  bindings.parents.set(arrow.body, returned);
  bindings.parents.set(returned, body);
  bindings.parents.set(body, arrow);
  arrow.body = body;
  arrow.expression = false;
}

/** Whether the function ends after the statement, without a value, whichever way that ends. */
export function isTail(statement: AnyNode, bindings: Bindings): boolean {
  const holder = bindings.parents.get(statement);
  if (!holder) return false;
  const list = listIn(holder);
  if (list) {
    const next = list[list.indexOf(statement as Statement) + 1];
    if (next?.type === "ReturnStatement" && !next.argument) return true;
    if (holder.type === "SwitchCase") return next?.type === "BreakStatement" && isTail(bindings.parents.get(holder)!, bindings);
    if (next) return false;
  }
  if (isFunction(holder)) return false;
  if (holder.type === "BlockStatement") {
    const around = bindings.parents.get(holder);
    if (around && isFunction(around)) return true;
    if (around?.type === "CatchClause") return isTail(bindings.parents.get(around)!, bindings);
    return around !== undefined && isTail(holder, bindings);
  }
  return (holder.type === "IfStatement" || holder.type === "TryStatement") && isTail(holder, bindings);
}

/** Whether it may run several times while the function runs once. */
export function isInLoop(node: AnyNode, bindings: Bindings): boolean {
  for (let at: AnyNode | undefined = node; at && !isFunction(at); at = bindings.parents.get(at)) if (loops.has(at.type)) return true;
  return false;
}

/** Whether there are ways through its function that pass it by: it stands in a branch, a case, a loop or a handler. */
export function isConditional(statement: AnyNode, bindings: Bindings): boolean {
  for (let at = bindings.parents.get(statement); at && !isFunction(at); at = bindings.parents.get(at))
    if (at.type === "IfStatement" || at.type === "SwitchCase" || at.type === "CatchClause" || loops.has(at.type)) return true;
  return false;
}

/**
 * A statement that decides in an expression which call to make, as one that decides by `if`: `c ? f() : g();`, `c && f();`, and the like for what
 * is returned, given to a variable, or asked by another `if`. Null for other statements.
 */
export function withIf(statement: AnyNode): Statement[] | null {
  switch (statement.type) {
    case "ExpressionStatement":
      return expressionWithIf(statement.expression);
    case "ReturnStatement": {
      if (statement.argument?.type !== "ConditionalExpression") return null;
      const { test, consequent, alternate } = statement.argument;
      return [ifStatement(test, [returnStatement(consequent)], []), returnStatement(alternate)];
    }
    case "VariableDeclaration": {
      const [one] = statement.declarations;
      if (statement.declarations.length !== 1 || one!.init?.type !== "ConditionalExpression" || one!.id.type !== "Identifier") return null;
      const { test, consequent, alternate } = one!.init;
      const { name } = one!.id;
      const kind = statement.kind === "const" ? "let" : (statement.kind as "let");
      const given = [consequent, alternate].map((value) => [assignment(identifier(name), value)]);
      return [declaration(kind, one!.id, null), ifStatement(test, given[0]!, given[1]!)];
    }
    case "IfStatement": {
      const { test, consequent, alternate } = statement;
      if (alternate || test.type !== "LogicalExpression" || test.operator !== "&&") return null;
      return [ifStatement(test.left, [ifStatement(test.right, listOf(consequent), [])], [])];
    }
    default:
      return null;
  }
}

function expressionWithIf(expression: Expression): Statement[] | null {
  if (expression.type === "ConditionalExpression")
    return [ifStatement(expression.test, [expressionStatement(expression.consequent)], [expressionStatement(expression.alternate)])];
  if (expression.type === "LogicalExpression" && expression.operator !== "??") {
    const then = [expressionStatement(expression.right)];
    return [expression.operator === "&&" ? ifStatement(expression.left, then, []) : ifStatement(expression.left, [], then)];
  }
  if (expression.type !== "AssignmentExpression" || expression.operator !== "=" || expression.left.type !== "Identifier") return null;
  if (expression.right.type !== "ConditionalExpression") return null;
  const { test, consequent, alternate } = expression.right;
  const { name } = expression.left;
  return [ifStatement(test, [assignment(identifier(name), consequent)], [assignment(identifier(name), alternate)])];
}

/** Puts another node in a node's place. */
export function replace(bindings: Bindings, old: AnyNode, made: AnyNode): void {
  const parent = bindings.parents.get(old) as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(parent)) {
    if (value === old) parent[key] = made;
    else if (Array.isArray(value) && value.includes(old)) value[value.indexOf(old)] = made;
  }
  bindings.parents.set(made, parent as unknown as AnyNode);
}
