/** The one comparison of secrets, tags and digests. Constant time: every byte is looked at, the length shows. */

/** True if the `length` bytes at `x` equal those at `y`. */
export function equalPlaces(b: Uint8Array, x: number, y: number, length: number): boolean {
  let difference = 0;
  let i = 0;
  for (i = 0; i < length; i++) difference |= b[x + i] ^ b[y + i];
  return difference === 0;
}
