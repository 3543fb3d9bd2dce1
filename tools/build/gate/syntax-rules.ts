/**
 * Syntax that Espruino 2v29 does not read, or reads differently from the standard without saying so. Each line was seen to fail on the
 * interpreter, or is in the project's notes on it.
 */
import { ancestor, full } from "acorn-walk";
import { type AnyNode, boundNames, freeNames, isFunction, parseScript } from "../syntax";
import { type Problem, problemAt } from "./problem";

/** Node types that are refused wherever they stand. */
const refused: Record<string, string> = {
  ObjectPattern: "destructuring",
  ArrayPattern: "destructuring",
  AssignmentPattern: "default parameter",
  RestElement: "rest parameter",
  SpreadElement: "spread",
  ChainExpression: "?.",
  LabeledStatement: "label",
  YieldExpression: "generator",
  AwaitExpression: "async",
  PrivateIdentifier: "#private name",
  TaggedTemplateExpression: "tagged template",
  MetaProperty: "new.target",
  ImportExpression: "import() that was not folded",
  WithStatement: "with",
  StaticBlock: "static block",
};

const refusedOperators = new Set(["**", "**=", "??=", "&&=", "||="]);

/** What the interpreter's regular expressions know: characters, classes, groups, alternatives, anchors, + and *. */
const regexIsPlain = /^(?:\\[dDsSwWnrt./\\[\](){}^$*+?|"'-]|\[\^?(?:\\.|[^\]\\])+\]|[^\\?{}]|\((?!\?))*$/;

const maxExactInteger = 2 ** 53;
const maxByte = 255;

export function syntaxProblems(code: string): Problem[] {
  const problems: Problem[] = [];
  full(parseScript(code), (node) => {
    const message = problemOf(code, node as AnyNode);
    if (message) problems.push(problemAt(code, node as AnyNode, message));
  });
  problems.push(...sharedLoopVariables(code));
  return problems;
}

function problemOf(code: string, node: AnyNode): string | undefined {
  if (refused[node.type]) return refused[node.type];
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return node.async ? "async" : node.generator ? "generator" : undefined;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return node.computed ? "computed key" : node.key.type === "PrivateIdentifier" ? "#private name" : undefined;
    case "BinaryExpression":
    case "LogicalExpression":
    case "AssignmentExpression":
      return refusedOperators.has(node.operator) ? node.operator : undefined;
    case "ForOfStatement":
      return node.await ? "for await" : undefined;
    case "SwitchStatement":
      return node.cases.some((one, index) => !one.test && index < node.cases.length - 1) ? "case after default" : undefined;
    case "ReturnStatement":
      return /^return\s*\n/.test(code.slice(node.start, node.end + 1)) && !code.slice(node.start, node.end).includes(";")
        ? "line break after return"
        : undefined;
    case "ClassDeclaration":
    case "ClassExpression":
      return callsSuperOfError(node) ? "super() in a class that extends Error" : undefined;
    case "Literal":
      return literalProblem(node);
    case "TemplateElement":
      return hasWideCharacter(node.value.cooked ?? "") ? "character beyond a byte" : undefined;
    default:
      return undefined;
  }
}

function literalProblem(node: Extract<AnyNode, { type: "Literal" }>): string | undefined {
  if (node.bigint) return "BigInt";
  if (node.regex) return regexIsPlain.test(node.regex.pattern) && /^[gi]*$/.test(node.regex.flags) ? undefined : "regular expression";
  if (typeof node.value === "number" && node.value > maxExactInteger) return "number that is too big";
  if (typeof node.value === "number" && node.raw?.includes("_")) return "separator in a number";
  return typeof node.value === "string" && hasWideCharacter(node.value) ? "character beyond a byte" : undefined;
}

function hasWideCharacter(text: string): boolean {
  return [...text].some((char) => char.codePointAt(0)! > maxByte);
}

function callsSuperOfError(node: Extract<AnyNode, { type: "ClassDeclaration" | "ClassExpression" }>): boolean {
  if (node.superClass?.type !== "Identifier" || !node.superClass.name.endsWith("Error")) return false;
  let found = false;
  full(node.body, (inner) => {
    if (inner.type === "Super") found = true;
  });
  return found;
}

/** `for (let i …)` shares one i among all turns, so a function made in the loop that uses it sees the last. */
function sharedLoopVariables(code: string): Problem[] {
  const problems: Problem[] = [];
  const check = (node: AnyNode, _state: unknown, ancestors: unknown[]) => {
    const inner = node as AnyNode;
    for (const loop of ancestors as AnyNode[]) {
      if (loop === inner) continue;
      const head = loopVariables(loop);
      const uses = head.length > 0 ? freeNames(inner) : new Set<string>();
      for (const name of head)
        if (uses.has(name)) problems.push(problemAt(code, inner, `function in a loop over ${name}, which all turns share`));
    }
  };
  ancestor(parseScript(code), { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check } as never);
  return problems;
}

function loopVariables(loop: AnyNode): string[] {
  if (isFunction(loop)) return [];
  const head =
    loop.type === "ForStatement" ? loop.init : loop.type === "ForOfStatement" || loop.type === "ForInStatement" ? loop.left : null;
  if (head?.type !== "VariableDeclaration" || head.kind === "var") return [];
  return head.declarations.flatMap((one) => boundNames(one.id));
}
