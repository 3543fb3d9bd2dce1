/**
 * Hands the workspace's address to each call of the kernels: `c.crypto(c.base, op, b, c)` for the source's `c.crypto(op, b, c)`.
 *
 * It cannot be bound to them: the first argument that a native function is bound to is lost on the ESP8266. Espruino's jspeFunctionCall begins with an
 * alloca of no bytes for the arguments, and on that processor the iterator over what is bound lies where that points.
 */
import { ancestor } from "acorn-walk";
import MagicString from "magic-string";
import { BuildError } from "./build-error";
import { type AnyNode, parseScript } from "./syntax";

const crypto = "crypto";
const base = "base";

/** Names in a function that stand for somebody's `crypto`, and who that is. */
type Aliases = Map<unknown, Map<string, string>>;

/** @param code a script before its names are shortened */
export function withWorkspaceAddress(code: string): string {
  const text = new MagicString(code);
  const script = parseScript(code);
  const aliases = aliasesOf(code, script);
  ancestor(script, {
    CallExpression(node, _state, ancestors) {
      const call = node as Extract<AnyNode, { type: "CallExpression" }>;
      const { callee } = call;
      let owner: string | undefined;
      if (callee.type === "MemberExpression" && isCrypto(callee)) owner = ownerOf(code, callee.object as AnyNode);
      else if (callee.type === "Identifier") owner = aliases.get(functionAround(ancestors))?.get(callee.name);
      if (owner) text.appendLeft(call.arguments[0]!.start, `${owner}.${base}, `);
    },
  });
  return text.toString();
}

/** The innermost function or script among nodes, the outermost first. */
function functionAround(ancestors: readonly { type: string }[]): unknown {
  return [...ancestors].reverse().find(({ type }) => type.includes("Function")) ?? ancestors[0];
}

function isCrypto(node: { computed: boolean; property: { type: string; name?: string } }): boolean {
  return !node.computed && node.property.name === crypto;
}

/** The text of what has `crypto`, which is evaluated twice. */
function ownerOf(code: string, object: AnyNode): string {
  let node = object;
  while (node.type === "MemberExpression" && !node.computed) node = node.object as AnyNode;
  if (node.type !== "Identifier" && node.type !== "ThisExpression")
    throw new BuildError(`crypto of ${code.slice(object.start, object.end)}`);
  return code.slice(object.start, object.end);
}

function aliasesOf(code: string, script: AnyNode): Aliases {
  const found: Aliases = new Map();
  ancestor(script, {
    VariableDeclarator(node, _state, ancestors) {
      const { id, init } = node as Extract<AnyNode, { type: "VariableDeclarator" }>;
      if (id.type !== "Identifier" || init?.type !== "MemberExpression" || !isCrypto(init)) return;
      const around = functionAround(ancestors);
      const names = found.get(around) ?? new Map<string, string>();
      found.set(around, names.set(id.name, ownerOf(code, init.object as AnyNode)));
    },
  });
  return found;
}
