import { mulberry32 } from "../simulate/random";

/** A generator of numbers from 0 to below 1 that gives the same ones each time. */
export function seeded(seed: number): () => number {
  const word = mulberry32(seed);
  return () => word() / 2 ** 32;
}
