/** Which variable each identifier of a script stands for. Patterns (destructuring) are not known here: the firmware has none. */
import { type AnyNode, type FunctionNode, isFunction, type Program } from "../syntax";

export type Identifier = Extract<AnyNode, { type: "Identifier" }>;
export type BindingKind = "var" | "let" | "const" | "function" | "parameter" | "caught" | "self";

export interface Reference {
  node: Identifier;
  isWrite: boolean;
  /** The innermost function around it; null in the script itself. */
  within: FunctionNode | null;
}

/** A variable, a constant, a function or a parameter. */
export interface Binding {
  name: string;
  kind: BindingKind;
  /** The scope's node: a function, the script, a block, a loop, a switch or a catch clause. */
  scope: AnyNode;
  /** The identifiers that declare it. */
  declarations: Identifier[];
  /** Where it is read or written other than by its declaration. */
  references: Reference[];
}

export interface Bindings {
  /** Of identifiers that stand for a variable, declarations included; globals have none. */
  of: Map<AnyNode, Binding>;
  /** What each scope declares, by the scope's node. */
  declaredBy: Map<AnyNode, Binding[]>;
  parents: Map<AnyNode, AnyNode>;
  /** Every name of a variable. */
  names: Set<string>;
}

interface Scope {
  node: AnyNode;
  outer: Scope | null;
  names: Map<string, Binding>;
}

/** What a node has that is no node. */
const plainKeys = new Set(
  "type start end loc range name raw value operator kind computed shorthand method prefix generator async".split(" "),
);

/** The nodes right below a node, in the order of the text. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  const fields = node as unknown as Record<string, unknown>;
  for (const key in fields) {
    if (plainKeys.has(key) && !(key === "value" && node.type !== "Literal")) continue;
    const value = fields[key];
    if (Array.isArray(value)) for (const one of value) if (isNode(one)) children.push(one);
    if (isNode(value)) children.push(value);
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** @param root the script, or a function of it: what that finds around it is as a global to it */
export function readBindings(root: Program | FunctionNode): Bindings {
  const bindings: Bindings = { of: new Map(), declaredBy: new Map(), parents: new Map(), names: new Set() };
  const outside: Scope = { node: root, outer: null, names: new Map() };
  if (isFunction(root)) {
    visitFunction(bindings, root, outside);
  } else {
    const script = openScope(bindings, root, null);
    declareLexical(bindings, root.body, script);
    declareVars(bindings, root, script);
    for (const statement of root.body) visit(bindings, statement, script, null);
  }
  noteParents(bindings, root);
  return bindings;
}

function noteParents(bindings: Bindings, node: AnyNode): void {
  for (const child of childrenOf(node)) {
    bindings.parents.set(child, node);
    noteParents(bindings, child);
  }
}

function openScope(bindings: Bindings, node: AnyNode, outer: Scope | null): Scope {
  bindings.declaredBy.set(node, []);
  return { node, outer, names: new Map() };
}

function declare(bindings: Bindings, scope: Scope, identifier: AnyNode | null | undefined, kind: BindingKind): void {
  if (identifier?.type !== "Identifier") return;
  let binding = scope.names.get(identifier.name);
  if (!binding) {
    binding = { name: identifier.name, kind, scope: scope.node, declarations: [], references: [] };
    scope.names.set(identifier.name, binding);
    bindings.declaredBy.get(scope.node)!.push(binding);
  }
  binding.declarations.push(identifier);
  bindings.of.set(identifier, binding);
  bindings.names.add(identifier.name);
}

/** What these statements declare in the very scope they stand in. */
function declareLexical(bindings: Bindings, statements: (AnyNode | null | undefined)[], scope: Scope): void {
  for (const one of statements) {
    if (one?.type === "FunctionDeclaration" || one?.type === "ClassDeclaration") declare(bindings, scope, one.id, "function");
    if (one?.type !== "VariableDeclaration" || one.kind === "var") continue;
    for (const { id } of one.declarations) declare(bindings, scope, id, one.kind as BindingKind);
  }
}

