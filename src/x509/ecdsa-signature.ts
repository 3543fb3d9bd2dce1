/** Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } (RFC 3279 section 2.2.3) for P-256. */
import { DerTag } from "./der";

const enum Scalar {
  length = 32,
  signBit = 0x80,
}

/**
 * Writes r and s, 32 bytes each, big-endian, from `out` on. Whether they are in 1 .. n-1 is for ecdsaVerify to say. The two places must not
 * overlap.
 *
 * @param at place of the signature in DER, `length` bytes
 * Gives 1, or 0 if it is not DER of two positive numbers of at most 32 bytes and nothing else.
 */
export function decodeEcdsaSignature(ram: Uint8Array, at: number, length: number, out: number): number {
  const end = at + length;
  // Two numbers of at most 33 bytes: all lengths are short ones.
  if (ram[at] !== DerTag.sequence || ram[at + 1] !== length - 2) return 0;
  ram.subarray(out, out + 2 * Scalar.length).fill(0);
  at += 2;
  for (let i = 0; i < 2; i++) {
    out += Scalar.length;
    let from = at + 2;
    at = from + ram[at + 1];
    if (ram[from - 2] !== DerTag.integer || at > end || at === from || ram[from] & Scalar.signBit) return 0;
    // A zero stands first only before a set sign bit, so that zero itself is refused too.
    if (!ram[from] && !(ram[++from] & Scalar.signBit)) return 0;
    if (at - from > Scalar.length) return 0;
    ram.set(ram.subarray(from, at), out - (at - from));
  }
  return at === end ? 1 : 0;
}
