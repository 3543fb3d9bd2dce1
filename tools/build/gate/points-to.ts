/**
 * Which functions each call of the bundle may reach. An inclusion-based points-to analysis in the manner of Andersen: every object and array
 * literal and every function is one value, whatever the number of times it is made; the values of expressions grow until nothing changes.
 */
import { ancestor } from "acorn-walk";
import { type AnyNode, boundNames, type FunctionNode, isFunction, type Program, parseScript } from "../syntax";

/** What Espruino made: nothing of the bundle is called through it. */
const native = "native";

type Value = FunctionNode | Extract<AnyNode, { type: "ObjectExpression" | "ArrayExpression" | "NewExpression" }> | typeof native;
type Values = Set<Value>;
type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;
type Member = Extract<AnyNode, { type: "MemberExpression" }>;

/** Built-in methods that call the functions they are given before they return. */
const callsItsArgument = new Set("forEach map filter some every find findIndex reduce sort replace".split(" "));
const elements = "[]";

export interface CallSite {
  within: FunctionNode | null;
  callees: Set<FunctionNode>;
}

interface Analysis {
  nodes: AnyNode[];
  /** The functions around a node, innermost first. */
  around: Map<AnyNode, FunctionNode[]>;
  /** Function (null: the script) -> variable -> values. */
  variables: Map<FunctionNode | null, Map<string, Values>>;
  fields: Map<Value, Map<string, Values>>;
  /** Fields that were set in objects which the analysis does not know. */
  strayFields: Map<string, Values>;
  returns: Map<FunctionNode, Values>;
  receivers: Map<FunctionNode, Values>;
  values: Map<AnyNode, Values>;
  /** Calls of methods whose object is not known may reach every function stored under that name. */
  guessesByName: boolean;
  changed: boolean;
}

export interface CallGraph {
  functions: FunctionNode[];
  calls: CallSite[];
}

/** @param nativeMethods methods that are machine code on the board */
export function readCallGraph(code: string, nativeMethods: Set<string>): CallGraph {
  const analysis = prepare(parseScript(code));
  settle(analysis, nativeMethods);
  analysis.guessesByName = true;
  settle(analysis, nativeMethods);
  const calls = analysis.nodes.filter((node) => node.type === "CallExpression" || node.type === "NewExpression");
  return {
    functions: analysis.nodes.filter(isFunction),
    calls: calls.map((call) => ({
      within: analysis.around.get(call)![0] ?? null,
      callees: calledBy(analysis, call as Call, nativeMethods),
    })),
  };
}

function prepare(program: Program): Analysis {
  const analysis: Analysis = {
    nodes: [],
    around: new Map(),
    variables: new Map([[null, new Map()]]),
    fields: new Map(),
    strayFields: new Map(),
    returns: new Map(),
    receivers: new Map(),
    values: new Map(),
    guessesByName: false,
    changed: true,
  };
  const enter = (node: AnyNode, _state: unknown, ancestors: unknown[]) => {
    const around = (ancestors as AnyNode[]).slice(0, -1).filter(isFunction).reverse();
    analysis.nodes.push(node);
    analysis.around.set(node, around);
    if (isFunction(node)) declare(analysis, node, node.params.flatMap(boundNames));
    if (isFunction(node) && node.type === "FunctionExpression" && node.id) declare(analysis, node, [node.id.name]);
    if (node.type === "FunctionDeclaration" && node.id) declare(analysis, around[0] ?? null, [node.id.name]);
    if (node.type === "VariableDeclarator") declare(analysis, around[0] ?? null, boundNames(node.id));
    if (node.type === "CatchClause" && node.param) declare(analysis, around[0] ?? null, boundNames(node.param));
  };
  const types = `FunctionDeclaration FunctionExpression ArrowFunctionExpression VariableDeclarator AssignmentExpression CallExpression NewExpression
    ReturnStatement ArrayExpression ObjectExpression MemberExpression Identifier ThisExpression ConditionalExpression LogicalExpression CatchClause`;
  const visitors = Object.fromEntries(types.split(/\s+/).map((type) => [type, enter]));
  ancestor(program, { ...visitors, VariablePattern: enter } as never);
  shareSets(analysis);
  return analysis;
}

