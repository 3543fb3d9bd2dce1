/*
 * TLS 1.3 record protection (RFC 8446 section 5.2): ChaCha20-Poly1305 (RFC 8439 section 2.8) and AES-128-GCM (NIST SP 800-38D), in place, in
 * pieces of any length. Constant time (see aes.c and ghash.c for what AES needs).
 *
 * A state outlives calls, the AES tables in the scratch do not: they are made again when another kernel took the scratch.
 */
#include "kernels.h"

enum { TAG = 16, HEADER = 5, IV = 12, AES_KEY = 16, CHACHA_KEY = 32, AES_BLOCK = 16, CHACHA_BLOCK = 64, MAC_BLOCK = 16 };

struct aead_state {
  union {
    struct {
      uint32_t key[8];
      struct poly1305 mac;
      uint32_t mac_block[4];
      uint32_t key_stream[16];
    } chacha;
    struct {
      /* The key is the first four. */
      uint32_t round_keys[44];
      uint32_t h[4];
      uint32_t acc[4];
    } aes;
    uint32_t words[54];
  };
  /* The present record's: the IV XORed with its sequence number (RFC 8446 section 5.3). */
  uint32_t nonce[3];
  uint32_t iv[3];
  /* The next one. 32 of TLS's 64 bits last for 64 TB of full records. */
  uint32_t sequence;
  uint32_t suite;
  /* Bytes of ciphertext and of additional data in the present record. */
  uint32_t count;
  uint32_t additional;
};

/* Derives the write key and IV (RFC 8446 section 7.3). */
void aead_init(uint8_t *ram, struct aead_state *s, uint32_t suite, const uint8_t *secret) {
  expand_label(ram, secret, LABEL_KEY, 0, suite == Suite_TLS_AES_128_GCM_SHA256 ? AES_KEY : CHACHA_KEY, (uint8_t *)s->words);
  expand_label(ram, secret, LABEL_IV, 0, IV, (uint8_t *)s->iv);
  s->suite = suite;
  s->sequence = 0;
}

/* "expand 32-byte k" */
static NOINLINE void chacha_key_stream(struct aead_state *s, uint32_t counter, uint32_t *out) {
  uint32_t in[16];
  in[0] = 0x61707865;
  in[1] = 0x3320646e;
  in[2] = 0x79622d32;
  in[3] = 0x6b206574;
  copy_words(in + 4, s->chacha.key, 8);
  in[12] = counter;
  copy_words(in + 13, s->nonce, 3);
  chacha20_block(in, out);
}

/* at ^= with, in whole words of `at` where that is possible: a record's bytes lie behind its 5 header bytes. */
static NOINLINE void xor_bytes(uint8_t *at, const uint8_t *with, uint32_t length) {
  for (; length && (uint32_t)at & 3; length--) *at++ ^= *with++;
  uint32_t bits = ((uint32_t)with & 3) * 8, *to = (uint32_t *)at;
  const uint32_t *from = (const uint32_t *)(with - bits / 8);
  uint32_t *end = to + length / 4;
  if (bits == 0) {
    while (to != end) *to++ ^= *from++;
  } else if (to != end) {
    uint32_t low = *from++;
    do {
      uint32_t high = *from++;
      *to++ ^= funnel(high, low, bits);
      low = high;
    } while (to != end);
  }
  with += (uint8_t *)to - at;
  at = (uint8_t *)to;
  for (length &= 3; length; length--) *at++ ^= *with++;
}

/* `done` bytes of the record went before. */
static NOINLINE void chacha_crypt(struct aead_state *s, uint8_t *at, uint32_t length, uint32_t done) {
  uint8_t *stream = (uint8_t *)s->chacha.key_stream;
  while (length) {
    uint32_t offset = done % CHACHA_BLOCK, part = CHACHA_BLOCK - offset;
    if (offset == 0) chacha_key_stream(s, done / CHACHA_BLOCK + 1, s->chacha.key_stream);
    if (part > length) part = length;
    xor_bytes(at, stream + offset, part);
    at += part;
    length -= part;
    done += part;
  }
}

