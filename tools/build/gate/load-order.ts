/**
 * Espruino has no hoisting: a function is there once the interpreter has come past it. Refuses, in every function body, the use of a name
 * before the statement that declares it, also where the use lies in a function of the same body that is called by then.
 */
import { full, recursive } from "acorn-walk";
import { type AnyNode, declaredNames, isFunction, parseScript } from "../syntax";
import { type Problem, problemAt } from "./problem";

type Visit = (node: AnyNode, state: Set<string>) => void;

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
  const functions = new Map<string, AnyNode>();
  for (const statement of statements.flatMap(singleDeclarators)) {
    const own = declaredNames(statement);
    if (statement.type === "FunctionDeclaration") {
      functions.set(own[0]!, statement.body);
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

/** Names that a statement uses when it runs, together with those that the functions use which it calls or hands on. */
function usedWhenRun(statement: AnyNode, functions: Map<string, AnyNode>): Set<string> {
  const names = new Set<string>();
  const open = [statement];
  for (let node = open.pop(); node; node = open.pop()) {
    const direct = new Set<string>();
    recursive(node, direct, immediate as never);
    for (const name of direct) {
      const body = functions.get(name);
      if (body && !names.has(name)) open.push(body);
      names.add(name);
    }
  }
  return names;
}

/** A walk over what runs at once: function bodies are left out, except where a function is called on the spot. */
const immediate = {
  Function: () => {},
  CallExpression: (call: Extract<AnyNode, { type: "CallExpression" }>, names: Set<string>, visit: Visit) => {
    visit(isFunction(call.callee) ? call.callee.body : call.callee, names);
    for (const argument of call.arguments) visit(argument, names);
  },
  VariableDeclarator: (declarator: Extract<AnyNode, { type: "VariableDeclarator" }>, names: Set<string>, visit: Visit) => {
    if (declarator.init) visit(declarator.init, names);
  },
  Identifier: (identifier: Extract<AnyNode, { type: "Identifier" }>, names: Set<string>) => names.add(identifier.name),
  VariablePattern: (identifier: Extract<AnyNode, { type: "Identifier" }>, names: Set<string>) => names.add(identifier.name),
};
