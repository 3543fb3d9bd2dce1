/** Property names that the minifier must leave alone: JavaScript's own and those that board/espruino.d.ts declares. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./paths";

const builtIns: object[] = [
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Error,
  Promise,
  RegExp,
  Date,
  ArrayBuffer,
  DataView,
  Uint8Array,
  Math,
  JSON,
  globalThis,
];

/** Names of JavaScript's built-ins. */
export function builtInNames(): string[] {
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
  const objects = [...builtIns, ...builtIns.map((one) => (one as { prototype?: object }).prototype ?? {}), typedArray];
  return objects.flatMap((one) => Object.getOwnPropertyNames(one));
}

/** Every identifier of Espruino's declarations. */
export function espruinoNames(): string[] {
  const text = readFileSync(join(projectRoot, "board/espruino.d.ts"), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...new Set(text.match(/[A-Za-z_$][\w$]*/g))];
}

export function reservedNames(): string[] {
  return [...new Set([...builtInNames(), ...espruinoNames()])];
}

/** Global names that board/espruino.d.ts declares. */
export function espruinoGlobals(): string[] {
  const text = readFileSync(join(projectRoot, "board/espruino.d.ts"), "utf8");
  return [...text.matchAll(/^declare (?:const|function) (\w+)/gm)].map((found) => found[1]!);
}
