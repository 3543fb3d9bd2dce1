/*
 * SHA-1 (FIPS 180-4), for the certificate's fingerprint. Constant time.
 */
#include "kernels.h"

enum {
  BLOCK = 64,
  BLOCK_WORDS = 16,
  STATE_WORDS = 5,
  LENGTH_AT = 14,
  K_0 = 0x5a827999,
  K_1 = 0x6ed9eba1,
};
#define K_2 0x8f1bbcdcu
#define K_3 0xca62c1d6u

/* FIPS 180-4 section 5.3.1. */
CODE_TABLE(sha1_initial, 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

#define TURN(function, k)                                                                                                                  \
  do {                                                                                                                                     \
    uint32_t word = w[t & 15];                                                                                                             \
    if (t >= BLOCK_WORDS) {                                                                                                                \
      word ^= w[(t + 13) & 15] ^ w[(t + 8) & 15] ^ w[(t + 2) & 15];                                                                        \
      word = ROTL(word, 1);                                                                                                                \
      w[t & 15] = word;                                                                                                                    \
    }                                                                                                                                      \
    word += ROTL(a, 5) + (function) + e + (k);                                                                                             \
    e = d;                                                                                                                                 \
    d = c;                                                                                                                                 \
    c = ROTL(b, 30);                                                                                                                       \
    b = a;                                                                                                                                 \
    a = word;                                                                                                                              \
  } while (0)

/* FIPS 180-4 section 6.1.2 over the block at `at`. */
static NOINLINE void compress(uint32_t *state, uint32_t *w, const uint8_t *at) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  uint32_t t;
  for (t = 0; t < BLOCK_WORDS; t++, at += 4) w[t] = load_be(at);
  for (t = 0; t < 20; t++) TURN(d ^ (b & (c ^ d)), K_0);
  for (; t < 40; t++) TURN(b ^ c ^ d, K_1);
  for (; t < 60; t++) TURN((b & c) | (d & (b | c)), K_2);
  for (; t < 80; t++) TURN(b ^ c ^ d, K_3);
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

void sha1_init(struct sha1_state *s) {
  copy_code_words(s->h, sha1_initial(), STATE_WORDS);
  s->length = 0;
}

void sha1_update(uint8_t *ram, struct sha1_state *s, const uint8_t *at, uint32_t length) {
  uint32_t *w = scratch_of(ram)->schedule;
  uint32_t held = s->length & (BLOCK - 1);
  s->length += length;
  while (length) {
    uint32_t part = BLOCK - held < length ? BLOCK - held : length;
    const uint8_t *block = at;
    if (part < BLOCK) {
      copy_bytes((uint8_t *)s->block + held, at, part);
      block = (uint8_t *)s->block;
    }
    at += part;
    length -= part;
    held += part;
    if (held == BLOCK) {
      compress(s->h, w, block);
      held = 0;
    }
  }
}

/* The 20-byte digest so far; `s` is left as it was. */
void sha1_final_copy(uint8_t *ram, struct sha1_state *from, uint8_t *out) {
  struct sha1_state *s = (struct sha1_state *)&scratch_of(ram)->hmac;
  uint32_t *w = scratch_of(ram)->schedule;
  copy_words((uint32_t *)s, (uint32_t *)from, sizeof *s / 4);
  uint32_t held = s->length & (BLOCK - 1);
  uint8_t *p = (uint8_t *)s->block;
  p[held++] = 0x80;
  if (held > LENGTH_AT * 4) {
    while (held < BLOCK) p[held++] = 0;
    compress(s->h, w, p);
    held = 0;
  }
  while (held < LENGTH_AT * 4) p[held++] = 0;
  s->block[LENGTH_AT] = swap(s->length >> 29);
  s->block[LENGTH_AT + 1] = swap(s->length << 3);
  compress(s->h, w, p);
  for (int i = 0; i < STATE_WORDS; i++) store_be(out + 4 * i, s->h[i]);
}