function declareVars(bindings: Bindings, node: AnyNode, scope: Scope): void {
  if (node.type === "VariableDeclaration" && node.kind === "var")
    for (const { id } of node.declarations) declare(bindings, scope, id, "var");
  for (const child of childrenOf(node)) if (!isFunction(child)) declareVars(bindings, child, scope);
}

type Nodes = (AnyNode | null | undefined)[];

function visitAll(bindings: Bindings, nodes: Nodes, scope: Scope, within: FunctionNode | null): void {
  for (const one of nodes) if (one) visit(bindings, one, scope, within);
}

/** What is below a node that is a scope of its own, in which `statements` declare. */
function visitScope(bindings: Bindings, node: AnyNode, statements: Nodes, outer: Scope, within: FunctionNode | null): void {
  const scope = openScope(bindings, node, outer);
  declareLexical(bindings, statements, scope);
  visitAll(bindings, childrenOf(node), scope, within);
}

function visitTarget(bindings: Bindings, target: AnyNode, scope: Scope, within: FunctionNode | null): void {
  if (target.type === "Identifier") refer(bindings, target, scope, within, true);
  else visit(bindings, target, scope, within);
}

function visit(bindings: Bindings, node: AnyNode, scope: Scope, within: FunctionNode | null): void {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      visitFunction(bindings, node, scope);
      break;
    case "Identifier":
      refer(bindings, node, scope, within, false);
      break;
    case "MemberExpression":
      visitAll(bindings, node.computed ? [node.object, node.property] : [node.object], scope, within);
      break;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      visitAll(bindings, node.computed ? [node.key, node.value] : [node.value], scope, within);
      break;
    case "VariableDeclarator":
      visitAll(bindings, [node.init], scope, within);
      break;
    case "AssignmentExpression":
      visitTarget(bindings, node.left, scope, within);
      visit(bindings, node.right, scope, within);
      break;
    case "UpdateExpression":
      visitTarget(bindings, node.argument, scope, within);
      break;
    case "ForInStatement":
    case "ForOfStatement": {
      const inner = openScope(bindings, node, scope);
      declareLexical(bindings, [node.left], inner);
      visitTarget(bindings, node.left.type === "VariableDeclaration" ? node.left.declarations[0]!.id : node.left, inner, within);
      visitAll(bindings, [node.right, node.body], inner, within);
      break;
    }
    case "BlockStatement":
      visitScope(bindings, node, node.body, scope, within);
      break;
    case "ForStatement":
      visitScope(bindings, node, [node.init], scope, within);
      break;
    case "SwitchStatement":
      visitScope(
        bindings,
        node,
        node.cases.flatMap((one) => one.consequent),
        scope,
        within,
      );
      break;
    case "CatchClause": {
      const inner = openScope(bindings, node, scope);
      declare(bindings, inner, node.param, "caught");
      visit(bindings, node.body, inner, within);
      break;
    }
    default:
      visitAll(bindings, childrenOf(node), scope, within);
  }
}

function visitFunction(bindings: Bindings, f: FunctionNode, outer: Scope): void {
  let around = outer;
  if (f.type === "FunctionExpression" && f.id) {
    around = openScope(bindings, f.id, outer);
    declare(bindings, around, f.id, "self");
  }
  const scope = openScope(bindings, f, around);
  for (const parameter of f.params) declare(bindings, scope, parameter, "parameter");
  if (f.body.type === "BlockStatement") {
    declareLexical(bindings, f.body.body, scope);
    declareVars(bindings, f.body, scope);
    for (const statement of f.body.body) visit(bindings, statement, scope, f);
  } else {
    visit(bindings, f.body, scope, f);
  }
}

function refer(bindings: Bindings, node: Identifier, scope: Scope, within: FunctionNode | null, isWrite: boolean): void {
  bindings.names.add(node.name);
  for (let at: Scope | null = scope; at; at = at.outer) {
    const binding = at.names.get(node.name);
    if (!binding) continue;
    binding.references.push({ node, isWrite, within });
    bindings.of.set(node, binding);
    return;
  }
}
