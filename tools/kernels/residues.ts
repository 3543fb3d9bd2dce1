/** Residues modulo a number, which are the coordinates of points on curves over prime fields. */

export interface Point {
  x: bigint;
  y: bigint;
}

/** a mod m, from 0 to m - 1. */
export function modulo(a: bigint, m: bigint): bigint {
  return ((a % m) + m) % m;
}

/** 1 / a mod m, for an `a` that has no divisor in common with `m`. */
export function inverse(a: bigint, m: bigint): bigint {
  let [r, s, t, u] = [m, modulo(a, m), 0n, 1n];
  while (s !== 0n) {
    const q = r / s;
    [r, s, t, u] = [s, r - q * s, u, t - q * u];
  }
  return modulo(t, m);
}
