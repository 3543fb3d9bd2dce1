/**
 * Folds the firmware's modules into one script.
 *
 * What the entry needs at all times stands in the script itself. Each module that is reached by `import("./x").then(f)` becomes a part: a
 * function that declares all that the part needs and gives back the module's exports, so that of a part at rest nothing is instantiated
 * but this one function (and not even that once pack-parts.ts has put it behind the script). `import("./x").then(f)` becomes `setTimeout(f, 0, part_x())`, which costs a third of a promise's variables;
 * and `import("./x").then((part) => c.resume(part.f))` becomes `c.step = part_x().f` and a timer for `c.resume`, because a timer's arguments, and with them the part, would stay in memory
 * until all is done that f leads to in that turn, the loading of the next part included.
 *
 * No function stands in more functions than need be: Espruino gives each a list of the scopes around it, and leaves the list out where there is
 * one scope (7 variables for a function of two parameters in a part) or none (6 in the script itself); with two it is 10. So there is no wrapper
 * around the script, and all parts stand side by side in it.
 *
 * Placement is by declaration, not by module: a declaration that the script does not need but several parts do is copied into each of them,
 * so that nothing rests in the script for a part's sake, and no part holds another. All of this needs top-level names that are unique over
 * the whole firmware, which is checked here.
 *
 * A function whose doc comment has the tag @now loads parts in the turn in which it is called: of the second kind, with `c.wait = 0` in the timer's place.
 *
 * A function whose doc comment has the tag @part holds what only it needs: that is declared inside it, and so exists while it runs. What two
 * such functions need is copied into each.
 *
 * A function whose doc comment has the tag @once is called once, at boot or while its part is loaded: it takes its own name back, and so is gone
 * when it returns and nothing else holds it.
 */
import { posix } from "node:path";
import { full } from "acorn-walk";
import MagicString from "magic-string";
import { BuildError } from "./build-error";
import { type AnyNode, declaredNames, freeNames, innerNames, isFunction, parseModule } from "./syntax";

/** One module as rollup gives it. */
export interface Chunk {
  fileName: string;
  code: string;
}

export interface Folded {
  code: string;
  /** Each part with the names of the declarations that stand in it, the wrapper itself being "". */
  parts: Map<string, string[]>;
}

interface Declaration {
  module: string;
  names: string[];
  text: string;
  uses: Set<string>;
  /** The parts that it loads. */
  loads: string[];
  /** For a function with the tag @part: how much of its text is before what it holds; else 0. */
  head: number;
  /** Names that it declares inside. */
  inner: Set<string>;
  /** For a function with the tag @once: where its body begins in its text; else 0. */
  onceAt: number;
}

interface Module {
  fileName: string;
  imports: string[];
  declarations: Declaration[];
  exports: string[];
}

interface Firmware {
  modules: Module[];
  entry: Module;
  declarations: Declaration[];
  byName: Map<string, Declaration>;
  /** Part's module -> the exports that are asked of it. */
  wanted: Map<string, Set<string>>;
}

/** @param entry the file name of the entry's chunk */
export function foldChunks(chunks: Chunk[], entry: string): Folded {
  const firmware = readFirmware(chunks, entry);
  const placement = placeDeclarations(firmware);
  const parts = new Map<string, string[]>();
  const code = `${emitScope(firmware, placement, "", parts)}\n`;
  return { code, parts };
}

export function partName(fileName: string): string {
  return `part_${fileName.replace(/\.js$/, "").replace(/[^A-Za-z0-9]+/g, "_")}`;
}

function readFirmware(chunks: Chunk[], entry: string): Firmware {
  const wanted = new Map<string, Set<string>>();
  const read = readReached(chunks, entry, wanted);
  const modules = inOrder(read, [entry, ...wanted.keys()]);
  const byName = new Map<string, Declaration>();
  for (const module of modules) {
    for (const declaration of module.declarations) {
      for (const name of declaration.names) {
        const other = byName.get(name);
        if (other)
          throw new BuildError(`the name ${name} stands in both ${other.module} and ${declaration.module}: top-level names must be unique`);
        byName.set(name, declaration);
      }
    }
  }
  for (const [part, names] of wanted) {
    const exported = read.get(part)?.exports ?? [];
    for (const name of names) if (!exported.includes(name)) throw new BuildError(`${part} has no export ${name}`);
    if (names.size === 0) for (const name of exported) names.add(name);
  }
  return { modules, entry: read.get(entry)!, declarations: modules.flatMap((module) => module.declarations), byName, wanted };
}

