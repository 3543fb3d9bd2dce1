/**
 * Where a method of a string, an array, a function or a number is called, Espruino keeps that type and its prototype as a global, 8 variables each, for
 * prototypes are where a program might have put methods of its own. It looks for them in the global of the type's name, and where there is one without
 * a prototype it makes none. So the script puts one and the same empty object there, and finds what the types are otherwise needed for
 * under names of its own. Constructors are called without `new`, which would make a prototype too.
 *
 * At Espruino's prompt these globals are missing while the firmware runs; `reset()` brings them back.
 */
import { ancestor } from "acorn-walk";
import MagicString from "magic-string";
import { BuildError } from "./build-error";
import { type AnyNode, parseScript } from "./syntax";

/** What the script's own names stand for. The minifier must not give these names. */
export const FUNCTION = "F";
const aliases = new Map([
  ["Function", FUNCTION],
  ["Uint8Array", "B"],
  ["Uint32Array", "W"],
  ["String.fromCharCode", "C"],
]);
const EMPTY = "O";

export const aliasNames = [...aliases.values(), EMPTY];

/** The types that stand for nothing; those of objects that Espruino itself makes (Socket, Serial) must stay. */
const types = ["Object", "Function", "String", "Array", "Number", "ArrayBufferView", "Uint8Array", "Uint32Array"];

/** @param script the minified script, before its parts are packed */
export function withoutPrototypes(script: string): string {
  const text = new MagicString(script);
  // pack-parts.ts makes parts with the first.
  const used = new Set(["Function"]);
  ancestor(parseScript(script), {
    Identifier(node, _state, ancestors) {
      const name = (node as { name: string }).name;
      const parents = ancestors as AnyNode[];
      if (!types.includes(name)) return;
      const parent = parents[parents.length - 2]!;
      const isMember = parent.type === "MemberExpression" && parent.object === (node as AnyNode);
      const whole = isMember ? parent : (node as AnyNode);
      const wanted = script.slice(whole.start, whole.end);
      const alias = aliases.get(wanted);
      if (!alias) throw new BuildError(`${wanted} is not there on the board: see without-prototypes.ts`);
      used.add(wanted);
      if (parent.type === "NewExpression") text.remove(parent.start, node.start);
      text.overwrite(whole.start, whole.end, alias);
    },
  });
  const kept = [...aliases].filter(([wanted]) => used.has(wanted)).map(([wanted, alias]) => `${alias}=${wanted}`);
  text.prepend(`var ${[...kept, `${EMPTY}={}`].join(",")};${types.map((type) => `${type}=`).join("")}${EMPTY};`);
  return text.toString();
}