/** An identifier has the very set of its variable, `this` that of the function's receivers. */
function shareSets(analysis: Analysis): void {
  for (const node of analysis.nodes) {
    const f = analysis.around.get(node)!.find((one) => one.type !== "ArrowFunctionExpression");
    if (node.type === "Identifier") analysis.values.set(node, variable(analysis, node, node.name));
    if (node.type === "ThisExpression" && f) analysis.values.set(node, setOf(analysis.receivers, f));
  }
  analysis.nodes = analysis.nodes.filter((node) => node.type !== "Identifier" && node.type !== "ThisExpression");
}

function declare(analysis: Analysis, within: FunctionNode | null, names: string[]): void {
  if (!analysis.variables.has(within)) analysis.variables.set(within, new Map());
  for (const name of names) if (!analysis.variables.get(within)!.has(name)) analysis.variables.get(within)!.set(name, new Set());
}

function settle(analysis: Analysis, nativeMethods: Set<string>): void {
  for (analysis.changed = true; analysis.changed; ) {
    analysis.changed = false;
    for (const node of analysis.nodes) step(analysis, node, nativeMethods);
  }
}

function step(analysis: Analysis, node: AnyNode, nativeMethods: Set<string>): void {
  const own = of(analysis, node);
  const add = (to: Values, from: Iterable<Value>) => grow(analysis, to, from);
  if (isFunction(node)) stepFunction(analysis, node, own);
  else if (node.type === "CallExpression" || node.type === "NewExpression") stepCall(analysis, node, own, nativeMethods);
  else if (node.type === "VariableDeclarator") {
    if (node.init) add(of(analysis, node.id), of(analysis, node.init));
  } else if (node.type === "AssignmentExpression") {
    if (node.left.type === "MemberExpression") store(analysis, node.left, of(analysis, node.right));
    else add(of(analysis, node.left), of(analysis, node.right));
    add(own, of(analysis, node.right));
  } else if (node.type === "ReturnStatement") {
    if (node.argument) add(setOf(analysis.returns, analysis.around.get(node)![0]!), of(analysis, node.argument));
  } else if (node.type === "ArrayExpression") {
    add(own, [node]);
    for (const element of node.elements) if (element) add(field(analysis, node, elements), of(analysis, element));
  } else if (node.type === "ObjectExpression") {
    add(own, [node]);
    for (const property of node.properties)
      if (property.type === "Property" && property.key.type === "Identifier")
        add(field(analysis, node, property.key.name), of(analysis, property.value));
  } else if (node.type === "MemberExpression") {
    add(own, load(analysis, node, of(analysis, node.object), nativeMethods));
  } else if (node.type === "ConditionalExpression") {
    add(own, of(analysis, node.consequent));
    add(own, of(analysis, node.alternate));
  } else if (node.type === "LogicalExpression") {
    add(own, of(analysis, node.left));
    add(own, of(analysis, node.right));
  }
}

function stepFunction(analysis: Analysis, f: FunctionNode, own: Values): void {
  grow(analysis, own, [f]);
  if (f.id) grow(analysis, variable(analysis, f, f.id.name), [f]);
  if (f.type === "ArrowFunctionExpression" && f.expression)
    grow(analysis, setOf(analysis.returns, f as FunctionNode), of(analysis, f.body));
}

