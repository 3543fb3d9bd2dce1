/** Puts a function's body in the place of its only call. */
import { type AnyNode, isFunction } from "../syntax";
import { type Binding, type Bindings, childrenOf } from "./bindings";
import type { Candidate } from "./candidates";
import { freshName, isInside, keepNames } from "./names";
import {
  assignment,
  block,
  declaration,
  type Expression,
  expressionStatement,
  identifier,
  listOf,
  returnStatement,
  type Statement,
  undefinedValue,
} from "./nodes";
import { evaluatedBefore } from "./order";
import { anyLeaf, type Leaf, neverEnds, returnsIn, withoutReturns } from "./returns";
import { isConditional, isInLoop, isLoopHead, isTail, type Place, placeOf, replace, statementAround, withBlock, withIf } from "./site";
import { sizeOf } from "./size";
import { isInert, isPure, isSteady, ownerOf, type Script } from "./steady";

type Variable = Extract<AnyNode, { type: "VariableDeclaration" }>;

/** How the call is used. */
export type Use =
  /** `return f();`, or `f();` where the caller ends anyway. */
  | { kind: "last"; isReturned: boolean }
  /** `f();` with something after it. */
  | { kind: "statement" }
  /** Within a statement, where it is evaluated first. */
  | { kind: "value" };

export interface Job extends Candidate {
  bindings: Bindings;
  script: Script;
  body: Statement[];
}

/** How a call can be folded. */
export interface Plan {
  job: Job;
  /** Null: the call becomes the expression that the function returns. */
  use: Use | null;
  parameters: Parameter[];
}

/** Null if it cannot be folded where it stands. */
export function planFold(candidate: Candidate, bindings: Bindings, script: Script): Plan | null {
  const job: Job = { ...candidate, bindings, script, body: (candidate.f.body as Extract<AnyNode, { type: "BlockStatement" }>).body };
  return planExpression(job) ?? planStatements(job);
}

export function carryOut({ job, use, parameters }: Plan): void {
  if (use) placeStatements(job, use, parameters);
  else placeExpression(job, parameters);
  removeFunction(job);
}

/** Lets an `if` decide whether it is called, so that it can be folded then; says whether that was done. */
export function unfoldDecision({ call }: Candidate, bindings: Bindings): boolean {
  const statement = statementAround(call, bindings);
  if (evaluatedBefore(statement, call)) return false;
  const made = withIf(statement);
  if (!made?.some((one) => branchesOf(one).some((each) => evaluatedBefore(each, call)))) return false;
  if (isLoopHead(statement, bindings)) return false;
  put(placeOf(statement, bindings), made, 1);
  return true;
}

function branchesOf(statement: Statement): Statement[] {
  if (statement.type !== "IfStatement") return [statement];
  return [statement, ...[...listOf(statement.consequent), ...listOf(statement.alternate)].flatMap(branchesOf)];
}

/** A function that is one `return`, each of whose parameters can stand for its argument. */
function planExpression(job: Job): Plan | null {
  const value = returnedBy(job.body);
  if (!value) return null;
  const isAllInert = isInert(value, job.script) && job.call.arguments.every((one) => isInert(one, job.script));
  const parameters = parametersOf(job, isAllInert);
  return parameters.every((one) => one.isReplaced) ? { job, use: null, parameters } : null;
}

/** The expression that is all of a function. */
export function returnedBy(body: Statement[]): Expression | null {
  const [only] = body;
  return body.length === 1 && only?.type === "ReturnStatement" && only.argument ? only.argument : null;
}

function placeExpression(job: Job, parameters: Parameter[]): void {
  keepNames(job, parameters);
  replace(job.bindings, job.call, returnedBy(job.body)!);
}

/** The interpreter reads all of a loop at each turn, also what it passes over. */
const MAX_IN_LOOP = 300;

function planStatements(job: Job): Plan | null {
  const { bindings, caller, call } = job;
  const around = statementAround(call, bindings);
  const use = useOf(job, around);
  if (!use || isLoopHead(around, bindings)) return null;
  if (isInLoop(around, bindings) && isConditional(around, bindings) && sizeOf(job.f.body) > MAX_IN_LOOP) return null;
  if (use.kind !== "last" && !isLone(job, use) && !withoutReturns(job.body, anyLeaf)) return null;
  const parameters = parametersOf(job, false);
  if (!caller && (use.kind !== "statement" || parameters.some((one) => !one.isReplaced) || localsOf(job).length > 0)) return null;
  return { job, use, parameters };
}

