/**
 * The static call graph of the bundle: which functions call which, how deep a chain of calls gets, and whether one gets back to itself. The
 * ESP8266 has a C stack of 5 KB that nothing checks, and nine nested calls reset it.
 *
 * Conservative: `x.name()` may be any function that is ever stored under that name; a parameter may be any function that is ever given for
 * it. Functions given to `on`, `setTimeout` and the like begin a chain of their own, because Espruino calls them from its event loop.
 */
import { ancestor, full } from "acorn-walk";
import { type AnyNode, boundNames, type FunctionNode, isFunction, parseScript } from "../syntax";
import { nativeCalls } from "./native-calls";

export interface CallDepth {
  /** The deepest chain, outermost function first. */
  deepest: string[];
  /** Chains that get back to their first function. */
  recursions: string[][];
}

/** Built-in methods that call the functions they are given before they return. */
const callsItsArgument = new Set("forEach map filter some every find findIndex reduce sort replace replaceAll".split(" "));

type Functions = Set<FunctionNode>;
type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;

interface CallSite {
  within: FunctionNode | null;
  call: Call;
}

interface Graph {
  labels: Map<FunctionNode, string>;
  /** The function around each function. */
  around: Map<FunctionNode, FunctionNode | null>;
  calls: CallSite[];
  /** Function (null: the script) -> local name -> what it may be: expressions that were assigned to it. */
  locals: Map<FunctionNode | null, Map<string, AnyNode[]>>;
  /** Property -> the expressions that were stored under it. */
  properties: Map<string, AnyNode[]>;
  /** Functions that stand in array literals. */
  inArrays: AnyNode[];
  /** What was given for each parameter. */
  given: Map<FunctionNode, Functions[]>;
  /** Return values of each function. */
  returns: Map<FunctionNode, AnyNode[]>;
  /** Where each expression stands. */
  home: Map<AnyNode, FunctionNode | null>;
}

export function callDepth(code: string): CallDepth {
  const graph = readGraph(code);
  const edges = findEdges(graph);
  return longestChain(graph, edges);
}

function readGraph(code: string): Graph {
  const graph: Graph = {
    labels: new Map(),
    around: new Map(),
    calls: [],
    locals: new Map([[null, new Map()]]),
    properties: new Map(),
    inArrays: [],
    given: new Map(),
    returns: new Map(),
    home: new Map(),
  };
  const program = parseScript(code);
  const enter = (node: AnyNode, _state: unknown, ancestors: unknown[]) => {
    const above = (ancestors as AnyNode[]).slice(0, -1).reverse();
    const within = (above.find((one) => isFunction(one)) as FunctionNode | undefined) ?? null;
    graph.home.set(node, within);
    readNode(graph, node, within, above[0]);
  };
  const types = `FunctionDeclaration FunctionExpression ArrowFunctionExpression VariableDeclarator AssignmentExpression Property CallExpression
    NewExpression ReturnStatement ArrayExpression`;
  ancestor(program, Object.fromEntries(types.split(/\s+/).map((type) => [type, enter])) as never);
  return graph;
}

function readNode(graph: Graph, node: AnyNode, within: FunctionNode | null, parent: AnyNode | undefined): void {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      graph.around.set(node, within);
      graph.labels.set(node, labelOf(node, parent));
      graph.given.set(
        node,
        node.params.map(() => new Set()),
      );
      if (!graph.locals.has(node)) graph.locals.set(node, new Map());
      if (node.type === "FunctionDeclaration") addTo(localsOf(graph, within), node.id!.name, node);
      if (node.type === "ArrowFunctionExpression" && node.expression) addTo(graph.returns, node as FunctionNode, node.body);
      break;
    case "VariableDeclarator":
      for (const name of boundNames(node.id)) addTo(localsOf(graph, within), name, ...(node.init ? [node.init] : []));
      break;
    case "AssignmentExpression":
      if (node.left.type === "Identifier") addTo(scopeOf(graph, within, node.left.name), node.left.name, node.right);
      if (node.left.type === "MemberExpression" && node.left.property.type === "Identifier" && !node.left.computed)
        addTo(graph.properties, node.left.property.name, node.right);
      break;
    case "Property":
      if (node.key.type === "Identifier") addTo(graph.properties, node.key.name, node.value);
      break;
    case "CallExpression":
    case "NewExpression":
      graph.calls.push({ within, call: node });
      break;
    case "ReturnStatement":
      if (within && node.argument) addTo(graph.returns, within, node.argument);
      break;
    case "ArrayExpression":
      graph.inArrays.push(...node.elements.filter((one): one is never => one !== null));
      break;
  }
  rememberHomes(graph, node, within);
}

/** Expressions are asked for their values later, by what they are part of. */
function rememberHomes(graph: Graph, node: AnyNode, within: FunctionNode | null): void {
  if (isFunction(node)) return;
  full(node, (inner) => {
    if (!graph.home.has(inner as AnyNode)) graph.home.set(inner as AnyNode, within);
  });
}

function labelOf(node: FunctionNode, parent: AnyNode | undefined): string {
  if (node.id) return node.id.name;
  if (parent?.type === "Property" && parent.key.type === "Identifier") return `.${parent.key.name}`;
  if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
  if (parent?.type === "AssignmentExpression" && parent.left.type === "MemberExpression" && parent.left.property.type === "Identifier")
    return `.${parent.left.property.name}`;
  return `function at line ${node.loc?.start.line}`;
}

