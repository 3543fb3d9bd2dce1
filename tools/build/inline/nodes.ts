/** Makes syntax trees. */
import type { AnyNode } from "../syntax";

export type Statement = Extract<AnyNode, { type: "BlockStatement" }>["body"][number];
export type Expression = Extract<AnyNode, { type: "ExpressionStatement" }>["expression"];

const here = { start: 0, end: 0 };

export function block(body: Statement[]): Extract<AnyNode, { type: "BlockStatement" }> {
  return { type: "BlockStatement", body, ...here };
}

export function ifStatement(test: Expression, then: Statement[], otherwise: Statement[]): Statement {
  if (then.length === 0 && otherwise.length > 0)
    return ifStatement({ type: "UnaryExpression", operator: "!", prefix: true, argument: test, ...here }, otherwise, []);
  return { type: "IfStatement", test, consequent: block(then), alternate: otherwise.length > 0 ? block(otherwise) : null, ...here };
}

export function expressionStatement(expression: Expression): Statement {
  return { type: "ExpressionStatement", expression, ...here } as Statement;
}

export function returnStatement(argument: Expression | null): Statement {
  return { type: "ReturnStatement", argument, ...here };
}

export function breakStatement(): Statement {
  return { type: "BreakStatement", label: null, ...here };
}

export function identifier(name: string): Extract<AnyNode, { type: "Identifier" }> {
  return { type: "Identifier", name, ...here };
}

export function declaration(
  kind: "let" | "const" | "var",
  id: Extract<AnyNode, { type: "Identifier" }>,
  init: Expression | null,
): Statement {
  return { type: "VariableDeclaration", kind, declarations: [{ type: "VariableDeclarator", id, init, ...here }], ...here };
}

export function assignment(id: Extract<AnyNode, { type: "Identifier" }>, right: Expression): Statement {
  return expressionStatement({ type: "AssignmentExpression", operator: "=", left: id, right, ...here });
}

export function undefinedValue(): Expression {
  return { type: "UnaryExpression", operator: "void", prefix: true, argument: { type: "Literal", value: 0, raw: "0", ...here }, ...here };
}

/** The statements of a branch. */
export function listOf(statement: AnyNode | null | undefined): Statement[] {
  if (!statement) return [];
  return statement.type === "BlockStatement" ? statement.body : [statement as Statement];
}

/** A copy that shares nothing with the original. */
export function copyOf<T extends AnyNode>(node: T): T {
  return structuredClone(node);
}