/** The modules that the entry leads to. A part that nothing loads any more, because the config does not use it, stays out. */
function readReached(chunks: Chunk[], entry: string, wanted: Map<string, Set<string>>): Map<string, Module> {
  const read = new Map<string, Module>();
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const open = [entry];
  for (let fileName = open.pop(); fileName !== undefined; fileName = open.pop()) {
    const chunk = byName.get(fileName);
    if (!chunk || read.has(fileName)) continue;
    const module = readModule(chunk, wanted, fileName === entry);
    read.set(fileName, module);
    open.push(...module.imports, ...module.declarations.flatMap((declaration) => declaration.loads));
  }
  return read;
}

/** Modules in the order in which they would run: what is imported comes first. */
function inOrder(read: Map<string, Module>, starts: string[]): Module[] {
  const done = new Set<Module>();
  const visit = (fileName: string): void => {
    const module = read.get(fileName);
    if (!module || visited.has(module)) return;
    visited.add(module);
    for (const imported of module.imports) visit(imported);
    done.add(module);
  };
  const visited = new Set<Module>();
  for (const start of starts) visit(start);
  return [...done];
}

function readModule(chunk: Chunk, wanted: Map<string, Set<string>>, isEntry: boolean): Module {
  const module: Module = { fileName: chunk.fileName, imports: [], declarations: [], exports: [] };
  const resolve = (source: unknown) => posix.normalize(posix.join(posix.dirname(chunk.fileName), String(source)));
  for (const statement of parseModule(chunk.code).body) {
    switch (statement.type) {
      case "ImportDeclaration":
        module.imports.push(resolve(statement.source.value));
        for (const name of statement.specifiers) checkSameName(chunk, name.type === "ImportSpecifier" ? name.imported : null, name.local);
        break;
      case "ExportNamedDeclaration":
        if (statement.declaration) throw new BuildError(`${chunk.fileName}: unexpected export of a declaration`);
        if (statement.source) module.imports.push(resolve(statement.source.value));
        for (const name of statement.specifiers) {
          checkSameName(chunk, name.exported, name.local);
          module.exports.push((name.local as { name: string }).name);
        }
        break;
      case "ExportDefaultDeclaration":
      case "ExportAllDeclaration":
        throw new BuildError(`${chunk.fileName}: only named exports can be folded`);
      default:
        module.declarations.push(readDeclaration(chunk, statement, resolve, wanted));
        if (!isEntry && declaredNames(statement).length === 0)
          throw new BuildError(`${chunk.fileName}: a statement outside of any function; only the entry may have one`);
    }
  }
  return module;
}

function checkSameName(chunk: Chunk, outside: AnyNode | null, inside: AnyNode): void {
  if (outside?.type === "Identifier" && inside.type === "Identifier" && outside.name === inside.name) return;
  throw new BuildError(`${chunk.fileName}: imports and exports must keep their names`);
}

function readDeclaration(
  chunk: Chunk,
  statement: AnyNode,
  resolve: (source: unknown) => string,
  wanted: Map<string, Set<string>>,
): Declaration {
  const text = new MagicString(chunk.code);
  const loads: string[] = [];
  let imports = 0;
  full(statement, (node) => {
    const at = node as AnyNode;
    if (at.type === "ImportExpression") imports++;
    if (at.type !== "CallExpression" || at.callee.type !== "MemberExpression") return;
    const { object, property } = at.callee;
    const f = at.arguments[0];
    if (object.type !== "ImportExpression" || property.type !== "Identifier" || property.name !== "then") return;
    if (object.source.type !== "Literal" || !f || at.arguments.length !== 1) return;
    imports--;
    const part = resolve(object.source.value);
    loads.push(part);
    wanted.set(part, wantedExports(f, wanted.get(part)));
    const direct = directCall(chunk.code, f, `${partName(part)}()`, nowTag.test(chunk.code.slice(0, statement.start)));
    if (direct) {
      text.overwrite(at.start, at.end, direct);
    } else {
      text.overwrite(at.start, f.start, "setTimeout(");
      text.appendLeft(f.end, `, 0, ${partName(part)}()`);
    }
  });
  if (imports !== 0) throw new BuildError(`${chunk.fileName}: a part can only be loaded as import("./x").then(f)`);
  const before = chunk.code.slice(0, statement.start);
  const bodyAt = statement.type === "FunctionDeclaration" ? text.slice(statement.start, statement.body.start + 1).length : 0;
  return {
    module: chunk.fileName,
    names: declaredNames(statement),
    text: text.slice(statement.start, statement.end),
    uses: freeNames(statement),
    loads,
    inner: innerNames(statement),
    head: partTag.test(before) ? bodyAt : 0,
    onceAt: onceTag.test(before) ? bodyAt : 0,
  };
}

