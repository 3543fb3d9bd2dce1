/*
 * SHA-256 (FIPS 180-4). Constant time: no branch or address depends on the data.
 */
#include "kernels.h"

/* FIPS 180-4 section 4.2.2. */
CODE_TABLE(sha256_k, 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
           0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
           0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
           0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
           0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
           0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
           0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2);

/* FIPS 180-4 section 5.3.3. */
CODE_TABLE(sha256_initial, 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);


enum { BLOCK = 64, BLOCK_WORDS = 16, STATE_WORDS = 8, LENGTH_AT = 14 };

static void compress(uint32_t *state, uint32_t *w) { sha256_compress(state, w, sha256_k()); }

void sha256_init(struct sha256_state *s) {
  copy_code_words(s->h, sha256_initial(), STATE_WORDS);
  s->length = 0;
}

/* Reads up to four bytes past the block. */
static void load_block(uint32_t *w, const uint8_t *at) {
  uint32_t *end = w + BLOCK_WORDS, bits = ((uint32_t)at & 3) * 8;
  const uint32_t *from = (const uint32_t *)(at - bits / 8);
  uint32_t low = *from++;
  do {
    uint32_t high = *from++;
    *w++ = swap(funnel(high, low, bits));
    low = *from++;
    *w++ = swap(funnel(low, high, bits));
  } while (w != end);
}

/* Hashes whole blocks where they lie and keeps the rest in the state. */
void sha256_update(uint8_t *ram, struct sha256_state *s, const uint8_t *at, uint32_t length) {
  uint32_t *w = scratch_of(ram)->schedule;
  uint32_t held = s->length & (BLOCK - 1);
  s->length += length;
  while (length) {
    if (held == 0 && length >= BLOCK) {
      load_block(w, at);
      compress(s->h, w);
      at += BLOCK;
      length -= BLOCK;
      continue;
    }
    uint32_t part = BLOCK - held < length ? BLOCK - held : length;
    copy_bytes((uint8_t *)s->block + held, at, part);
    at += part;
    length -= part;
    held += part;
    if (held == BLOCK) {
      load_block(w, (uint8_t *)s->block);
      compress(s->h, w);
      held = 0;
    }
  }
}

/* Pads (FIPS 180-4 section 5.1.1) and writes the 32-byte digest. The state is used up. */
void sha256_final(uint8_t *ram, struct sha256_state *s, uint8_t *out) {
  uint32_t *w = scratch_of(ram)->schedule;
  uint32_t held = s->length & (BLOCK - 1);
  uint8_t *p = (uint8_t *)s->block;
  p[held++] = 0x80;
  while (held & 3) p[held++] = 0;
  if (held > LENGTH_AT * 4) {
    while (held < BLOCK) p[held++] = 0;
    load_block(w, p);
    compress(s->h, w);
    held = 0;
  }
  for (held >>= 2; held < LENGTH_AT; held++) s->block[held] = 0;
  s->block[LENGTH_AT] = swap(s->length >> 29);
  s->block[LENGTH_AT + 1] = swap(s->length << 3);
  load_block(w, p);
  compress(s->h, w);
  for (int i = 0; i < STATE_WORDS; i++) store_be(out + 4 * i, s->h[i]);
}

/* The digest so far; `s` is left as it was. */
void sha256_final_copy(uint8_t *ram, const struct sha256_state *s, uint8_t *out) {
  struct sha256_state *copy = &scratch_of(ram)->hmac;
  copy_words((uint32_t *)copy, (const uint32_t *)s, sizeof *copy / 4);
  sha256_final(ram, copy, out);
}
