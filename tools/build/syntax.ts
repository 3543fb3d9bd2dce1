/** Small helpers over acorn's syntax tree. */
import { type AnyNode, type Pattern, type Program, parse } from "acorn";
import { ancestor, full } from "acorn-walk";

export type { AnyNode, Program } from "acorn";

export function parseModule(code: string): Program {
  return parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
}

export function parseScript(code: string): Program {
  return parse(code, { ecmaVersion: "latest", sourceType: "script", locations: true });
}

/** The names that a pattern (a parameter, a declarator's left side) binds. */
export function boundNames(pattern: Pattern | AnyNode | null): string[] {
  if (!pattern) return [];
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => boundNames(element));
    case "ObjectPattern":
      return pattern.properties.flatMap((property) => boundNames(property.type === "Property" ? property.value : property));
    default:
      return [];
  }
}

/** The names that a statement declares in the scope it stands in. */
export function declaredNames(statement: AnyNode): string[] {
  if (statement.type === "VariableDeclaration") return statement.declarations.flatMap((declarator) => boundNames(declarator.id));
  if ((statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") && statement.id) return [statement.id.name];
  return [];
}

/** Whether an identifier stands for a variable that is read or written, rather than for a property's or a declaration's name. */
function isReference(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (!parent) return true;
  if (parent.type === "MemberExpression") return parent.computed || parent.object === node;
  if (parent.type === "Property") return parent.computed || parent.value === node;
  if (parent.type === "MethodDefinition" || parent.type === "PropertyDefinition") return parent.computed || parent.value === node;
  if (parent.type === "LabeledStatement" || parent.type === "BreakStatement" || parent.type === "ContinueStatement") return false;
  if (parent.type === "ExportSpecifier" || parent.type === "ImportSpecifier" || parent.type === "MetaProperty") return false;
  return true;
}

/** Names used inside `node` that nothing inside it declares. A name that some inner function declares counts as declared everywhere in it. */
export function freeNames(node: AnyNode): Set<string> {
  const declared = innerNames(node);
  const used = new Set<string>();
  ancestor(node, {
    Identifier: (identifier, _state, ancestors) => {
      if (isReference(identifier, ancestors[ancestors.length - 2] as AnyNode | undefined)) used.add(identifier.name);
    },
    VariablePattern: (identifier: AnyNode) => {
      if (identifier.type === "Identifier") used.add(identifier.name);
    },
  } as Parameters<typeof ancestor>[1]);
  for (const name of declared) used.delete(name);
  return used;
}

/** The names that something inside `node` declares. */
export function innerNames(node: AnyNode): Set<string> {
  const declared = new Set<string>();
  full(node, (inner) => {
    const at = inner as AnyNode;
    for (const name of declaredNames(at)) declared.add(name);
    if (isFunction(at)) for (const parameter of at.params) for (const name of boundNames(parameter)) declared.add(name);
    if (at.type === "FunctionExpression" && at.id) declared.add(at.id.name);
    if (at.type === "CatchClause") for (const name of boundNames(at.param ?? null)) declared.add(name);
  });
  for (const name of declaredNames(node)) declared.delete(name);
  return declared;
}

export type FunctionNode = Extract<AnyNode, { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }>;

export function isFunction(node: AnyNode): node is FunctionNode {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";
}
