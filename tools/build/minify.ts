/**
 * Terser, set up for an interpreter that reads the source text each time it runs: names and texts as short as they get, but no function
 * made at run time that the source did not make, no comma sequences and no syntax beyond what Espruino reads.
 */

import { full } from "acorn-walk";
import MagicString from "magic-string";
import { minify } from "terser";
import { SELF } from "./pack-parts";
import { reservedNames } from "./reserved-names";
import { type AnyNode, parseScript } from "./syntax";
import { aliasNames } from "./without-prototypes";

/** @param kept names that stay as they are, and that nothing else is given */
export async function minifyFirmware(code: string, kept: string[] = []): Promise<string> {
  const result = await minify(code, {
    ecma: 5,
    toplevel: true,
    compress: {
      arrows: false,
      // An expression in place of a statement, and a for in place of a while, take more of the C stack, and no less time.
      loops: false,
      conditionals: false,
      if_return: false,
      sequences: false,
      passes: 2,
      // A function that is used once stays where it is: moved into its caller it would be made anew at each call.
      reduce_funcs: false,
      inline: 1,
      negate_iife: false,
      booleans_as_integers: false,
      hoist_funs: false,
      hoist_vars: false,
      keep_infinity: true,
    },
    // Espruino takes the name "of" for the keyword.
    mangle: { toplevel: true, reserved: ["of", SELF, ...aliasNames, ...kept], properties: { builtins: true, reserved: reservedNames() } },
    format: { ascii_only: true, comments: false, semicolons: true, wrap_iife: true },
  });
  return plainIntegers(result.code ?? "");
}

/** The statements and names as they are, but small enough for the board's Storage. */
export async function withoutSpace(code: string): Promise<string> {
  const result = await minify(code, { ecma: 5, compress: false, mangle: false, format: { ascii_only: true, comments: false } });
  return result.code ?? "";
}

/** 1e3 is a float to Espruino, 1000 an integer, which takes less time and memory. */
function plainIntegers(code: string): string {
  const text = new MagicString(code);
  full(parseScript(code), (node) => {
    const at = node as AnyNode;
    if (
      at.type === "Literal" &&
      typeof at.value === "number" &&
      Number.isInteger(at.value) &&
      /[e.]/i.test(at.raw ?? "") &&
      !/^0x/i.test(at.raw!)
    )
      text.overwrite(at.start, at.end, String(at.value));
  });
  return text.toString();
}