/**
 * `(part) => part.f(a)` and `(part) => g(a, part.f)` need no function of their own: the timer calls f or g itself. That also lets the part that
 * loads go, which such a function would hold while it runs. Null where `f` does more than that, or takes what may change meanwhile.
 */
function directCall(code: string, f: AnyNode, part: string, isNow: boolean): string | null {
  const parameter = f.type === "ArrowFunctionExpression" && f.params.length === 1 ? f.params[0] : undefined;
  if (f.type !== "ArrowFunctionExpression" || parameter?.type !== "Identifier" || f.body.type !== "CallExpression") return null;
  const isPart = (node: AnyNode) =>
    node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === parameter.name;
  const { callee } = f.body;
  const step = f.body.arguments[0];
  if (
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    code.slice(callee.property.start, callee.property.end) === "resume" &&
    step?.type === "MemberExpression" &&
    isPart(step)
  ) {
    const { name } = callee.object;
    const goOn = isNow ? `${name}.wait = 0` : `setTimeout(${name}.resume.bind(${name}), 0)`;
    return `(${name}.step = ${part}.${code.slice(step.property.start, step.property.end)}, ${goOn})`;
  }
  const isPlain = (node: AnyNode) =>
    (node.type === "Identifier" && node.name !== parameter.name) || node.type === "Literal" || node.type === "ThisExpression";
  const pieces = [f.body.callee, ...f.body.arguments];
  if (pieces.filter(isPart).length !== 1 || !pieces.every((piece) => isPart(piece) || isPlain(piece))) return null;
  const texts = pieces.map((piece) =>
    piece.type === "MemberExpression"
      ? `${part}.${code.slice(piece.property.start, piece.property.end)}`
      : code.slice(piece.start, piece.end),
  );
  return `setTimeout(${[texts[0], "0", ...texts.slice(1)].join(", ")})`;
}

/** A doc comment with the tag @part, right before what follows. */
const partTag = /\/\*\*(?:(?!\*\/)[\s\S])*@part\b(?:(?!\*\/)[\s\S])*\*\/\s*$/;

/** The same with the tag @once. */
const onceTag = /\/\*\*(?:(?!\*\/)[\s\S])*@once\b(?:(?!\*\/)[\s\S])*\*\/\s*$/;

/** The same with the tag @now. */
const nowTag = /\/\*\*(?:(?!\*\/)[\s\S])*@now\b(?:(?!\*\/)[\s\S])*\*\/\s*$/;

/** What of a part `f` uses, where its body shows that; an empty set stands for all exports. */
function wantedExports(f: AnyNode, before: Set<string> | undefined): Set<string> {
  const parameter = isFunction(f) ? f.params[0] : undefined;
  if (before?.size === 0 || parameter?.type !== "Identifier" || !isFunction(f)) return new Set();
  let mentions = 0;
  const names = new Set(before);
  full(f.body, (node) => {
    const at = node as AnyNode;
    if (at.type === "Identifier" && at.name === parameter.name) mentions++;
    if (at.type !== "MemberExpression" || at.computed) return;
    if (at.object.type !== "Identifier" || at.object.name !== parameter.name || at.property.type !== "Identifier") return;
    mentions--;
    names.add(at.property.name);
  });
  return mentions === 0 ? names : new Set();
}

interface Placement {
  /** Scope ("" or a part's module) -> the declarations that stand in it. */
  held: Map<string, Set<Declaration>>;
  /** Part -> the scope that it is declared in. */
  parent: Map<string, string>;
}

function placeDeclarations(firmware: Firmware): Placement {
  const held = new Map<string, Set<Declaration>>([["", closure(firmware, firmware.entry.declarations, new Set())]]);
  const parts = [...firmware.wanted.keys()];
  for (const part of parts) held.set(part, closure(firmware, partRoots(firmware, part), held.get("")!));
  const parent = new Map(parts.map((part) => [part, ""]));
  for (const part of outermostFirst(parts, parent)) {
    const provided = new Set<Declaration>();
    for (let scope = parent.get(part); scope !== undefined; scope = parent.get(scope))
      for (const one of held.get(scope)!) provided.add(one);
    held.set(part, closure(firmware, partRoots(firmware, part), provided));
  }
  return { held, parent };
}

function partRoots(firmware: Firmware, part: string): Declaration[] {
  return [...firmware.wanted.get(part)!].map((name) => firmware.byName.get(name)!);
}

