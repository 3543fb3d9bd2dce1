/**
 * Multiples of X25519's base point for the kernels, on the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 that is birationally equivalent to
 * Curve25519 (RFC 7748 section 4.1), as the C header x25519-table.h. How they are used says x25519.c.
 */

import { limbWords } from "./limb-words";
import { inverse, modulo, type Point } from "./residues";

const P = 2n ** 255n - 19n;
/** The base point's order. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
/** The base point in Edwards coordinates (RFC 8032 section 5.1). */
const BASE = {
  x: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  y: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
};
const D = modulo(-121665n * inverse(121666n, P), P);

/** The scalar's bits without the lowest three, which are zero, lie in so many rows of so many columns. */
const ROWS = 4n;
const COLUMNS = 63n;
const LOW_BITS = 3n;
const ENTRIES = 1 << Number(ROWS - 1n);

function add(a: Point, b: Point): Point {
  const product = modulo(D * a.x * b.x * a.y * b.y, P);
  return {
    x: modulo((a.x * b.y + b.x * a.y) * inverse(1n + product, P), P),
    y: modulo((a.y * b.y + a.x * b.x) * inverse(1n - product, P), P),
  };
}

function multiple(scalar: bigint, point: Point): Point {
  let sum: Point = { x: 0n, y: 1n };
  for (let rest = modulo(scalar, L); rest > 0n; rest >>= 1n, point = add(point, point)) if (rest & 1n) sum = add(sum, point);
  return sum;
}

/** 32 little-endian bytes as words. */
function words32(value: bigint): string[] {
  return Array.from({ length: 8 }, (_, i) => "0x" + ((value >> BigInt(32 * i)) & 0xffffffffn).toString(16).padStart(8, "0"));
}

/** Half of 8 G: a bit of the scalar counts plus or minus that, so that a one counts 8 G more than a zero. */
const HALF = 1n << (LOW_BITS - 1n);

/** The sum of 2^(63 row) * 4 G, the last row's positive, the others' where `signs` has a bit: y + x, y - x, 2 d x y. */
function entry(signs: number): string[] {
  let scalar = 0n;
  for (let row = 0n; row < ROWS; row++) {
    const isPositive = row === ROWS - 1n || (signs >> Number(row)) & 1;
    scalar += (isPositive ? 1n : -1n) << (COLUMNS * row);
  }
  const { x, y } = multiple(scalar * HALF, BASE);
  return [y + x, y - x, 2n * D * x * y].flatMap((value) => words32(modulo(value, P)));
}

/** What the sum must begin with so that, doubled 63 times, it is what all rows' zeros take off. */
function start(): string[] {
  const { x, y } = multiple(((1n << (ROWS * COLUMNS)) - 1n) * HALF * inverse(1n << COLUMNS, L), BASE);
  return [...limbWords(x, true), ...limbWords(y, true)];
}

/** The text of x25519-table.h. */
export function x25519TableHeader(): string {
  const entries = Array.from({ length: ENTRIES }, (_, signs) => entry(signs));
  return `#define X25519_COMB ${entries.flat().join(", ")}\n#define X25519_COMB_START ${start().join(", ")}\n`;
}
