/*
 * SHA-256 and SHA-1 (FIPS 180-4): their states, padding and lengths. Constant time: no branch or address depends on the data.
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

/* FIPS 180-4 sections 5.3.3 and 5.3.1: SHA-256's eight words, SHA-1's five. */
CODE_TABLE(hash_initial, 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
           0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

enum { BLOCK = 64, BLOCK_WORDS = 16, LENGTH_AT = 56 };

void hash_init(struct hash *s, enum hash_words words) {
  s->length = 0;
  s->words = words;
  copy_code_words(s->h, hash_initial() + (words == SHA1_WORDS ? SHA256_WORDS : 0), words);
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

static NOINLINE void compress(uint8_t *ram, struct hash *s, const uint8_t *at) {
  uint32_t *w = scratch_of(ram)->schedule;
  load_block(w, at);
  if (s->words == SHA1_WORDS) sha1_compress(s->h, w);
  else sha256_compress(s->h, w, sha256_k());
}

/* Hashes whole blocks where they lie and keeps the rest in the state. */
void hash_update(uint8_t *ram, struct hash *s, const uint8_t *at, uint32_t length) {
  uint32_t held = s->length & (BLOCK - 1);
  s->length += length;
  while (length) {
    const uint8_t *block = at;
    uint32_t part = BLOCK - held;
    if (part > length) part = length;
    if (part < BLOCK) {
      block = (uint8_t *)s->block;
      copy_bytes((uint8_t *)s->block + held, at, part);
    }
    at += part;
    length -= part;
    held += part;
    if (held == BLOCK) {
      compress(ram, s, block);
      held = 0;
    }
  }
}

void work_init(uint8_t *ram) { hash_init(&scratch_of(ram)->work, SHA256_WORDS); }

void work_update(uint8_t *ram, const uint8_t *at, uint32_t length) { hash_update(ram, &scratch_of(ram)->work, at, length); }

/* Pads (FIPS 180-4 section 5.1.1) and writes the digest. */
void work_final(uint8_t *ram, uint8_t *out) {
  struct hash *s = &scratch_of(ram)->work;
  uint32_t held = s->length & (BLOCK - 1);
  uint8_t *p = (uint8_t *)s->block;
  p[held++] = 0x80;
  while (held & 3) p[held++] = 0;
  while (held != LENGTH_AT) {
    if (held == BLOCK) {
      compress(ram, s, p);
      held = 0;
    }
    *(uint32_t *)(p + held) = 0;
    held += 4;
  }
  s->block[LENGTH_AT / 4] = swap(s->length >> 29);
  s->block[LENGTH_AT / 4 + 1] = swap(s->length << 3);
  compress(ram, s, p);
  for (uint32_t i = 0; i < s->words; i++) s->h[i] = swap(s->h[i]);
  copy_bytes(out, (uint8_t *)s->h, s->words * 4);
}

/* The digest so far; `s` is left as it was. */
void hash_final_copy(uint8_t *ram, const struct hash *s, uint8_t *out) {
  struct hash *work = &scratch_of(ram)->work;
  copy_words((uint32_t *)work, (const uint32_t *)s, sizeof *work / 4);
  work_final(ram, out);
}
