/**
 * The kernels' machine code stands in the source as base64. In the script that goes to the board it stands as the bytes themselves, which is a
 * quarter shorter: two firmwares and the kernels have to fit into 192 KB of Storage. kernel-install.ts takes either.
 */

/** A piece of machine code in the minified script; texts this long that are base64 there are nothing else. */
const base64Piece = /(case \d+:return)"([A-Za-z0-9+/]{100,}={0,2})"/g;

/** What may not stand in a string as it is: Espruino ends the script at a zero, and the usual. */
const escapes: Record<string, string> = { "\0": "\\0", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\" };

const unfit = /[\0\n\r"\\]/g;
const digit = /[0-9]/;

/** @returns the script with each piece as bytes, and how many bytes of the script these take. Its characters are bytes: write it as latin1. */
export function withRawKernels(script: string): { code: string; kernelBytes: number } {
  let kernelBytes = 0;
  const code = script.replace(base64Piece, (_all, before: string, base64: string) => {
    const raw = Buffer.from(base64, "base64")
      .toString("latin1")
      // Before a digit "\0" would be read on as an octal number.
      .replace(unfit, (c, at: number, all: string) => (c === "\0" && digit.test(all.charAt(at + 1)) ? "\\x00" : escapes[c]!));
    kernelBytes += raw.length;
    return `${before}"${raw}"`;
  });
  return { code, kernelBytes };
}