function stepCall(analysis: Analysis, call: Call, own: Values, nativeMethods: Set<string>): void {
  const { callee } = call;
  const given = call.arguments.map((argument) => of(analysis, argument));
  const method = callee.type === "MemberExpression" && callee.property.type === "Identifier" ? callee.property.name : "";
  if (of(analysis, callee).has(native)) grow(analysis, own, [native]);
  if (callee.type === "Identifier" && callee.name === "setTimeout")
    for (const f of given[0] ?? []) if (isFunctionValue(f)) give(analysis, f, given.slice(2));
  if (method === "bind") grow(analysis, own, of(analysis, (callee as Member).object));
  if (method === "bind" || method === "call")
    for (const f of of(analysis, (callee as Member).object))
      if (isFunctionValue(f)) grow(analysis, setOf(analysis.receivers, f), given[0] ?? []);
  for (const f of calledBy(analysis, call, nativeMethods)) {
    if (callsItsArgument.has(method) && given.some((values) => values.has(f))) continue;
    give(analysis, f, method === "call" ? given.slice(1) : given);
    if (callee.type === "MemberExpression") grow(analysis, setOf(analysis.receivers, f), of(analysis, callee.object));
    grow(analysis, own, setOf(analysis.returns, f));
  }
}

/** The functions that a call may reach before it returns. */
function calledBy(analysis: Analysis, call: Call, nativeMethods: Set<string>): Set<FunctionNode> {
  const { callee } = call;
  const method =
    callee.type === "MemberExpression" && callee.property.type === "Identifier" && !callee.computed ? callee.property.name : "";
  if (nativeMethods.has(method)) return new Set();
  const values = new Set(of(analysis, callee));
  if (method === "call" || method === "apply") for (const value of of(analysis, (callee as Member).object)) values.add(value);
  if (callsItsArgument.has(method)) for (const argument of call.arguments) for (const value of of(analysis, argument)) values.add(value);
  const found = new Set([...values].filter(isFunctionValue));
  if (found.size === 0 && !values.has(native) && method && analysis.guessesByName && of(analysis, (callee as Member).object).size === 0)
    for (const fields of analysis.fields.values())
      for (const value of fields.get(method) ?? []) if (isFunctionValue(value)) found.add(value);
  return found;
}

function isFunctionValue(value: Value): value is FunctionNode {
  return value !== native && isFunction(value);
}

function give(analysis: Analysis, f: FunctionNode, given: Values[]): void {
  f.params.forEach((parameter, index) => {
    if (parameter.type === "Identifier" && given[index]) grow(analysis, analysis.variables.get(f)!.get(parameter.name)!, given[index]);
  });
}

function load(analysis: Analysis, member: Member, objects: Values, nativeMethods: Set<string>): Values {
  const found: Values = new Set();
  const name = member.computed ? elements : member.property.type === "Identifier" ? member.property.name : "";
  if (nativeMethods.has(name)) return found.add(native);
  for (const object of objects) {
    if (object === native) found.add(native);
    else for (const value of field(analysis, object, name)) found.add(value);
  }
  if (objects.size > 0) for (const value of analysis.strayFields.get(name) ?? []) found.add(value);
  return found;
}

function store(analysis: Analysis, member: Member, values: Values): void {
  const name = member.computed ? elements : member.property.type === "Identifier" ? member.property.name : "";
  const objects = of(analysis, member.object);
  for (const object of objects) if (object !== native) grow(analysis, field(analysis, object, name), values);
  if (objects.size === 0 && analysis.guessesByName) grow(analysis, setOf(analysis.strayFields, name), values);
}

function of(analysis: Analysis, node: AnyNode): Values {
  return setOf(analysis.values, node);
}

function field(analysis: Analysis, object: Value, name: string): Values {
  if (!analysis.fields.has(object)) analysis.fields.set(object, new Map());
  return setOf(analysis.fields.get(object)!, name);
}

/** The values of the variable that `name` stands for where `node` is; a name that nobody declares is Espruino's. */
function variable(analysis: Analysis, node: AnyNode, name: string): Values {
  for (const f of [...analysis.around.get(node)!, null]) {
    const found = analysis.variables.get(f)?.get(name);
    if (found) return found;
  }
  return new Set([native]);
}

function setOf<K>(map: Map<K, Values>, key: K): Values {
  if (!map.has(key)) map.set(key, new Set());
  return map.get(key)!;
}

function grow(analysis: Analysis, to: Values, from: Iterable<Value>): void {
  for (const value of from) {
    if (to.has(value)) continue;
    to.add(value);
    analysis.changed = true;
  }
}
