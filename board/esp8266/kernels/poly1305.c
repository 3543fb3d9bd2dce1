/*
 * Poly1305 (RFC 8439 section 2.5) in ten limbs of 13 bits, so that a product of limbs is one mul16u. Constant time.
 */
#include "kernels.h"

enum { LIMBS = 10, BITS = 13, MASK = 0x1fff, HIGH_BIT = 1 << 11, BLOCK = 16, PAD_WORDS = 4 };

/* The 13 bits from bit 13 * i of four little-endian words; the tenth limb has 11. */
#define LIMB_0 (t0 & MASK)
#define LIMB_1 ((t0 >> 13) & MASK)
#define LIMB_2 (((t0 >> 26) | (t1 << 6)) & MASK)
#define LIMB_3 ((t1 >> 7) & MASK)
#define LIMB_4 (((t1 >> 20) | (t2 << 12)) & MASK)
#define LIMB_5 ((t2 >> 1) & MASK)
#define LIMB_6 ((t2 >> 14) & MASK)
#define LIMB_7 (((t2 >> 27) | (t3 << 5)) & MASK)
#define LIMB_8 ((t3 >> 8) & MASK)
#define LIMB_9 (t3 >> 21)

/* @param key r, then the pad (RFC 8439 section 2.5.1), as little-endian words */
void poly1305_init(struct poly1305 *p, const uint32_t *key) {
  uint32_t t0 = key[0] & 0x0fffffff, t1 = key[1] & 0x0ffffffc, t2 = key[2] & 0x0ffffffc, t3 = key[3] & 0x0ffffffc;
  p->r[0] = LIMB_0;
  p->r[1] = LIMB_1;
  p->r[2] = LIMB_2;
  p->r[3] = LIMB_3;
  p->r[4] = LIMB_4;
  p->r[5] = LIMB_5;
  p->r[6] = LIMB_6;
  p->r[7] = LIMB_7;
  p->r[8] = LIMB_8;
  p->r[9] = LIMB_9;
  clear_words(p->h, LIMBS);
  copy_words(p->pad, key + PAD_WORDS, PAD_WORDS);
}

#define PRODUCT(h, i) ((uint32_t)(uint16_t)(h) * (uint16_t)r[i])
/*
 * A column of the product: `low` as it stands, `high` has weight 2^130, so it counts five times; fivefold it would not fit into 32 bits, so
 * its carry goes ahead of it.
 */
#define COLUMN(i, low, high)                                                                                                               \
  do {                                                                                                                                     \
    uint32_t fold = high;                                                                                                                  \
    carry += (low) + 5 * (fold & MASK);                                                                                                    \
    p->h[i] = carry & MASK;                                                                                                                \
    carry = (carry >> BITS) + 5 * (fold >> BITS);                                                                                          \
  } while (0)