/* Bytes that are not yet a whole block wait in mac_block. */
static NOINLINE void chacha_mac(struct aead_state *s, const uint8_t *at, uint32_t length, uint32_t done) {
  uint8_t *held = (uint8_t *)s->chacha.mac_block;
  while (length) {
    uint32_t offset = done % MAC_BLOCK, part = MAC_BLOCK - offset;
    if (offset == 0 && length >= MAC_BLOCK) {
      part = length & ~(MAC_BLOCK - 1);
      poly1305_blocks(&s->chacha.mac, at, part / MAC_BLOCK);
    } else {
      if (part > length) part = length;
      copy_bytes(held + offset, at, part);
      if (offset + part == MAC_BLOCK) poly1305_blocks(&s->chacha.mac, held, 1);
    }
    at += part;
    length -= part;
    done += part;
  }
}

static NOINLINE void chacha_mac_pad(struct aead_state *s, uint32_t done) {
  uint8_t *held = (uint8_t *)s->chacha.mac_block;
  uint32_t offset = done % MAC_BLOCK;
  if (offset == 0) return;
  while (offset < MAC_BLOCK) held[offset++] = 0;
  poly1305_blocks(&s->chacha.mac, held, 1);
}

static void chacha_start(struct aead_state *s, const uint8_t *header, uint32_t length) {
  chacha_key_stream(s, 0, s->chacha.key_stream);
  poly1305_init(&s->chacha.mac, s->chacha.key_stream);
  chacha_mac(s, header, length, 0);
  chacha_mac_pad(s, length);
}

static void chacha_tag(struct aead_state *s, uint32_t *tag) {
  chacha_mac_pad(s, s->count);
  tag[0] = s->additional;
  tag[1] = 0;
  tag[2] = s->count;
  tag[3] = 0;
  poly1305_blocks(&s->chacha.mac, (uint8_t *)tag, 1);
  poly1305_tag(&s->chacha.mac, tag);
}

/* The key stream of counter block J0 + counter - 1 (NIST SP 800-38D section 7.1). */
static void aes_key_stream(struct scratch *scratch, struct aead_state *s, uint32_t counter, uint32_t *out) {
  copy_words(out, s->nonce, 3);
  out[3] = swap(counter);
  aes_block(s->aes.round_keys, scratch->aes, out, out);
}

/* Makes what the scratch must hold for this state. */
static NOINLINE struct scratch *aes_ready(uint8_t *ram, struct aead_state *s) {
  struct scratch *scratch = scratch_of(ram);
  aes_table_ready(ram);
  if (book_of(ram)->ghash_state != (uint32_t)s) {
    ghash_table(scratch->ghash, s->aes.h);
    book_of(ram)->ghash_state = (uint32_t)s;
  }
  return scratch;
}

static NOINLINE void aes_crypt(struct scratch *scratch, struct aead_state *s, uint8_t *at, uint32_t length, uint32_t done) {
  uint32_t stream[AES_BLOCK / 4];
  while (length) {
    uint32_t offset = done % AES_BLOCK, part = AES_BLOCK - offset;
    aes_key_stream(scratch, s, done / AES_BLOCK + 2, stream);
    if (part > length) part = length;
    xor_bytes(at, (uint8_t *)stream + offset, part);
    at += part;
    length -= part;
    done += part;
  }
}

/* Bytes go into the accumulator as they come; a whole block is multiplied. */
static NOINLINE void aes_mac(struct scratch *scratch, struct aead_state *s, const uint8_t *at, uint32_t length, uint32_t done) {
  uint32_t *acc = s->aes.acc;
  uint32_t offset = done % AES_BLOCK;
  while (length) {
    if (offset == 0 && length >= AES_BLOCK) {
      for (int i = 0; i < AES_BLOCK / 4; i++, at += 4) acc[i] ^= load_be(at);
      length -= AES_BLOCK;
      offset = AES_BLOCK;
    } else {
      ((uint8_t *)acc)[offset ^ 3] ^= *at++;
      length--;
      offset++;
    }
    if (offset == AES_BLOCK) {
      ghash_block(scratch->ghash, acc);
      offset = 0;
    }
  }
}