function outermostFirst(parts: string[], parent: Map<string, string>): string[] {
  const depth = (part: string): number => (part === "" ? 0 : 1 + depth(parent.get(part)!));
  return [...parts].sort((a, b) => depth(a) - depth(b));
}

function usedBy(firmware: Firmware, declaration: Declaration): Declaration[] {
  return [...declaration.uses].flatMap((name) => firmware.byName.get(name) ?? []);
}

/** What must stand in a scope that has these roots and finds `provided` around it: not what functions with the tag @part need, which they hold. */
function closure(firmware: Firmware, roots: Declaration[], provided: Set<Declaration>): Set<Declaration> {
  const found = new Set<Declaration>();
  const open = [...roots];
  for (let declaration = open.pop(); declaration; declaration = open.pop()) {
    if (provided.has(declaration) || found.has(declaration)) continue;
    found.add(declaration);
    if (declaration.head === 0) open.push(...usedBy(firmware, declaration));
  }
  return found;
}

/** A declaration's text, with what it holds. */
function emitDeclaration(firmware: Firmware, declaration: Declaration, provided: Set<Declaration>): string {
  const { head, text } = declaration;
  if (head === 0) return text;
  const nested = closure(firmware, usedBy(firmware, declaration), provided);
  const around = new Set([...provided, ...nested]);
  const held = firmware.declarations.filter((one) => nested.has(one));
  for (const one of held) {
    for (const name of one.names)
      if (declaration.inner.has(name))
        throw new BuildError(`${one.module}: ${name} would stand inside ${declaration.names[0]}, which has a ${name} of its own`);
    if (one.loads.length > 0 || /^(let|var)\b/.test(one.text))
      throw new BuildError(
        `${one.module}: ${one.names.join(", ")} cannot stand inside ${declaration.names[0]}, a function with the tag @part`,
      );
  }
  const texts = held.map((one) => emitDeclaration(firmware, one, around));
  return [text.slice(0, head), ...texts, text.slice(head)].join("\n");
}

/** The text of a scope: what it declares, then the parts it loads, then (in the wrapper) the entry's own statements. */
function emitScope(firmware: Firmware, placement: Placement, scope: string, parts: Map<string, string[]>): string {
  const held = firmware.declarations.filter((declaration) => placement.held.get(scope)!.has(declaration));
  checkState(firmware, placement, scope, held);
  parts.set(
    scope,
    held.flatMap((declaration) => declaration.names),
  );
  const own = held.filter((declaration) => scope === "" && declaration.module === firmware.entry.fileName);
  const inner = [...placement.parent].filter(([, parent]) => parent === scope).map(([part]) => part);
  const provided = new Set<Declaration>();
  for (let at: string | undefined = scope; at !== undefined; at = placement.parent.get(at))
    for (const one of placement.held.get(at)!) provided.add(one);
  const emit = (declaration: Declaration): string => {
    const text = emitDeclaration(firmware, declaration, provided);
    return takingItsNameBack(text, declaration.names[0]!, declaration.onceAt);
  };
  return [
    ...held.filter((declaration) => !own.includes(declaration)).map(emit),
    ...inner.map((part) => emitPart(firmware, placement, part, parts)),
    ...own.map(emit),
  ].join("\n");
}

function emitPart(firmware: Firmware, placement: Placement, part: string, parts: Map<string, string[]>): string {
  const exports = [...firmware.wanted.get(part)!].map((name) => `${name}: ${name}`);
  return `function ${partName(part)}() {\n${emitScope(firmware, placement, part, parts)}\nreturn { ${exports.join(", ")} };\n}`;
}

/** A function's text, with an assignment that frees it at the place `at`, unless that is 0. */
function takingItsNameBack(text: string, name: string, at: number): string {
  return at ? `${text.slice(0, at)}\n${name} = null;${text.slice(at)}` : text;
}

/** Variables that change must not be copied: each copy would have its own value. */
function checkState(firmware: Firmware, placement: Placement, scope: string, held: Declaration[]): void {
  for (const declaration of held) {
    if (!/^(let|var)\b/.test(declaration.text)) continue;
    for (const [other, declarations] of placement.held)
      if (other !== scope && declarations.has(declaration))
        throw new BuildError(
          `${declaration.module}: the variable ${declaration.names.join(", ")} would exist once in each of several parts`,
        );
    if (scope !== "" && declaration.module !== firmware.entry.fileName)
      throw new BuildError(`${declaration.module}: the variable ${declaration.names.join(", ")} would not outlive its part`);
  }
}
