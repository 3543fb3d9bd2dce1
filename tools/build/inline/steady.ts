/** What gives the same value before and after a function runs. */
import { full } from "acorn-walk";
import { reservedNames } from "../reserved-names";
import { type AnyNode, type FunctionNode, isFunction, type Program } from "../syntax";
import { type Binding, type Bindings, childrenOf, readBindings } from "./bindings";

/** What is known of the whole script. */
export interface Script {
  /** Properties that get their value where their object is made, and never another. */
  constantProperties: Set<string>;
  /** Names of properties that objects of the script have. */
  ownProperties: Set<string>;
  /** Variables of the script itself and globals that are written. */
  writtenOutside: Set<string>;
  /** Every name, so that new ones can be made. */
  names: Set<string>;
}

let reserved: string[] | null = null;
const setters = new Set(["assign", "defineProperty", "defineProperties", "setPrototypeOf"]);

export function readScript(program: Program): Script {
  const bindings = readBindings(program);
  const writtenOutside = new Set<string>();
  for (const binding of bindings.declaredBy.get(program)!)
    if (binding.references.some((one) => one.isWrite)) writtenOutside.add(binding.name);
  const given = new Set<string>();
  reserved ??= reservedNames();
  const changed = new Set<string>(reserved);
  const ownProperties = new Set<string>();
  let isOpen = false;
  const write = (target: AnyNode) => {
    if (target.type === "Identifier" && !bindings.of.has(target)) writtenOutside.add(target.name);
    if (target.type === "MemberExpression" && !target.computed && target.property.type === "Identifier") {
      changed.add(target.property.name);
      ownProperties.add(target.property.name);
    }
  };
  full(program, (node) => {
    const at = node as AnyNode;
    if (at.type === "AssignmentExpression") write(at.left);
    if (at.type === "UpdateExpression" || (at.type === "UnaryExpression" && at.operator === "delete")) write(at.argument);
    if (at.type === "ForInStatement" || at.type === "ForOfStatement") write(at.left);
    if (at.type === "MemberExpression" && at.property.type === "Identifier" && setters.has(at.property.name)) isOpen = true;
    if ((at.type === "Property" || at.type === "MethodDefinition" || at.type === "PropertyDefinition") && at.key.type === "Identifier")
      for (const names of [ownProperties, at.type === "Property" && at.kind === "init" ? given : changed]) names.add(at.key.name);
  });
  const constantProperties = new Set([...given].filter((name) => !isOpen && !changed.has(name)));
  return { constantProperties, ownProperties, writtenOutside, names: new Set([...bindings.names]) };
}

/** Whether `node` has the same value whenever it is evaluated while `caller` runs, however often `caller` calls something in between. */
export function isSteady(node: AnyNode, caller: FunctionNode | null, bindings: Bindings, script: Script): boolean {
  const steady = (one: AnyNode): boolean => isSteady(one, caller, bindings, script);
  switch (node.type) {
    case "Literal":
      return !("regex" in node && node.regex);
    case "ThisExpression":
      return true;
    case "Identifier": {
      const binding = bindings.of.get(node);
      return binding ? isUnchanged(binding, caller, bindings) : !script.writtenOutside.has(node.name);
    }
    case "MemberExpression":
      return (
        !node.computed &&
        node.property.type === "Identifier" &&
        isFixed(node.property.name, node.object, bindings, script) &&
        steady(node.object)
      );
    case "UnaryExpression":
      return node.operator !== "delete" && steady(node.argument);
    case "BinaryExpression":
    case "LogicalExpression":
      return steady(node.left) && steady(node.right);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true;
    case "CallExpression":
      return (
        node.callee.type === "MemberExpression" && isBind(node.callee, script) && [node.callee.object, ...node.arguments].every(steady)
      );
    default:
      return false;
  }
}

function isBind({ property }: Extract<AnyNode, { type: "MemberExpression" }>, script: Script): boolean {
  return property.type === "Identifier" && property.name === "bind" && !script.ownProperties.has("bind");
}

/** Methods of strings, arrays, functions and Math that change nothing. */
const inertMethods = new Set(
  `charCodeAt charAt substr substring slice split join indexOf lastIndexOf startsWith endsWith toLowerCase toUpperCase trim toString concat subarray
  fromCharCode floor ceil round min max abs bind`.split(/\s+/),
);
const inertFunctions = new Set(["parseInt", "isNaN"]);

/** Whether evaluating it changes nothing at all, whatever it gives. */
export function isInert(node: AnyNode, script: Script): boolean {
  if (node.type === "CallExpression") {
    const { callee } = node;
    const isKnown =
      (callee.type === "Identifier" && inertFunctions.has(callee.name)) ||
      (callee.type === "MemberExpression" &&
        !callee.computed &&
        callee.property.type === "Identifier" &&
        inertMethods.has(callee.property.name) &&
        !script.ownProperties.has(callee.property.name));
    return isKnown && childrenOf(node).every((one) => isInert(one, script));
  }
  if (node.type === "ObjectExpression" || node.type === "ArrayExpression") return false;
  return isPure(node) || (isOperation(node) && childrenOf(node).every((one) => isInert(one, script)));
}

function isOperation(node: AnyNode): boolean {
  return ["MemberExpression", "BinaryExpression", "LogicalExpression", "ConditionalExpression"].includes(node.type);
}

/** A property that never changes; methods of JavaScript's own, and what globals have (String.fromCharCode), do not either. */
function isFixed(name: string, object: AnyNode, bindings: Bindings, script: Script): boolean {
  if (script.constantProperties.has(name) || (inertMethods.has(name) && !script.ownProperties.has(name))) return true;
  return object.type === "Identifier" && !bindings.of.has(object) && !script.writtenOutside.has(object.name) && /^[A-Z]/.test(object.name);
}

/** A variable that is never written after its declaration, or only by the caller itself. */
function isUnchanged(binding: Binding, caller: FunctionNode | null, bindings: Bindings): boolean {
  const writers = binding.references.filter((one) => one.isWrite);
  if (writers.length === 0) return binding.declarations.length === 1;
  return caller !== null && ownerOf(binding, bindings) === caller && writers.every((one) => one.within === caller);
}

/** The function whose variable it is; null for the script's. */
export function ownerOf(binding: Binding, bindings: Bindings): FunctionNode | null {
  for (let at: AnyNode | undefined = binding.scope; at; at = bindings.parents.get(at)) if (isFunction(at)) return at;
  return null;
}

/** Whether nothing but its value matters: it changes nothing. */
export function isPure(node: AnyNode): boolean {
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "ThisExpression":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true;
    case "MemberExpression":
    case "UnaryExpression":
    case "BinaryExpression":
    case "LogicalExpression":
    case "ConditionalExpression":
      return !(node.type === "UnaryExpression" && node.operator === "delete") && childrenOf(node).every(isPure);
    default:
      return false;
  }
}