function addTo<K>(map: Map<K, AnyNode[]>, key: K, ...nodes: AnyNode[]): void {
  map.set(key, [...(map.get(key) ?? []), ...nodes]);
}

function localsOf(graph: Graph, within: FunctionNode | null): Map<string, AnyNode[]> {
  if (!graph.locals.has(within)) graph.locals.set(within, new Map());
  return graph.locals.get(within)!;
}

/** The names of the function that declares `name`, seen from `within`. */
function scopeOf(graph: Graph, within: FunctionNode | null, name: string): Map<string, AnyNode[]> {
  for (let scope = within; scope; scope = graph.around.get(scope) ?? null)
    if (graph.locals.get(scope)?.has(name)) return graph.locals.get(scope)!;
  return localsOf(graph, null);
}

/** The functions that an expression may be. */
function valuesOf(graph: Graph, node: AnyNode | null | undefined, seen: Set<AnyNode>): Functions {
  const values: Functions = new Set();
  if (!node || seen.has(node)) return values;
  seen.add(node);
  const add = (...nodes: (AnyNode | null | undefined)[]) => {
    for (const one of nodes) for (const value of valuesOf(graph, one, seen)) values.add(value);
  };
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      values.add(node);
      break;
    case "Identifier":
      for (const value of valuesOfName(graph, node, seen)) values.add(value);
      break;
    case "MemberExpression":
      if (node.computed) add(...graph.inArrays);
      else if (node.property.type === "Identifier" && !nativeCalls.has(node.property.name))
        add(...(graph.properties.get(node.property.name) ?? []));
      break;
    case "ConditionalExpression":
      add(node.consequent, node.alternate);
      break;
    case "LogicalExpression":
      add(node.left, node.right);
      break;
    case "AssignmentExpression":
      add(node.right);
      break;
    case "CallExpression":
      if (node.callee.type === "MemberExpression" && node.callee.property.type === "Identifier" && node.callee.property.name === "bind")
        add(node.callee.object);
      for (const callee of valuesOf(graph, node.callee, new Set(seen))) add(...(graph.returns.get(callee) ?? []));
      break;
  }
  return values;
}

function valuesOfName(graph: Graph, node: Extract<AnyNode, { type: "Identifier" }>, seen: Set<AnyNode>): Functions {
  for (let scope = graph.home.get(node) ?? null; ; scope = graph.around.get(scope!) ?? null) {
    const assigned = graph.locals.get(scope)?.get(node.name) ?? [];
    const index = scope ? scope.params.findIndex((one) => boundNames(one).includes(node.name)) : -1;
    const given = scope && index >= 0 ? graph.given.get(scope)![index]! : new Set<FunctionNode>();
    if (assigned.length > 0 || index >= 0) {
      const values = new Set(given);
      for (const one of assigned) for (const value of valuesOf(graph, one, seen)) values.add(value);
      return values;
    }
    if (!scope) return new Set();
  }
}

/** Follows functions through parameters until nothing new turns up; gives who calls whom. */
function findEdges(graph: Graph): Map<FunctionNode, Functions> {
  const edges = new Map<FunctionNode, Functions>();
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const { within, call } of graph.calls) {
      const callees = valuesOf(graph, call.callee, new Set());
      for (const callee of callees) isNew = passArguments(graph, call, callee) || isNew;
      if (within)
        for (const callee of [...callees, ...calledArguments(graph, call)]) edges.set(within, (edges.get(within) ?? new Set()).add(callee));
    }
  }
  return edges;
}

function passArguments(graph: Graph, call: Call, callee: FunctionNode): boolean {
  let isNew = false;
  call.arguments.forEach((argument, index) => {
    const given = graph.given.get(callee)?.[index];
    if (!given) return;
    for (const value of valuesOf(graph, argument, new Set())) {
      isNew ||= !given.has(value);
      given.add(value);
    }
  });
  return isNew;
}

function calledArguments(graph: Graph, call: Call): FunctionNode[] {
  const { callee } = call;
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier" || !callsItsArgument.has(callee.property.name)) return [];
  return call.arguments.flatMap((argument) => [...valuesOf(graph, argument, new Set())]);
}

function longestChain(graph: Graph, edges: Map<FunctionNode, Functions>): CallDepth {
  const chains = new Map<FunctionNode, string[]>();
  const recursions: string[][] = [];
  const path: FunctionNode[] = [];
  const chainFrom = (f: FunctionNode): string[] => {
    const known = chains.get(f);
    if (known) return known;
    if (path.includes(f)) {
      recursions.push([...path.slice(path.indexOf(f)), f].map((one) => graph.labels.get(one)!));
      return [];
    }
    path.push(f);
    let longest: string[] = [];
    for (const callee of edges.get(f) ?? []) {
      const chain = chainFrom(callee);
      if (chain.length > longest.length) longest = chain;
    }
    path.pop();
    const chain = [graph.labels.get(f)!, ...longest];
    chains.set(f, chain);
    return chain;
  };
  let deepest: string[] = [];
  for (const f of graph.labels.keys()) {
    const chain = chainFrom(f);
    if (chain.length > deepest.length) deepest = chain;
  }
  return { deepest, recursions };
}
