/** MGF1 with SHA-256 (RFC 8017 appendix B.2.1). Timing depends on the length only. */
import { type CryptoMemory, Scratch } from "./memory";
import { Sha256, sha256Final, sha256Init, sha256Update } from "./sha256";

const enum Mgf1 {
  seedBytes = 32,
  counterBytes = 4,
}

/** XORs the mask made of the 32-byte seed into b[at .. at+length), at most 8160 bytes. */
export function mgf1Xor(m: CryptoMemory, seed: number, at: number, length: number): void {
  const b = m.b;
  const digest = Scratch.digest * 4;
  const counter = Scratch.hmacKey;
  let i = 0;
  m.w[counter] = 0;
  for (i = 0; i < length; i++) {
    if (i % Sha256.digestBytes === 0) {
      b[counter * 4 + Mgf1.counterBytes - 1] = i / Sha256.digestBytes;
      sha256Init(m, Scratch.work);
      sha256Update(m, Scratch.work, seed, Mgf1.seedBytes);
      sha256Update(m, Scratch.work, counter * 4, Mgf1.counterBytes);
      sha256Final(m, Scratch.work, digest);
    }
    b[at + i] ^= b[digest + (i % Sha256.digestBytes)];
  }
}
