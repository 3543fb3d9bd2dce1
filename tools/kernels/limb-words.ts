/** Numbers as the kernels' curves have them (limbs.h). */

export const LIMBS = 20;
export const LIMB_BITS = 13n;
const LIMB = 1n << LIMB_BITS;

/** 20 limbs, two to a word, the lower in the low half. Balanced: -2^12 to 2^12 - 1, else 0 to 2^13 - 1. */
export function limbWords(value: bigint, balanced: boolean): string[] {
  const limbs: number[] = [];
  for (let i = 0; i < LIMBS; i++) {
    let limb = value & (LIMB - 1n);
    if (balanced && limb >= LIMB / 2n) limb -= LIMB;
    limbs.push(Number(limb));
    value = (value - limb) >> LIMB_BITS;
  }
  const result: string[] = [];
  for (let i = 0; i < LIMBS; i += 2) result.push("0x" + (((limbs[i] & 0xffff) | (limbs[i + 1] << 16)) >>> 0).toString(16).padStart(8, "0"));
  return result;
}
