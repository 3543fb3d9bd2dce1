/**
 * Puts the parts behind the script: its text ends with a zero byte, where Espruino stops reading, and the parts' bodies follow. A part is made
 * where it is loaded, from the stretch of flash that it lies in: `part_x()` becomes `F(t.substr(from,length))()`, F being Function (without-prototypes.ts), whose text stays in
 * flash. So a part takes no variable until it is loaded (a function of the script takes 4), and names are found faster in a shorter script.
 *
 * `t` is the firmware as a string in flash: the loader leaves it there; as boot code the script sets it itself.
 */
import { full } from "acorn-walk";
import MagicString from "magic-string";
import { BuildError } from "./build-error";
import { type AnyNode, innerNames, parseScript } from "./syntax";
import { FUNCTION } from "./without-prototypes";

/** Digits that a place and a length are written with, with spaces before them, so that all places are known before they are written. */
const DIGITS = 5;

/** The global that holds the firmware. The minifier must not give this name. */
export const SELF = "t";

const FIND_SELF = 'typeof t!="string"&&(t=require("Storage").read(".bootcde"));';

/** Where a call of a part stands in a text. */
interface Call {
  at: number;
  part: string;
}

interface Piece {
  text: string;
  calls: Call[];
}

/**
 * @param script what fold.ts and the minifier made, the parts' functions with the names that fold.ts gave them
 * @param parts those names
 */
export function packParts(script: string, parts: string[]): string {
  if (parts.length === 0) return script;
  const bodies = new Map<string, [number, number]>();
  const program = parseScript(script);
  for (const statement of program.body) {
    if (statement.type !== "FunctionDeclaration" || !parts.includes(statement.id.name)) continue;
    bodies.set(statement.id.name, [statement.start, statement.end]);
  }
  const isPart = (node: AnyNode) => node.type === "Identifier" && bodies.has(node.name);
  const calls: Call[] = [];
  let mentions = 0;
  full(program, (node) => {
    const at = node as AnyNode;
    if (isPart(at)) mentions++;
    if (at.type === "CallExpression" && isPart(at.callee as AnyNode) && at.arguments.length === 0)
      calls.push({ at: at.start, part: (at.callee as { name: string }).name });
  });
  // Each is mentioned once more, where it is declared.
  if (mentions !== calls.length + bodies.size) throw new BuildError("a part may only be called, where it is loaded");
  if (innerNames(program).has(SELF))
    throw new BuildError(`the name ${SELF} is taken: it is the firmware itself, where parts are loaded from`);
  const pieces = [
    pieceOf(script, calls, 0, script.length, [...bodies.values()]),
    ...[...bodies.values()].map(([from, to]) => pieceOf(script, calls, script.indexOf("{", from) + 1, to - 1, [])),
  ];
  return joinPieces(pieces, [...bodies.keys()]);
}

/** The text from `from` to `to` without the stretches `gaps`, calls of parts having the length that they will have. */
function pieceOf(script: string, calls: Call[], from: number, to: number, gaps: [number, number][]): Piece {
  let text = "";
  const found: Call[] = [];
  const inGap = (at: number) => gaps.find(([start, end]) => at >= start && at < end);
  for (let at = from; at < to; ) {
    const gap = inGap(at);
    const call = calls.find((one) => one.at === at);
    if (gap) at = gap[1];
    else if (call) {
      found.push({ at: text.length, part: call.part });
      text += loadOf(0, 0);
      at += call.part.length + "()".length;
    } else text += script[at++];
  }
  return { text, calls: found };
}

function loadOf(from: number, length: number): string {
  return `${FUNCTION}(t.substr(${String(from).padStart(DIGITS)},${String(length).padStart(DIGITS)}))()`;
}

/** @param parts the names of the pieces after the first */
function joinPieces(pieces: Piece[], parts: string[]): string {
  const [main, ...bodies] = pieces as [Piece, ...Piece[]];
  const places = new Map<string, number>();
  let end = FIND_SELF.length + main.text.length + 1;
  parts.forEach((part, i) => {
    places.set(part, end);
    end += bodies[i]!.text.length;
  });
  const lengthOf = (part: string) => bodies[parts.indexOf(part)]!.text.length;
  const texts = pieces.map((piece) => {
    const text = new MagicString(piece.text);
    const width = loadOf(0, 0).length;
    for (const { at, part } of piece.calls) text.overwrite(at, at + width, loadOf(places.get(part)!, lengthOf(part)));
    return text.toString();
  });
  return `${FIND_SELF}${texts[0]}\0${texts.slice(1).join("")}`;
}
