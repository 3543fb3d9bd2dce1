/** Function bodies without their returns, so that they can stand in the middle of another function. */
import { type AnyNode, isFunction } from "../syntax";
import { childrenOf } from "./bindings";
import { block, ifStatement, listOf, type Statement } from "./nodes";

type Return = Extract<AnyNode, { type: "ReturnStatement" }>;
/** What stands in the place of `return argument;`. */
export type Leaf = (argument: Return["argument"]) => Statement[];

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

function withoutReturnsIn(one: Statement, rest: Statement[], leaf: Leaf): Statement[] | null {
  if (one.type === "ReturnStatement") return leaf(one.argument);
  if (one.type === "IfStatement") {
    const [then, otherwise] = [listOf(one.consequent), listOf(one.alternate)];
    if (rest.length > 0 && !neverEnds(then) && !neverEnds(otherwise)) return null;
    const thenDone = withoutReturns(neverEnds(then) ? then : [...scoped(then), ...rest], leaf);
    const otherwiseDone = withoutReturns(neverEnds(otherwise) ? otherwise : [...scoped(otherwise), ...rest], leaf);
    return thenDone && otherwiseDone && [ifStatement(one.test, thenDone, otherwiseDone)];
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

/** Statements of a block that others will follow: what they declare stays their own. */
function scoped(statements: Statement[]): Statement[] {
  return statements.some((one) => one.type === "VariableDeclaration") ? [block(statements)] : statements;
}