static void aes_start(uint8_t *ram, struct aead_state *s, const uint8_t *header, uint32_t length) {
  struct scratch *scratch = scratch_of(ram);
  aes_table_ready(ram);
  aes_expand_key(s->aes.round_keys, scratch->aes);
  clear_words(s->aes.h, 4);
  aes_block(s->aes.round_keys, scratch->aes, s->aes.h, s->aes.h);
  for (int i = 0; i < 4; i++) s->aes.h[i] = swap(s->aes.h[i]);
  clear_words(s->aes.acc, 4);
  book_of(ram)->ghash_state = 0;
  aes_ready(ram, s);
  aes_mac(scratch, s, header, length, 0);
  if (length % AES_BLOCK) ghash_block(scratch->ghash, s->aes.acc);
}

static void aes_tag(struct scratch *scratch, struct aead_state *s, uint32_t *tag) {
  uint32_t *acc = s->aes.acc;
  if (s->count % AES_BLOCK) ghash_block(scratch->ghash, acc);
  acc[1] ^= s->additional << 3;
  acc[3] ^= s->count << 3;
  ghash_block(scratch->ghash, acc);
  aes_key_stream(scratch, s, 1, tag);
  for (int i = 0; i < 4; i++) tag[i] ^= swap(acc[i]);
}

/* Takes the next sequence number and begins a record with `length` bytes of additional data. */
void aead_start(uint8_t *ram, struct aead_state *s, const uint8_t *header, uint32_t length) {
  copy_words(s->nonce, s->iv, 3);
  s->nonce[2] ^= swap(s->sequence);
  s->sequence++;
  s->count = 0;
  s->additional = length;
  if (s->suite == Suite_TLS_AES_128_GCM_SHA256) aes_start(ram, s, header, length);
  else chacha_start(s, header, length);
}

/* Opens, or seals, what follows the bytes that were before. */
static NOINLINE void process(uint8_t *ram, struct aead_state *s, uint8_t *at, uint32_t length, int seals) {
  uint32_t done = s->count;
  s->count = done + length;
  if (s->suite == Suite_TLS_AES_128_GCM_SHA256) {
    struct scratch *scratch = aes_ready(ram, s);
    if (!seals) aes_mac(scratch, s, at, length, done);
    aes_crypt(scratch, s, at, length, done);
    if (seals) aes_mac(scratch, s, at, length, done);
  } else {
    if (!seals) chacha_mac(s, at, length, done);
    chacha_crypt(s, at, length, done);
    if (seals) chacha_mac(s, at, length, done);
  }
}

/* Returns the number of zero bytes at the end of what it opened; counting them is not constant time. */
uint32_t aead_open_update(uint8_t *ram, struct aead_state *s, uint8_t *at, uint32_t length) {
  process(ram, s, at, length, 0);
  const uint8_t *end = at + length;
  while (end != at && end[-1] == 0) end--;
  return at + length - end;
}

static NOINLINE void finish(uint8_t *ram, struct aead_state *s, uint32_t *tag) {
  if (s->suite == Suite_TLS_AES_128_GCM_SHA256) aes_tag(aes_ready(ram, s), s, tag);
  else chacha_tag(s, tag);
}

int aead_open_finish(uint8_t *ram, struct aead_state *s, const uint8_t *tag) {
  uint32_t expected[TAG / 4];
  finish(ram, s, expected);
  return equal_bytes((uint8_t *)expected, tag, TAG);
}

void aead_seal(uint8_t *ram, struct aead_state *s, uint8_t *at, uint32_t length) {
  uint32_t tag[TAG / 4];
  aead_start(ram, s, at - HEADER, HEADER);
  process(ram, s, at, length, 1);
  finish(ram, s, tag);
  copy_bytes(at + length, (uint8_t *)tag, TAG);
}
