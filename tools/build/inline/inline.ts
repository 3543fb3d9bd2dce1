/**
 * Folds functions that are used once into their callers, so that the source may be many small functions and the interpreter need not hold
 * them: each costs it five variables and one a parameter for as long as its part is loaded, and each call a level of the C stack.
 */
import { minify } from "terser";
import { type AnyNode, type FunctionNode, isFunction, type Program, parseScript } from "../syntax";
import { type Bindings, childrenOf, readBindings } from "./bindings";
import { candidatesIn } from "./candidates";
import { copyForEach, isWorthCopies } from "./copies";
import { carryOut, type Plan, planFold, unfoldDecision } from "./fold-call";
import type { Statement } from "./nodes";
import { readScript, type Script } from "./steady";

/** Gives a script that does the same as `code`. Comments are lost. */
export async function inlineFunctions(code: string): Promise<string> {
  const program = parseScript(code);
  prepare(program);
  const script = readScript(program);
  for (const statement of program.body) if (statement.type === "FunctionDeclaration") foldWithin(statement, script);
  foldWithin(program, script);
  return print(program);
}

/** One declarator a declaration. */
function prepare(node: AnyNode): void {
  for (const child of childrenOf(node)) prepare(child);
  node.loc = null;
  if (node.type === "BlockStatement" || node.type === "Program") node.body = splitDeclarations(node.body as Statement[]);
  if (node.type === "SwitchCase") node.consequent = splitDeclarations(node.consequent);
}

function splitDeclarations(statements: Statement[]): Statement[] {
  return statements.flatMap((one) =>
    one.type === "VariableDeclaration" ? one.declarations.map((each): Statement => ({ ...one, declarations: [each] })) : one,
  );
}

/** Folds until nothing more can be. */
function foldWithin(root: Program | FunctionNode, script: Script): void {
  while (foldRound(root, script));
}

/** Folds what it can without asking anew what each name means: no function is changed twice. Says whether it changed any. */
function foldRound(root: Program | FunctionNode, script: Script): boolean {
  const bindings = readBindings(root);
  const changed = new Set<AnyNode>();
  for (const candidates of candidatesIn(bindings)) {
    const [first] = candidates;
    if (root.type === "Program" && first!.binding.scope !== root) continue;
    const involved = [first!.f, ...candidates.flatMap((one) => functionsAround(one.call, root, bindings))];
    if (involved.some((one) => changed.has(one))) continue;
    const plans = candidates.map((one) => planFold(one, bindings, script));
    const isWhole = plans.every((plan) => plan !== null);
    if (candidates.length === 1 && isWhole) {
      carryOut(plans[0]!);
      for (const one of involved) changed.add(one);
    } else if (isWhole && isWorthCopies(plans as Plan[])) {
      copyForEach(candidates, bindings, script);
      return true;
    } else if (candidates.length === 1 && unfoldDecision(first!, bindings)) {
      return true;
    }
  }
  return changed.size > 0;
}

function functionsAround(node: AnyNode, root: AnyNode, bindings: Bindings): AnyNode[] {
  const around: AnyNode[] = [];
  for (let at = bindings.parents.get(node); at && at !== root; at = bindings.parents.get(at)) if (isFunction(at)) around.push(at);
  return around;
}

async function print(program: Program): Promise<string> {
  const result = await minify(program as never, {
    parse: { spidermonkey: true } as never,
    compress: false,
    mangle: false,
    format: { beautify: true, ascii_only: true, comments: false },
  });
  return `${result.code}\n`;
}
