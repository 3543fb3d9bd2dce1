/*
 * GHASH (NIST SP 800-38D section 6.4) with Shoup's table of 16 multiples of H, four bits at a time. The table is indexed by secrets: it lies in
 * data RAM, which has no cache. Constant time there, and only there. What is shifted out is gathered in further words and reduced once at
 * the end, instead of through a second table.
 *
 * A field element is four words, the first holding the first bytes in big-endian order: bit 0 of the element is the highest bit of word 0.
 */
#include "kernels.h"

enum { WORDS = 4, REDUCTION = 0xe1000000u };

/* table[16 * i ..] = i * H, where the highest of i's four bits is the element's first. */
void ghash_table(uint32_t *table, const uint32_t *h) {
  uint32_t z[WORDS];
  copy_words(z, h, WORDS);
  clear_words(table, WORDS);
  for (int i = 8; i; i >>= 1) {
    copy_words(table + WORDS * i, z, WORDS);
    uint32_t reduce = (0 - (z[3] & 1)) & REDUCTION;
    z[3] = z[3] >> 1 | z[2] << 31;
    z[2] = z[2] >> 1 | z[1] << 31;
    z[1] = z[1] >> 1 | z[0] << 31;
    z[0] = z[0] >> 1 ^ reduce;
  }
  for (int i = 2; i < 16; i <<= 1)
    for (int j = 1; j < i; j++)
      for (int word = 0; word < WORDS; word++) table[WORDS * (i + j) + word] = table[WORDS * i + word] ^ table[WORDS * j + word];
}

/* low = (high:low) >> 4, one instruction on this processor once the shift amount is set. */
#define SHIFT_4(high, low) __asm__("src %0, %1, %2" : "=a"(low) : "a"(high), "a"(low))
#define ADD_MULTIPLE(multiple)                                                                                                             \
  do {                                                                                                                                     \
    const uint32_t *m = (const uint32_t *)((const uint8_t *)table + (multiple));                                                           \
    z0 ^= m[0];                                                                                                                            \
    z1 ^= m[1];                                                                                                                            \
    z2 ^= m[2];                                                                                                                            \
    z3 ^= m[3];                                                                                                                            \
  } while (0)
#define SHIFT                                                                                                                              \
  do {                                                                                                                                     \
    __asm__("ssai 4\n\tsrc %4, %3, %4\n\tsrc %3, %2, %3\n\tsrc %2, %1, %2\n\tsrc %1, %0, %1\n\tsrli %0, %0, 4"                             \
            : "+a"(z0), "+a"(z1), "+a"(z2), "+a"(z3), "+a"(over));                                                                         \
  } while (0)

/* acc *= H */
void ghash_block(const uint32_t *table, uint32_t *acc) {
  uint32_t z0 = 0, z1 = 0, z2 = 0, z3 = 0;
  uint32_t out[WORDS];
  for (int i = WORDS - 1; i >= 0; i--) {
    uint32_t x = acc[i], over = 0;
    for (int pair = 0; pair < 4; pair++) {
      SHIFT;
      ADD_MULTIPLE((x & 0xf) << 4);
      SHIFT;
      ADD_MULTIPLE(x & 0xf0);
      x >>= 8;
    }
    out[i] = over;
  }
  /* out[0] .. out[3] lie behind z3, out[0] first; each bit there counts x^128 = x^7 + x^2 + x + 1 times. From the last so that overflow is met again. */
  uint32_t z[WORDS + 3] = {z0, z1, z2, z3, out[0], out[1], out[2]};
  uint32_t w = out[3];
  for (int i = WORDS - 1;; i--) {
    z[i] ^= w ^ w >> 1 ^ w >> 2 ^ w >> 7;
    z[i + 1] ^= w << 31 ^ w << 30 ^ w << 25;
    if (i == 0) break;
    w = z[i + 3];
  }
  copy_words(acc, z, WORDS);
}
