/**
 * RSAVP1 (RFC 8017 section 5.2.2) for the exponent 65537: 16 squarings and a multiplication, resumable between the rows of modular.ts. Variable
 * time: public data only.
 */
import { Limb24 } from "./limbs";
import type { CryptoMemory } from "./memory";
import { carryRows, modularRow, Row, settleRows } from "./modular";

export interface RsaWork {
  /** The modulus, then the running power, k limbs each. */
  v: Int32Array;
  /** modular.ts's accumulator. */
  t: Float64Array;
  k: number;
  /** The multiplier's next limb. */
  row: number;
  /** Multiplications left, this one included. */
  left: number;
  signature: number;
  length: number;
}

const enum Rsa {
  /** 65537 is 2^16 + 1. */
  multiplications = 17,
  limbBytes = 3,
  /** Limb products in one step: about 100 ms in an interpreter that takes 12 us for one. */
  productsPerStep = 8000,
}

/** Limb i of the big-endian number of `length` bytes at `at`. */
function limbAt(b: Uint8Array, at: number, length: number, i: number): number {
  const last = length - 1 - Rsa.limbBytes * i;
  let limb = b[at + last];
  if (last > 0) limb |= b[at + last - 1] << 8;
  if (last > 1) limb |= b[at + last - 2] << 16;
  return limb;
}

/**
 * Begins signature^65537 mod modulus, both big-endian, `length` bytes each. 0 if the modulus is even or begins with a zero byte, or if the
 * signature is not below it, else 1.
 */
export function rsaBegin(m: CryptoMemory, modulus: number, length: number, signature: number): number {
  const b = m.b;
  const k = Math.ceil(length / Rsa.limbBytes);
  const v = new Int32Array(2 * k);
  let borrow = 0;
  let i = 0;
  if (b[modulus] === 0 || (b[modulus + length - 1] & 1) === 0) return 0;
  for (i = 0; i < k; i++) {
    v[i] = limbAt(b, modulus, length, i);
    v[k + i] = limbAt(b, signature, length, i);
    borrow = (v[k + i] - v[i] + borrow) >> Limb24.bits;
  }
  if (borrow === 0) return 0;
  m.rsa = { v: v, t: new Float64Array(k), k: k, row: k, left: Rsa.multiplications, signature: signature, length: length };
  return 1;
}

/** Goes on for about 100 ms; 1 while there is more to do, 0 when the result, `length` bytes, is at `out`. Only after rsaBegin gave 1. */
export function rsaContinue(m: CryptoMemory, out: number): number {
  const b = m.b;
  const work = m.rsa as RsaWork;
  const v = work.v;
  const t = work.t;
  const k = work.k;
  let rows = (Rsa.productsPerStep / k) | 0;
  while (rows-- > 0) {
    work.row--;
    modularRow(t, v, k, 0, k, work.left > 1 ? v[k + work.row] : limbAt(b, work.signature, work.length, work.row));
    if (work.row % Row.perCarry === 0) carryRows(t, k);
    if (work.row === 0) {
      settleRows(t, v, k, 0, k);
      work.row = k;
      if (--work.left === 0) {
        rsaResult(b, work, out);
        m.rsa = null;
        return 0;
      }
    }
  }
  return 1;
}

function rsaResult(b: Uint8Array, work: RsaWork, out: number): void {
  let i = 0;
  let at = out + work.length;
  while (at > out) {
    b[--at] = work.v[work.k + ((i / Rsa.limbBytes) | 0)] >> (8 * (i % Rsa.limbBytes));
    i++;
  }
}
