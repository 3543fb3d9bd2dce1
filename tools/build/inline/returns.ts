/** Function bodies without their returns, so that they can stand in the middle of another function. */
import { type AnyNode, isFunction } from "../syntax";
import { childrenOf } from "./bindings";
import { block, breakStatement, copyOf, ifStatement, listOf, type Statement } from "./nodes";
import { sizeOf } from "./size";

type Return = Extract<AnyNode, { type: "ReturnStatement" }>;
type Switch = Extract<AnyNode, { type: "SwitchStatement" }>;
/** What stands in the place of `return argument;`. */
export type Leaf = ((argument: Return["argument"]) => Statement[]) & { isOnlyAsked?: boolean };

/** Stands for any leaf when it is asked whether the returns can go. */
export const anyLeaf: Leaf = Object.assign(() => [], { isOnlyAsked: true });

/** The return statements of a function's body, those of functions in it left out. */
export function returnsIn(nodes: AnyNode[]): Return[] {
  return nodes.flatMap((node) => {
    if (isFunction(node)) return [];
    return node.type === "ReturnStatement" ? [node] : returnsIn(childrenOf(node));
  });
}

/** Whether these statements always end with a return or an error. */
export function neverEnds(statements: (AnyNode | null | undefined)[]): boolean {
  return statements.some((one) => {
    switch (one?.type) {
      case "ReturnStatement":
      case "ThrowStatement":
        return true;
      case "BlockStatement":
        return neverEnds(one.body);
      case "IfStatement":
        return neverEnds([one.consequent]) && neverEnds([one.alternate]);
      case "TryStatement":
        return neverEnds([one.finalizer]) || (neverEnds([one.block]) && (!one.handler || neverEnds([one.handler.body])));
      default:
        return false;
    }
  });
}

/**
 * The same statements without a return: what would be passed over after one stands in an `else`. Null where that is not simple: a return in a
 * loop or a switch that is not the last statement, or in a branch that goes on otherwise while something follows.
 */
export function withoutReturns(statements: Statement[], leaf: Leaf): Statement[] | null {
  const done: Statement[] = [];
  for (const [index, one] of statements.entries()) {
    if (returnsIn([one]).length === 0) {
      done.push(one);
      if (neverEnds([one])) return done;
      continue;
    }
    const last = withoutReturnsIn(one, statements.slice(index + 1), leaf);
    return last && [...done, ...last];
  }
  return [...done, ...leaf(null)];
}

/** So much may stand in both branches of an `if`. */
const MAX_TWICE = 40;

function withoutReturnsIn(one: Statement, rest: Statement[], leaf: Leaf): Statement[] | null {
  if (one.type === "ReturnStatement") return leaf(one.argument);
  if (one.type === "SwitchStatement") return switchWithoutReturns(one, rest, leaf);
  if (one.type === "IfStatement") {
    const branches = [listOf(one.consequent), listOf(one.alternate)] as const;
    const goingOn = branches.filter((each) => !neverEnds(each)).length;
    // What has been asked may have grown since, as arguments came in the place of parameters.
    if (leaf.isOnlyAsked && goingOn === 2 && rest.reduce((sum, each) => sum + sizeOf(each), 0) > MAX_TWICE) return null;
    const [then, otherwise] = branches.map((each) => joined(each, goingOn === 2 ? rest.map(copyOf) : rest, leaf));
    return then && otherwise ? [ifStatement(one.test, then, otherwise)] : null;
  }
  if (rest.length > 0 && !neverEnds([one])) return null;
  if (one.type === "BlockStatement") {
    const inner = withoutReturns(one.body, leaf);
    return inner && [block(inner)];
  }
  if (one.type === "TryStatement") {
    if (one.finalizer && returnsIn([one.finalizer]).length > 0) return null;
    const tried = withoutReturns(one.block.body, leaf);
    const handled = one.handler ? withoutReturns(one.handler.body.body, leaf) : [];
    if (!tried || !handled) return null;
    return [{ ...one, block: block(tried), handler: one.handler && { ...one.handler, body: block(handled) } }];
  }
  return null;
}

/** A branch and what follows it; null if that would see what the branch declares. */
function joined(branch: Statement[], rest: Statement[], leaf: Leaf): Statement[] | null {
  if (neverEnds(branch)) return withoutReturns(branch, leaf);
  const declared = branch.flatMap((one) =>
    one.type === "VariableDeclaration" ? one.declarations.map((each) => (each.id as { name: string }).name) : [],
  );
  if (rest.some((one) => declared.some((name) => mentions(one, name)))) return null;
  return withoutReturns([...branch, ...rest], leaf);
}

function mentions(node: AnyNode, name: string): boolean {
  return (node.type === "Identifier" && node.name === name) || childrenOf(node).some((one) => mentions(one, name));
}

const takesBreaks = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement", "SwitchStatement"]);

/** Whether a `break` in it ends what is around it. */
function breaksOut(node: AnyNode): boolean {
  if (isFunction(node) || takesBreaks.has(node.type)) return false;
  return node.type === "BreakStatement" || childrenOf(node).some(breaksOut);
}

/** What follows a `switch` all of whose cases return becomes its `default`. */
function switchWithoutReturns(one: Switch, rest: Statement[], leaf: Leaf): Statement[] | null {
  if (one.cases.some((each) => each.consequent.length > 0 && !neverEnds(each.consequent))) return null;
  if (one.cases.at(-1)?.consequent.length === 0 || one.cases.some((each) => each.consequent.some(breaksOut))) return null;
  const cases: Switch["cases"] = [];
  for (const each of one.cases) {
    const consequent = withoutReturns(each.consequent, leaf);
    if (!consequent) return null;
    cases.push({ ...each, consequent: each.consequent.length > 0 ? [...consequent, breakStatement()] : [] });
  }
  if (one.cases.every((each) => each.test)) {
    const consequent = withoutReturns(rest, leaf);
    if (!consequent) return null;
    cases.push({ type: "SwitchCase", test: null, consequent, start: 0, end: 0 });
  }
  return [{ ...one, cases }];
}
