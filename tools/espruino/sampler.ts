/** Puts a memory sample before the statements of a script: Espruino's own count of the variables in use, garbage collected first. */
import { full } from "acorn-walk";
import MagicString from "magic-string";
import { type AnyNode, parseScript } from "../build/syntax";

/** What a sample calls; samplerPrelude defines it. */
const sample = "$p();";

/** A script that samples before each statement that stands in a block. */
export function withSamples(code: string): string {
  const text = new MagicString(code);
  full(parseScript(code), (node) => {
    for (const statement of blockStatements(node as AnyNode)) {
      const isDirective = statement.type === "ExpressionStatement" && statement.directive !== undefined;
      if (statement.type !== "FunctionDeclaration" && !isDirective) text.appendLeft(statement.start, sample);
    }
  });
  return text.toString();
}

function blockStatements(node: AnyNode): AnyNode[] {
  if (node.type === "BlockStatement") return node.body;
  return node.type === "SwitchCase" ? node.consequent : [];
}

/** Printed by the script: a name and figures, on a line of its own. */
export const mark = "@";

/**
 * Defines the sample. When the firmware prints one of `phases`, the peak since the last of them is printed and begins anew. It also prints
 * what all this costs, so that it can be taken off.
 * @param before more that the run needs and the board has by itself; its cost is taken off, too
 * @param atLast what is done when the last phase is over
 */
export function samplerPrelude(before: string, phases: string[], atLast: string): string {
  return `var $b=process.memory().usage;${before}
var $h=${JSON.stringify(phases)},$k=0,$n=process.memory;function $p(){var u=$n().usage;if(u>$k)$k=u}
(function(q){global.print=function(s){q(s);if($h.indexOf(s)>=0){q("${mark}phase",$k);$k=0}if(s==$h[${phases.length - 1}]){${atLast}}}})(console.log);
$k=0;$p();$k=$k-$n().usage;console.log("${mark}cost",$n().usage-$b,$k);$k=0;
`;
}
