/** P-256's constants for the kernels (SEC 2 section 2.4.2), in Montgomery form with R = 2^260, as the C header p256-table.h. */

import { LIMB_BITS, LIMBS, limbWords } from "./limb-words";
import { inverse, modulo, type Point } from "./residues";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const G = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};
const A = -3n;

const WORD = 1n << 16n;
const R = 1n << (LIMB_BITS * BigInt(LIMBS));
/** Odd multiples 1, 3, … 15 of the base point: what recoding of width 5 asks for. */
const BASE_POINTS = 8;

function add(a: Point, b: Point): Point {
  const slope = a.x === b.x ? (3n * a.x * a.x + A) * inverse(2n * a.y, P) : (b.y - a.y) * inverse(b.x - a.x, P);
  const x = modulo(slope * slope - a.x - b.x, P);
  return { x, y: modulo(slope * (a.x - x) - a.y, P) };
}

function montgomery(value: bigint): string[] {
  return limbWords(modulo(value * R, P), true);
}

/** The text of p256-table.h. The constants' order is that of enum p256_constant. */
export function p256TableHeader(): string {
  const constants = [limbWords(N, false), limbWords((R * R) % P, true), limbWords((R * R) % N, false), montgomery(B), montgomery(1n)];
  const twice = add(G, G);
  const multiples: string[][] = [];
  for (let i = 0, point: Point = G; i < BASE_POINTS; i++, point = add(point, twice))
    multiples.push(montgomery(point.x), montgomery(point.y));
  return [
    `#define P256_ORDER_INVERSE ${modulo(-inverse(N, WORD), WORD)}`,
    `#define P256_CONSTANTS ${constants.flat().join(", ")}`,
    `#define P256_BASE_MULTIPLES ${multiples.flat().join(", ")}`,
    "",
  ].join("\n");
}