/** Whether all that it returns stands at its end. */
function isLone({ body }: Job, use: Use): boolean {
  return use.kind === "value" && returnsIn(body).length === 1 && body.at(-1)?.type === "ReturnStatement";
}

function placeStatements(job: Job, use: Use, parameters: Parameter[]): void {
  const { bindings, call, caller } = job;
  if (caller) withBlock(caller, bindings);
  const statement = statementAround(call, bindings);
  const place = placeOf(statement, bindings);
  keepNames(job, parameters);
  const ahead = parameters.filter((one) => !one.isReplaced).flatMap(evaluate);
  if (use.kind === "last") placeLast(job, place, statement, ahead, use.isReturned);
  else if (use.kind === "statement") placeStatement(job, place, ahead);
  else placeValue(job, place, statement as Statement, ahead, isLone(job, use));
}

function useOf({ bindings, call, caller, script }: Job, around: AnyNode): Use | null {
  if (around === call) return { kind: "last", isReturned: true };
  if (around.type === "ReturnStatement" && around.argument === call) return { kind: "last", isReturned: true };
  if (around.type === "ExpressionStatement" && around.expression === call)
    return caller && isTail(around, bindings) ? { kind: "last", isReturned: false } : { kind: "statement" };
  const before = evaluatedBefore(around, call);
  return before?.every((one) => isSteady(one, caller, bindings, script)) ? { kind: "value" } : null;
}

export interface Parameter {
  binding: Binding;
  value: Expression;
  /** The argument stands wherever the parameter is read. */
  isReplaced: boolean;
}

/**
 * The call's arguments in their order; what is passed beyond the parameters comes last, as a parameter that nothing reads.
 *
 * @param isAllInert nothing that the function or an argument does changes anything
 */
function parametersOf({ f, call, bindings, caller, script }: Job, isAllInert: boolean): Parameter[] {
  const parameters = f.params.map((one, index): Parameter => {
    const binding = bindings.of.get(one)!;
    const value = (call.arguments[index] ?? undefinedValue()) as Expression;
    const isWritten = binding.references.some((reference) => reference.isWrite);
    const isChangedByOthers = call.arguments.some((other) => other !== value && writesIn(other, value));
    const isSame = isAllInert || (!isChangedByOthers && isSteady(value, caller, bindings, script));
    const isReplaced = !isWritten && isSame && isCheap(value, binding, bindings);
    return { binding, value, isReplaced };
  });
  const none = { name: "", kind: "parameter", scope: f, declarations: [], references: [] } as Binding;
  const rest = call.arguments
    .slice(f.params.length)
    .map((value) => ({ binding: none, value: value as Expression, isReplaced: isPure(value) }));
  return [...parameters, ...rest];
}

/** Whether evaluating `node` may write the variable that `value` is. */
function writesIn(node: AnyNode, value: AnyNode): boolean {
  if (node.type === "AssignmentExpression" || node.type === "UpdateExpression") {
    const target = node.type === "AssignmentExpression" ? node.left : node.argument;
    if (target.type === "Identifier" && mentions(value, target.name)) return true;
  }
  return childrenOf(node).some((one) => writesIn(one, value));
}

function mentions(node: AnyNode, name: string): boolean {
  return (node.type === "Identifier" && node.name === name) || childrenOf(node).some((one) => mentions(one, name));
}

const shortLiteral = 8;

/** Whether reading the argument costs no more than reading a variable. */
function isCheap(value: AnyNode, binding: Binding, bindings: Bindings): boolean {
  if (!binding.references.some((one, index) => index > 0 || isInLoop(one.node, bindings))) return true;
  if (value.type === "Literal") return (value.raw ?? "").length <= shortLiteral;
  return value.type === "Identifier" || value.type === "ThisExpression" || value.type === "UnaryExpression";
}

/** The statement, if there must be one, that evaluates an argument. */
function evaluate({ binding, value }: Parameter): Statement[] {
  if (binding.references.length === 0) return isPure(value) ? [] : [expressionStatement(value)];
  const isWritten = binding.references.some((one) => one.isWrite);
  return [declaration(isWritten ? "let" : "const", identifier(binding.name), value)];
}

/** The names that the body declares right in it. */
function localsOf({ body }: Job): string[] {
  return body.flatMap((one) =>
    one.type === "VariableDeclaration" ? one.declarations.map((each) => (each.id as { name: string }).name) : [],
  );
}

function removeFunction({ f, bindings }: Job): void {
  const holder = bindings.parents.get(f) as { body: Statement[] };
  holder.body.splice(holder.body.indexOf(f as Statement), 1);
}

