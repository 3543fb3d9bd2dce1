/*
 * Poly1305 (RFC 8439 section 2.5) in ten limbs of 13 bits. Constant time.
 */
#include "limbs.h"

enum { HIGH_BIT = 1 << 11, BLOCK = 16, PAD_WORDS = 4 };

/* @param key r, then the pad (RFC 8439 section 2.5.1), as little-endian words; r is clamped in place */
void poly1305_init(struct poly1305 *p, uint32_t *key) {
  key[0] &= 0x0fffffff;
  for (int i = 1; i < PAD_WORDS; i++) key[i] &= 0x0ffffffc;
  limbs_from_bytes(p->r, (uint8_t *)key, 1, BLOCK);
  clear_words((uint32_t *)p->h, HALF / 2);
  copy_words(p->pad, key + PAD_WORDS, PAD_WORDS);
}

/* h = (h + block + 2^128) * r for `blocks` (at least one) blocks of 16 bytes at any address. h's limbs stay below 2^13 + 2^10. */
void poly1305_blocks(struct poly1305 *p, const uint8_t *at, uint32_t blocks) {
  columns_of_half t;
  int16_t *limbs = (int16_t *)t;
  do {
    limbs_from_bytes(limbs, at, 1, BLOCK);
    limbs[HALF - 1] |= HIGH_BIT;
    /* Two limbs at a time: none is negative, nor do sums take more than 15 bits. */
    for (int i = 0; i < HALF / 2; i++) ((uint32_t *)p->h)[i] += ((uint32_t *)limbs)[i];
    multiply_half(t, p->h, p->r);
    t[2 * HALF - 1] = 0;
    /* What has weight 2^130 counts five times; fivefold it would not fit into 32 bits, so its carry goes ahead of it. */
    int32_t carry = 0;
    for (int i = 0; i < HALF; i++) {
      int32_t high = t[HALF + i];
      carry += t[i] + 5 * (high & LIMB_MASK);
      p->h[i] = carry & LIMB_MASK;
      carry = (carry >> LIMB_BITS) + 5 * (high >> LIMB_BITS);
    }
    carry = 5 * carry + p->h[0];
    p->h[0] = carry & LIMB_MASK;
    p->h[1] += carry >> LIMB_BITS;
    at += BLOCK;
  } while (--blocks);
}

/* The 16-byte tag as little-endian words: h mod 2^130 - 5, plus the pad. */
void poly1305_tag(struct poly1305 *p, uint32_t *tag) {
  int32_t carry = 0, take = 0;
  /* Two rounds bring h below 2^130; the third adds 5, and its result is taken if it is 2^130 or more. */
  for (int round = 0; round < 3; round++) {
    int16_t reduced[HALF];
    if (round == 2) {
      p->h[0] += carry;
      carry = 5;
    }
    for (int i = 0; i < HALF; i++) {
      carry += p->h[i];
      reduced[i] = carry & LIMB_MASK;
      carry >>= LIMB_BITS;
    }
    take = round < 2 ? -1 : 0 - carry;
    for (int i = 0; i < HALF; i++) p->h[i] ^= (p->h[i] ^ reduced[i]) & take;
    carry *= 5;
  }
  limbs_to_bytes((uint8_t *)tag, p->h, 1, BLOCK);
  uint32_t over = 0;
  for (int i = 0; i < PAD_WORDS; i++) {
    uint32_t pad = p->pad[i], sum = tag[i] + pad, next = sum + over;
    over = (sum < pad) | (next < sum);
    tag[i] = next;
  }
}
