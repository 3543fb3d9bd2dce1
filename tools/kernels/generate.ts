/**
 * The kernels' machine code as TypeScript: board/esp8266/kernels.generated.ts. It stands in pieces of base64, because Espruino copies a
 * string into RAM when it comes to it: so one piece is there at a time. They are the cases of a switch, because a chain of ifs is minified to
 * conditionals inside each other, each of which takes its share of the C stack.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "./crc32";

export const GENERATED_FILE = join(dirname(fileURLToPath(import.meta.url)), "../../board/esp8266/kernels.generated.ts");

/** Bytes of machine code a piece: what one write to Storage takes. A multiple of 3 (base64) and of 4 (alignment). */
export const PIECE_BYTES = 1020;

/** The text of the generated file. */
export function generatedKernels(blob: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < blob.length; at += PIECE_BYTES) pieces.push(Buffer.from(blob.subarray(at, at + PIECE_BYTES)).toString("base64"));
  const cases = pieces.map((piece, i) => `    case ${i}:\n      return "${piece}";\n`);
  return `/** The kernels' machine code for the lx106. Made by \`npm run kernels\` from board/esp8266/kernels; not to be edited. */

/** Length in bytes, and the CRC-32 of all of them a signed integer. */
export const enum KernelBlob {
  length = ${blob.length},
  crc = ${crc32(blob) | 0},
  pieces = ${pieces.length},
  pieceBytes = ${PIECE_BYTES},
}

/** Piece \`index\` of the code, base64; each but the last has KernelBlob.pieceBytes bytes. */
export function kernelPiece(index: number): string {
  switch (index) {
${cases.join("")}  }
  return "";
}
`;
}

/** The machine code that the text of a generated file holds. */
export function blobOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.concat([...text.matchAll(/return "([A-Za-z0-9+/=]+)"/g)].map((piece) => Buffer.from(piece[1], "base64"))));
}