/** The caller ends with the body: its returns may stay. */
function placeLast(job: Job, place: Place, statement: AnyNode, ahead: Statement[], isReturned: boolean): void {
  const goesOn = !neverEnds(job.body) && !isTail(statement, job.bindings);
  if (!isReturned) for (const one of returnsIn(job.body)) dropValue(job.bindings, one);
  const body = [...ahead, ...job.body, ...(goesOn ? [returnStatement(null)] : [])];
  if (job.caller && holdsFunctions(job.caller, job.f)) put(place, scopedIfNeeded(body), 1);
  else put(place, isTopLevel(place, job) ? body : withVars(body), 1);
}

/** `return x;` as `x; return;`, or `return;` where x does nothing. */
function dropValue(bindings: Bindings, one: Extract<AnyNode, { type: "ReturnStatement" }>): void {
  const { argument } = one;
  one.argument = null;
  if (!argument || isPure(argument)) return;
  const made = block([expressionStatement(argument), returnStatement(null)]);
  replace(bindings, one, made);
}

function placeStatement(job: Job, place: Place, ahead: Statement[]): void {
  const leaf: Leaf = (argument) => (argument && !isPure(argument) ? [expressionStatement(argument)] : []);
  put(place, scopedIfNeeded([...ahead, ...withoutReturns(job.body, leaf)!]), 1);
}

function placeValue(job: Job, place: Place, statement: Statement, ahead: Statement[], isLone: boolean): void {
  const { bindings, call, script } = job;
  const isSmall = !job.caller || !holdsFunctions(job.caller, job.f);
  const isTop = isTopLevel(place, job);
  const hasLocals = ahead.length > 0 || localsOf(job).length > 0;
  if (isLone && (isSmall || !hasLocals)) {
    const value = (job.body.at(-1) as Extract<AnyNode, { type: "ReturnStatement" }>).argument ?? undefinedValue();
    const body = [...ahead, ...job.body.slice(0, -1)];
    replace(bindings, call, value);
    put(place, isTop || isInLoop(statement, bindings) ? body : withVars(body), 0);
    return;
  }
  const target = targetOf(statement, job);
  const name = target ?? identifier(freshName(job.binding.name, script));
  const leaf: Leaf = (argument) => [assignment(identifier(name.name), argument ?? undefinedValue())];
  const body = scopedIfNeeded([...ahead, ...withoutReturns(job.body, leaf)!]);
  if (target) {
    const isDeclared = statement.type === "VariableDeclaration";
    if (isDeclared) {
      statement.declarations[0]!.init = null;
      if (statement.kind === "const") statement.kind = "let";
    }
    put(place, isDeclared ? [statement, ...body] : body, 1);
    return;
  }
  replace(bindings, call, identifier(name.name));
  put(place, [declaration(isTop ? "let" : "var", identifier(name.name), null), ...body], 0);
}

/** `const x = f();` and `x = f();`, where x is the caller's own: x, which the body may then set itself. */
function targetOf(statement: Statement, { call, bindings, caller, f }: Job): { name: string } | null {
  if (statement.type === "VariableDeclaration") {
    const [one] = statement.declarations;
    return statement.declarations.length === 1 && one!.init === call && one!.id.type === "Identifier" ? one!.id : null;
  }
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return null;
  const { left, right, operator } = statement.expression;
  if (operator !== "=" || right !== call || left.type !== "Identifier") return null;
  const binding = bindings.of.get(left);
  if (!binding || !caller || ownerOf(binding, bindings) !== caller) return null;
  return binding.references.some((one) => isInside(one.node, f, bindings)) ? null : left;
}

function put(place: Place, statements: Statement[], replaced: number): void {
  place.list.splice(place.index, replaced, ...statements);
}

function isTopLevel(place: Place, { caller }: Job): boolean {
  return caller !== null && place.holder === caller.body;
}

function declares(statements: Statement[]): boolean {
  return statements.some((one) => one.type === "VariableDeclaration" && one.kind !== "var");
}

/** What they declare goes when the block ends. */
function scopedIfNeeded(statements: Statement[]): Statement[] {
  return declares(statements) ? [block(statements)] : statements;
}

/** In a block that is none of a function's, `let` and `const` cost the interpreter a scope; `var` does not. */
function withVars(statements: Statement[]): Statement[] {
  return statements.map((one) => (one.type === "VariableDeclaration" ? ({ ...one, kind: "var" } as Variable) : one));
}

/** Whether a function stands in the caller that lives on with all of the caller's variables. */
function holdsFunctions(node: AnyNode, except: AnyNode): boolean {
  return childrenOf(node).some((one) => one !== except && (isFunction(one) || holdsFunctions(one, except)));
}
