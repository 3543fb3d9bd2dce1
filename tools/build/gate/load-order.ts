/**
 * Espruino has no hoisting: a function is there once the interpreter has come past it. Refuses, in every function body, the use of a name
 * before the statement that declares it, also where the use lies in a function of the same body that is called by then.
 */
import { full, recursive } from "acorn-walk";
import { type AnyNode, boundNames, declaredNames, type FunctionNode, isFunction, parseScript } from "../syntax";
import { type Problem, problemAt } from "./problem";

type Visit = (node: AnyNode, state: Names) => void;

export function loadOrderProblems(code: string): Problem[] {
  const problems: Problem[] = [];
  const program = parseScript(code);
  checkBody(code, program.body, problems);
  full(program, (node) => {
    const f = node as AnyNode;
    if (isFunction(f) && f.body.type === "BlockStatement") checkBody(code, f.body.body, problems);
  });
  return problems;
}

function checkBody(code: string, statements: AnyNode[], problems: Problem[]): void {
  const later = new Set(statements.flatMap((statement) => declaredNames(statement)));
  const functions = new Map<string, FunctionNode>();
  for (const statement of statements.flatMap(singleDeclarators)) {
    const own = declaredNames(statement);
    if (statement.type === "FunctionDeclaration") {
      functions.set(own[0]!, statement);
    } else {
      for (const name of usedWhenRun(statement, functions))
        if (later.has(name)) problems.push(problemAt(code, statement, `${name} is used before it is defined`));
    }
    for (const name of own) later.delete(name);
  }
}

/** `const a = 1, b = a` one by one. */
function singleDeclarators(statement: AnyNode): AnyNode[] {
  if (statement.type !== "VariableDeclaration") return [statement];
  return statement.declarations.map((one) => ({ ...statement, declarations: [one], start: one.start, end: one.end }));
}

/** Names that a statement uses when it runs, together with those that the functions use which it calls or hands on, their own left out. */
function usedWhenRun(statement: AnyNode, functions: Map<string, FunctionNode>): Set<string> {
  const names = new Set<string>();
  const open = [statement];
  for (let node = open.pop(); node; node = open.pop()) {
    const direct: Names = { used: new Set(), own: new Set() };
    if (isFunction(node)) for (const parameter of node.params) for (const name of boundNames(parameter)) direct.own.add(name);
    recursive(isFunction(node) ? node.body : node, direct, immediate as never);
    for (const name of direct.used) {
      // A block's own; the names of a declaration are in question.
      if (node.type !== "VariableDeclaration" && direct.own.has(name)) continue;
      const called = functions.get(name);
      if (called && !names.has(name)) open.push(called);
      names.add(name);
    }
  }
  return names;
}

/** What a body uses, and what it declares. */
interface Names {
  used: Set<string>;
  own: Set<string>;
}

/** A walk over what runs at once: function bodies are left out, except where a function is called on the spot. */
const immediate = {
  Function: () => {},
  CallExpression: (call: Extract<AnyNode, { type: "CallExpression" }>, names: Names, visit: Visit) => {
    visit(isFunction(call.callee) ? call.callee.body : call.callee, names);
    for (const argument of call.arguments) visit(argument, names);
  },
  BlockStatement: (block: Extract<AnyNode, { type: "BlockStatement" }>, names: Names, visit: Visit) => {
    const inner: Names = { used: new Set(), own: names.own };
    for (const statement of block.body) visit(statement, inner);
    const own = new Set(block.body.filter((one) => one.type === "VariableDeclaration" && one.kind !== "var").flatMap(declaredNames));
    for (const name of inner.used) if (!own.has(name)) names.used.add(name);
  },
  VariableDeclarator: (declarator: Extract<AnyNode, { type: "VariableDeclarator" }>, names: Names, visit: Visit) => {
    for (const name of boundNames(declarator.id)) names.own.add(name);
    if (declarator.init) visit(declarator.init, names);
  },
  Identifier: (identifier: Extract<AnyNode, { type: "Identifier" }>, names: Names) => names.used.add(identifier.name),
  VariablePattern: (identifier: Extract<AnyNode, { type: "Identifier" }>, names: Names) => names.used.add(identifier.name),
};
