/**
 * What an RSA signature must open to: EMSA-PSS (RFC 8017 section 9.1.2) with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes, and
 * EMSA-PKCS1-v1_5 (section 9.2) with SHA-256. Both for moduli whose length in bits is a multiple of 8, so that the encoded message has the
 * modulus's length.
 */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import type { Board, Bytes } from "../transport";

const enum Pss {
  trailer = 0xbc,
  /** The one bit of the first byte that is beyond emBits. */
  unusedBit = 0x80,
  hash = 32,
  salt = 32,
  /** The zeros that M' begins with. */
  zeros = 8,
}

/**
 * EMSA-PSS-VERIFY in place: what lies at `em` is spoilt. Uses At.temp.
 *
 * @param mHash place of the message's hash (32 bytes)
 * @param em place of the encoded message, `length` bytes (256 or more)
 * Gives 1 if consistent, else 0.
 */
export function verifyPss(board: Board, mHash: number, em: number, length: number): number {
  const ram = board.ram;
  const h = em + length - 1 - Pss.hash;
  const salt = h - Pss.salt;
  if (ram[em + length - 1] !== Pss.trailer || ram[em] & Pss.unusedBit) return 0;
  board.crypto(Op.mgf1Xor + h, em, h - em);
  ram[em] &= ~Pss.unusedBit;
  // DB is zeros, 1, salt: a first byte of zero and each of the others equal to the one before it.
  if (ram[em] || ram[salt - 1] !== 1 || !board.crypto(Op.equal + em, em + 1, salt - 2 - em)) return 0;
  // M' is eight zeros, mHash, salt: it is made right where the salt is, over the zeros and the 1.
  ram.subarray(salt - Pss.hash - Pss.zeros, salt - Pss.hash).fill(0);
  ram.set(ram.subarray(mHash, mHash + Pss.hash), salt - Pss.hash);
  board.crypto(Op.sha256 + salt - Pss.hash - Pss.zeros, Pss.zeros + Pss.hash + Pss.salt, At.temp);
  return board.crypto(Op.equal + At.temp, h, Pss.hash);
}

const enum Pkcs1 {
  /** First byte after the leading zero: block type 1. */
  type = 1,
  padding = 0xff,
  hash = 32,
  /** Zero, DigestInfo's head, hash. */
  tail = 52,
}

/** The zero that ends the padding, then DigestInfo { id-sha256, NULL } up to the hash. */
const digestInfo: Bytes = "\0\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

/**
 * Compares with the one right EMSA-PKCS1-v1_5 encoding. Uses At.hash.
 *
 * @param mHash place of the message's hash (32 bytes)
 * @param em place of the encoded message, `length` bytes (256 or more)
 * Gives 1 if it is that, else 0.
 */
export function verifyPkcs1(board: Board, mHash: number, em: number, length: number): number {
  const ram = board.ram;
  const tail = em + length - Pkcs1.tail;
  if (ram[em] || ram[em + 1] !== Pkcs1.type || ram[em + 2] !== Pkcs1.padding) return 0;
  if (!board.crypto(Op.equal + em + 2, em + 3, tail - em - 3)) return 0;
  board.copyIn(digestInfo, At.hash);
  ram.set(ram.subarray(mHash, mHash + Pkcs1.hash), At.hash + Pkcs1.tail - Pkcs1.hash);
  return board.crypto(Op.equal + At.hash, tail, Pkcs1.tail);
}
