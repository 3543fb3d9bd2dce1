/**
 * HMAC-SHA-256 with keys of 32 bytes (RFC 2104, FIPS 198-1). Constant time in key and data; the lengths show.
 */
import { type CryptoMemory, Scratch } from "./memory";
import { Sha256, sha256Final, sha256Init, sha256Update } from "./sha256";

const enum Pad {
  inner = 0x36,
  outer = 0x5c,
  keyBytes = 32,
  blockBytes = 64,
}

/** Begins the inner (or outer) hash in Scratch.work with the padded key at byte offset `key`. */
function hmacPadKey(m: CryptoMemory, key: number, pad: number): void {
  const b = m.b;
  const block = Scratch.hmacKey * 4;
  let i = 0;
  for (i = 0; i < Pad.keyBytes; i++) b[block + i] = b[key + i] ^ pad;
  b.subarray(block + Pad.keyBytes, block + Pad.blockBytes).fill(pad);
  sha256Init(m, Scratch.work);
  sha256Update(m, Scratch.work, block, Pad.blockBytes);
}

/** Begins an HMAC in Scratch.work; data follow by sha256Update. Uses Scratch.hmacKey. */
export function hmacStart(m: CryptoMemory, key: number): void {
  hmacPadKey(m, key, Pad.inner);
}

/** Ends the HMAC begun with the same key and writes its 32 bytes to `out`, which may be the key. */
export function hmacFinish(m: CryptoMemory, key: number, out: number): void {
  sha256Final(m, Scratch.work, Scratch.digest * 4);
  hmacPadKey(m, key, Pad.outer);
  sha256Update(m, Scratch.work, Scratch.digest * 4, Sha256.digestBytes);
  sha256Final(m, Scratch.work, out);
}

/** HMAC of `length` bytes at `at` under the 32-byte key at `key`; all places are byte offsets. */
export function hmacSha256(m: CryptoMemory, key: number, at: number, length: number, out: number): void {
  hmacStart(m, key);
  sha256Update(m, Scratch.work, at, length);
  hmacFinish(m, key, out);
}