/* h = (h + block + 2^128) * r for `blocks` (at least one) blocks of 16 bytes at any address. */
void poly1305_blocks(struct poly1305 *p, const uint8_t *at, uint32_t blocks) {
  const uint32_t *r = p->r;
  do {
    uint32_t t0 = load_le(at), t1 = load_le(at + 4), t2 = load_le(at + 8), t3 = load_le(at + 12), carry = 0;
    uint32_t h0 = p->h[0] + LIMB_0, h1 = p->h[1] + LIMB_1, h2 = p->h[2] + LIMB_2, h3 = p->h[3] + LIMB_3, h4 = p->h[4] + LIMB_4;
    uint32_t h5 = p->h[5] + LIMB_5, h6 = p->h[6] + LIMB_6, h7 = p->h[7] + LIMB_7, h8 = p->h[8] + LIMB_8;
    uint32_t h9 = p->h[9] + (LIMB_9 | HIGH_BIT);
    COLUMN(0, PRODUCT(h0, 0),
           PRODUCT(h1, 9) + PRODUCT(h2, 8) + PRODUCT(h3, 7) + PRODUCT(h4, 6) + PRODUCT(h5, 5) + PRODUCT(h6, 4) + PRODUCT(h7, 3) +
               PRODUCT(h8, 2) + PRODUCT(h9, 1));
    COLUMN(1, PRODUCT(h0, 1) + PRODUCT(h1, 0),
           PRODUCT(h2, 9) + PRODUCT(h3, 8) + PRODUCT(h4, 7) + PRODUCT(h5, 6) + PRODUCT(h6, 5) + PRODUCT(h7, 4) + PRODUCT(h8, 3) +
               PRODUCT(h9, 2));
    COLUMN(2, PRODUCT(h0, 2) + PRODUCT(h1, 1) + PRODUCT(h2, 0),
           PRODUCT(h3, 9) + PRODUCT(h4, 8) + PRODUCT(h5, 7) + PRODUCT(h6, 6) + PRODUCT(h7, 5) + PRODUCT(h8, 4) + PRODUCT(h9, 3));
    COLUMN(3, PRODUCT(h0, 3) + PRODUCT(h1, 2) + PRODUCT(h2, 1) + PRODUCT(h3, 0),
           PRODUCT(h4, 9) + PRODUCT(h5, 8) + PRODUCT(h6, 7) + PRODUCT(h7, 6) + PRODUCT(h8, 5) + PRODUCT(h9, 4));
    COLUMN(4, PRODUCT(h0, 4) + PRODUCT(h1, 3) + PRODUCT(h2, 2) + PRODUCT(h3, 1) + PRODUCT(h4, 0),
           PRODUCT(h5, 9) + PRODUCT(h6, 8) + PRODUCT(h7, 7) + PRODUCT(h8, 6) + PRODUCT(h9, 5));
    COLUMN(5, PRODUCT(h0, 5) + PRODUCT(h1, 4) + PRODUCT(h2, 3) + PRODUCT(h3, 2) + PRODUCT(h4, 1) + PRODUCT(h5, 0),
           PRODUCT(h6, 9) + PRODUCT(h7, 8) + PRODUCT(h8, 7) + PRODUCT(h9, 6));
    COLUMN(6, PRODUCT(h0, 6) + PRODUCT(h1, 5) + PRODUCT(h2, 4) + PRODUCT(h3, 3) + PRODUCT(h4, 2) + PRODUCT(h5, 1) + PRODUCT(h6, 0),
           PRODUCT(h7, 9) + PRODUCT(h8, 8) + PRODUCT(h9, 7));
    COLUMN(7,
           PRODUCT(h0, 7) + PRODUCT(h1, 6) + PRODUCT(h2, 5) + PRODUCT(h3, 4) + PRODUCT(h4, 3) + PRODUCT(h5, 2) + PRODUCT(h6, 1) +
               PRODUCT(h7, 0),
           PRODUCT(h8, 9) + PRODUCT(h9, 8));
    COLUMN(8,
           PRODUCT(h0, 8) + PRODUCT(h1, 7) + PRODUCT(h2, 6) + PRODUCT(h3, 5) + PRODUCT(h4, 4) + PRODUCT(h5, 3) + PRODUCT(h6, 2) +
               PRODUCT(h7, 1) + PRODUCT(h8, 0),
           PRODUCT(h9, 9));
    COLUMN(9,
           PRODUCT(h0, 9) + PRODUCT(h1, 8) + PRODUCT(h2, 7) + PRODUCT(h3, 6) + PRODUCT(h4, 5) + PRODUCT(h5, 4) + PRODUCT(h6, 3) +
               PRODUCT(h7, 2) + PRODUCT(h8, 1) + PRODUCT(h9, 0),
           0);
    carry = 5 * carry + p->h[0];
    p->h[0] = carry & MASK;
    p->h[1] += carry >> BITS;
    at += BLOCK;
  } while (--blocks);
}

/* The 16-byte tag as little-endian words: h mod 2^130 - 5, plus the pad. */
void poly1305_tag(struct poly1305 *p, uint32_t *tag) {
  uint32_t g[LIMBS], carry = 0;
  uint32_t *h = p->h;
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < LIMBS; i++) {
      carry += h[i];
      h[i] = carry & MASK;
      carry >>= BITS;
    }
    carry *= 5;
  }
  h[0] += carry;
  /* g = h + 5 - 2^130: taken if it is not negative. */
  carry = 5;
  for (int i = 0; i < LIMBS; i++) {
    carry += h[i];
    g[i] = carry & MASK;
    carry >>= BITS;
  }
  uint32_t take = 0 - carry;
  for (int i = 0; i < LIMBS; i++) h[i] ^= (h[i] ^ g[i]) & take;
  tag[0] = h[0] | h[1] << 13 | h[2] << 26;
  tag[1] = h[2] >> 6 | h[3] << 7 | h[4] << 20;
  tag[2] = h[4] >> 12 | h[5] << 1 | h[6] << 14 | h[7] << 27;
  tag[3] = h[7] >> 5 | h[8] << 8 | h[9] << 21;
  carry = 0;
  for (int i = 0; i < PAD_WORDS; i++) {
    uint32_t pad = p->pad[i], sum = tag[i] + pad, next = sum + carry;
    carry = (sum < pad) | (next < sum);
    tag[i] = next;
  }
}
