/*
 * SHA-1's compression (FIPS 180-4 section 6.1.2), for the certificate's fingerprint. Constant time.
 */
#include "kernels.h"

enum { TURNS = 20 };

/* FIPS 180-4 section 4.2.1. */
CODE_TABLE(sha1_k, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6);

/* `w` is the block as 16 words and is used up. */
void sha1_compress(uint32_t *state, uint32_t *w) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  uint32_t t = 0;
  code_word *k = sha1_k();
  for (uint32_t round = 0; round < 4; round++, k++) {
    for (int turn = 0; turn < TURNS; turn++, t++) {
      uint32_t word = w[t & 15], mixed = b ^ c ^ d;
      w[t & 15] = ROTL(word ^ w[(t + 13) & 15] ^ w[(t + 8) & 15] ^ w[(t + 2) & 15], 1);
      if (round == 0) mixed = d ^ (b & (c ^ d));
      if (round == 2) mixed = (b & c) | (d & (b | c));
      word += ROTL(a, 5) + mixed + e + *k;
      e = d;
      d = c;
      c = ROTL(b, 30);
      b = a;
      a = word;
    }
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}
