/** The kernels' machine code as TypeScript: board/esp8266/kernels.generated.ts. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "./crc32";

export const GENERATED_FILE = join(dirname(fileURLToPath(import.meta.url)), "../../board/esp8266/kernels.generated.ts");

/** Bytes of machine code a line. A multiple of 3, so that each line of base64 ends without filling. */
const LINE_BYTES = 1020;

/** The text of the generated file. */
export function generatedKernels(blob: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < blob.length; at += LINE_BYTES) lines.push(Buffer.from(blob.subarray(at, at + LINE_BYTES)).toString("base64"));
  return `/** The kernels' machine code for the lx106. Made by \`npm run kernels\` from board/esp8266/kernels; not to be edited. */

/** Length in bytes, and the CRC-32 of all of them a signed integer. */
export const enum KernelBlob {
  length = ${blob.length},
  crc = ${crc32(blob) | 0},
}

/** The code, base64. The build puts its bytes behind the script; the script itself has no use for it. */
export const kernelCode =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;
}

/** The machine code that the text of a generated file holds. */
export function blobOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.concat([...text.matchAll(/ {2}"([A-Za-z0-9+/=]+)"/g)].map((piece) => Buffer.from(piece[1], "base64"))));
}
