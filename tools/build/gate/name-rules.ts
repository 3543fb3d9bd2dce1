/** Names that Espruino does not have, and calls that it answers wrongly. Works on the folded code, whose names are still the source's. */
import { full } from "acorn-walk";
import { builtInNames, espruinoGlobals, espruinoNames } from "../reserved-names";
import { type AnyNode, declaredNames, freeNames, parseScript } from "../syntax";
import { globals, members, missingMethods } from "./espruino-lacks";
import { type Problem, problemAt } from "./problem";

/**
 * Properties and variables that hold arrays, and may therefore be searched and sliced. In a string, indexOf, includes and replace take a
 * partial match at the very end for a match, so there only a single character may be searched for; and a typed array's slice is a plain
 * array, so of other things only texts may be sliced: a literal, or from the end (a negative start).
 */
export const knownArrays = new Set(["names", "caKeys", "fingerprints", "lines", "values", "fields", "wanted", "texts"]);

const searches = new Set(["indexOf", "includes", "replace", "replaceAll", "search"]);
const knownToEspruino = new Set([...builtInNames().filter((name) => !missingMethods.has(name)), ...espruinoNames()]);
const maxByte = 255;

/** @param alsoOwn properties that are the firmware's though this bundle makes none of them (those of the config, parts of which may be absent) */
export function nameProblems(code: string, alsoOwn: Iterable<string>): Problem[] {
  const program = parseScript(code);
  const own = new Set([...ownProperties(program), ...alsoOwn]);
  const problems: Problem[] = [];
  full(program, (node) => {
    const message = problemOf(node as AnyNode, own);
    if (message) problems.push(problemAt(code, node as AnyNode, message));
  });
  return [...unknownGlobals(code, program), ...problems];
}

function unknownGlobals(code: string, program: AnyNode): Problem[] {
  const known = new Set([...globals, ...espruinoGlobals()]);
  const unknown = [...freeNames(program)].filter((name) => !known.has(name));
  return unknown.map((name) => {
    const place = { ...program, start: Math.max(0, code.search(new RegExp(`\\b${name.replace(/\$/g, "\\$")}\\b`))) } as AnyNode;
    return problemAt(code, place, `${name} is not in Espruino`);
  });
}

function problemOf(node: AnyNode, own: Set<string>): string | undefined {
  if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
    const name = node.property.name;
    const object = node.object.type === "Identifier" ? members[node.object.name] : undefined;
    if (object && !object.has(name)) return `${(node.object as { name: string }).name}.${name} is not in Espruino, or wrong`;
    if (!own.has(name) && !knownToEspruino.has(name)) return `.${name} is neither the firmware's nor in Espruino`;
  }
  if (node.type === "CallExpression" && node.callee.type === "MemberExpression") return callProblem(node);
  return undefined;
}

function callProblem(call: Extract<AnyNode, { type: "CallExpression" }>): string | undefined {
  const { object, property } = call.callee as Extract<AnyNode, { type: "MemberExpression" }>;
  if (property.type !== "Identifier") return undefined;
  const argument = call.arguments[0];
  if (property.name === "fromCharCode") {
    const codes = call.arguments.filter((one) => one.type === "Literal" && Number(one.value) > maxByte);
    return codes.length > 0 ? "character beyond a byte" : undefined;
  }
  if (isKnownArray(object)) return undefined;
  if (property.name === "slice" && !isText(object) && !isNegative(argument)) return "slice of what is not known to be an array or a text";
  if (!searches.has(property.name)) return undefined;
  if (argument?.type === "Literal" && (argument.regex || (typeof argument.value === "string" && argument.value.length === 1)))
    return undefined;
  return `${property.name} takes a partial match at the end for a match`;
}

/** A literal, or a concatenation that has one. */
function isText(node: AnyNode): boolean {
  if (node.type === "BinaryExpression") return node.operator === "+" && (isText(node.left) || isText(node.right));
  return node.type === "Literal" && typeof node.value === "string";
}

/** From the end: asked of texts only. */
function isNegative(node: AnyNode | undefined): boolean {
  return node?.type === "UnaryExpression" && node.operator === "-";
}

function isKnownArray(object: AnyNode): boolean {
  if (object.type === "ArrayExpression") return true;
  // A variable that moved into another function may have a number behind its name (inline/names.ts).
  if (object.type === "Identifier") return knownArrays.has(object.name.replace(/\$\d+$/, ""));
  return object.type === "MemberExpression" && object.property.type === "Identifier" && knownArrays.has(object.property.name);
}

/** Names of properties that the firmware itself makes. */
function ownProperties(program: AnyNode): Set<string> {
  const own = new Set<string>();
  full(program, (node) => {
    const at = node as AnyNode;
    if (at.type === "Property" || at.type === "MethodDefinition" || at.type === "PropertyDefinition") {
      if (at.key.type === "Identifier") own.add(at.key.name);
    } else if (at.type === "AssignmentExpression" && at.left.type === "MemberExpression" && at.left.property.type === "Identifier") {
      own.add(at.left.property.name);
    } else for (const name of declaredNames(at)) own.add(name);
  });
  return own;
}
