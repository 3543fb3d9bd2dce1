/*
 * HMAC-SHA-256 (RFC 2104) with 32-byte keys, HKDF-Expand-Label (RFC 8446 section 7.1) and MGF1 (RFC 8017 appendix B.2.1). Constant time.
 */
#include "kernels.h"

enum { BLOCK_WORDS = 16, KEY_WORDS = 8, DIGEST = 32, IPAD = 0x36363636, OPAD = 0x5c5c5c5c };

/* Starts the HMAC's hash state with the key XORed with `pad`. */
static NOINLINE void start_padded(uint8_t *ram, const uint8_t *key, uint32_t pad) {
  uint32_t *block = scratch_of(ram)->work.block;
  for (int i = 0; i < BLOCK_WORDS; i++) block[i] = i < KEY_WORDS ? load_le(key + 4 * i) ^ pad : pad;
  work_init(ram);
  work_update(ram, (uint8_t *)block, BLOCK_WORDS * 4);
}

void hmac_sha256_begin(uint8_t *ram, const uint8_t *key) { start_padded(ram, key, IPAD); }

void hmac_sha256_end(uint8_t *ram, const uint8_t *key, uint8_t *out) {
  uint32_t inner[DIGEST / 4];
  work_final(ram, (uint8_t *)inner);
  start_padded(ram, key, OPAD);
  work_update(ram, (uint8_t *)inner, DIGEST);
  work_final(ram, out);
}

/* `out` may overlap `at` and `key` may not overlap `out` only in part. */
void hmac_sha256(uint8_t *ram, const uint8_t *key, const uint8_t *at, uint32_t length, uint8_t *out) {
  hmac_sha256_begin(ram, key);
  work_update(ram, at, length);
  hmac_sha256_end(ram, key, out);
}

/* The labels in the order of Label in src/crypto/crypto.ts, then the two of RFC 8446 section 7.3; 16 bytes each, the length in the last. */
CODE_TABLE(label_texts,
           /* derived */ 0x69726564, 0x00646576, 0, 0x07000000,
           /* c hs traffic */ 0x73682063, 0x61727420, 0x63696666, 0x0c000000,
           /* s hs traffic */ 0x73682073, 0x61727420, 0x63696666, 0x0c000000,
           /* c ap traffic */ 0x70612063, 0x61727420, 0x63696666, 0x0c000000,
           /* s ap traffic */ 0x70612073, 0x61727420, 0x63696666, 0x0c000000,
           /* finished */ 0x696e6966, 0x64656873, 0, 0x08000000,
           /* traffic upd */ 0x66617274, 0x20636966, 0x00647075, 0x0b000000,
           /* key */ 0x0079656b, 0, 0, 0x03000000,
           /* iv */ 0x00007669, 0, 0, 0x02000000);

enum { LABEL_WORDS = 4, PREFIX = 6, LAST_WITH_CONTEXT = 5 };

/*
 * HKDF-Expand-Label(secret, "tls13 " + label, context, length) for lengths up to 32. `label` is a Label's number (from 1), `context` 32 bytes,
 * ignored by the labels without one.
 */
void expand_label(uint8_t *ram, const uint8_t *secret, uint32_t label, const uint8_t *context, uint32_t length, uint8_t *out) {
  uint32_t info[7], digest[DIGEST / 4];
  uint8_t *p = (uint8_t *)info;
  uint32_t text = 0;
  code_word *words = label_texts() + (label - 1) * LABEL_WORDS;
  uint32_t label_length = words[LABEL_WORDS - 1] >> 24;
  p[0] = 0;
  p[1] = length;
  p[2] = PREFIX + label_length;
  p[3] = 't';
  p[4] = 'l';
  p[5] = 's';
  p[6] = '1';
  p[7] = '3';
  p[8] = ' ';
  p += 9;
  for (uint32_t i = 0; i < label_length; i++) {
    text = i & 3 ? text >> 8 : words[i >> 2];
    *p++ = text;
  }
  *p++ = label <= LAST_WITH_CONTEXT ? DIGEST : 0;
  hmac_sha256_begin(ram, secret);
  work_update(ram, (uint8_t *)info, p - (uint8_t *)info);
  if (label <= LAST_WITH_CONTEXT) work_update(ram, context, DIGEST);
  *(uint8_t *)digest = 1;
  work_update(ram, (uint8_t *)digest, 1);
  hmac_sha256_end(ram, secret, (uint8_t *)digest);
  copy_bytes(out, (uint8_t *)digest, length);
}

/* at[0..length) ^= MGF1-SHA-256(seed of 32 bytes). */
void mgf1_xor(uint8_t *ram, const uint8_t *seed, uint8_t *at, uint32_t length) {
  uint32_t counter[1], digest[DIGEST / 4];
  for (uint32_t n = 0; length; n++) {
    counter[0] = swap(n);
    work_init(ram);
    work_update(ram, seed, DIGEST);
    work_update(ram, (uint8_t *)counter, sizeof counter);
    work_final(ram, (uint8_t *)digest);
    for (uint32_t i = 0; i < DIGEST && length; i++, length--) *at++ ^= ((uint8_t *)digest)[i];
  }
}
