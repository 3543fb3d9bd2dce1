/*
 * What the kernels share. All data lies in the workspace `ram` that JavaScript hands over (src/crypto/workspace.ts); there is no other
 * memory but a little stack. The machine code itself lies in flash, which may only be read in aligned 32-bit words: constant tables are
 * therefore declared with CODE_TABLE and read through its getter, and nothing here has static data.
 *
 * contract.h is made by the build from src/crypto/crypto.ts and src/crypto/workspace.ts.
 */
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>
#include "contract.h"

#define ROTL(x, n) (((x) << (n)) | ((x) >> (32 - (n))))
#define ROTR(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))

/*
 * A table of 32-bit constants in the code itself, found relative to the program counter: `code_word *name(void)` gives its address. The words are
 * volatile so that the compiler reads them whole: it would narrow `word >> 24` into the load of a byte, which code space does not allow.
 * The call0 leaves the table's address in a0; the two instructions before it take five bytes, so that the table is aligned.
 */
typedef const volatile uint32_t code_word;
#define CODE_TABLE_TEXT(...) #__VA_ARGS__
#define CODE_TABLE(name, ...)                                                                                                              \
  __asm__(".section .text." #name ", \"ax\"\n.balign 4\n.global " #name "\n.type " #name ", @function\n" #name                             \
          ":\n_mov.n a3, a0\n_nop\n_call0 .L" #name "_end\n.type " #name "_words, @object\n" #name "_words:\n"                             \
          ".word " CODE_TABLE_TEXT(__VA_ARGS__) "\n.size " #name "_words, . - " #name "_words\n.L" #name                                   \
          "_end:\n_mov.n a2, a0\n_mov.n a0, a3\n_ret.n\n.size " #name ", . - " #name "\n.previous");                                      \
  code_word *name(void)

/* Four bytes at any address, and the byte order swapped. */
INLINE uint32_t load_le(const uint8_t *p) { return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24; }
INLINE uint32_t load_be(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }
/* As gcc does it where it does not call its library. */
INLINE uint32_t swap(uint32_t v) {
  uint32_t t;
  __asm__("ssai 8\n\tsrli %0, %1, 16\n\tsrc %0, %0, %1\n\tsrc %0, %0, %0\n\tsrc %0, %1, %0" : "=&a"(t) : "a"(v));
  return t;
}
/* Shifts (high:low) right; one instruction once the shift amount is set. */
INLINE uint32_t funnel(uint32_t high, uint32_t low, uint32_t bits) {
  uint32_t word;
  __asm__("ssr %3\n\tsrc %0, %1, %2" : "=a"(word) : "a"(high), "a"(low), "a"(bits));
  return word;
}
INLINE void copy_words(uint32_t *to, const uint32_t *from, int words) {
  do *to++ = *from++;
  while (--words);
}
INLINE void copy_code_words(uint32_t *to, code_word *from, int words) {
  do *to++ = *from++;
  while (--words);
}
INLINE void clear_words(uint32_t *to, int words) {
  do *to++ = 0;
  while (--words);
}
INLINE uint32_t mul16(uint32_t a, uint32_t b) { return (uint32_t)(uint16_t)a * (uint16_t)b; }
void copy_bytes(uint8_t *to, const uint8_t *from, uint32_t length);

/* What the scratch holds between calls, in the 16 bytes at At.kernel. */
enum { AES_TABLE_READY = 0x41455354 };
struct book {
  /* AES_TABLE_READY while scratch.aes holds the AES table. */
  uint32_t aes_table;
  /* Address of the AES state whose GHASH table is in scratch.ghash, or 0. */
  uint32_t ghash_state;
  uint32_t unused[2];
};

/*
 * The scratch as hashes and record protection use it: they leave the rest (At.stored) alone. The curves and RSA overlay it with structures of their own.
 */
struct scratch {
  uint32_t aes[256];
  uint32_t ghash[64];
  /* SHA-1's and SHA-256's message schedule. */
  uint32_t schedule[16];
  /* The hash that is made within a call. */
  struct hash {
    uint32_t length;
    /* Words of the state, which tell the kind of hash. */
    enum hash_words { SHA1_WORDS = 5, SHA256_WORDS = 8 } words;
    uint32_t block[16];
    /* SHA-1's states end after five words. */
    uint32_t h[SHA256_WORDS];
  } work;
};

_Static_assert(sizeof(struct scratch) <= At_stored - At_scratch, "scratch");

INLINE struct book *book_of(uint8_t *ram) { return (struct book *)(ram + At_kernel); }
INLINE struct scratch *scratch_of(uint8_t *ram) { return (struct scratch *)(ram + At_scratch); }
/* For those who overlay the scratch. */
INLINE void *take_scratch(uint8_t *ram) {
  book_of(ram)->aes_table = 0;
  book_of(ram)->ghash_state = 0;
  return ram + At_scratch;
}

/* sha256-compress.S, sha1.c */
void sha256_compress(uint32_t *state, uint32_t *w, code_word *k);
void sha1_compress(uint32_t *state, uint32_t *w);

/* hash.c: a hash anywhere, and SHA-256 in scratch.work */
void hash_init(struct hash *s, enum hash_words words);
void hash_update(uint8_t *ram, struct hash *s, const uint8_t *at, uint32_t length);
void hash_final_copy(uint8_t *ram, const struct hash *s, uint8_t *out);
void work_init(uint8_t *ram);
void work_update(uint8_t *ram, const uint8_t *at, uint32_t length);
void work_final(uint8_t *ram, uint8_t *out);

/* hmac.c */
void hmac_sha256(uint8_t *ram, const uint8_t *key, const uint8_t *at, uint32_t length, uint8_t *out);
void hmac_sha256_begin(uint8_t *ram, const uint8_t *key);
void hmac_sha256_end(uint8_t *ram, const uint8_t *key, uint8_t *out);
void expand_label(uint8_t *ram, const uint8_t *secret, uint32_t label, const uint8_t *context, uint32_t length, uint8_t *out);
void mgf1_xor(uint8_t *ram, const uint8_t *seed, uint8_t *at, uint32_t length);
enum expand_label_more { LABEL_KEY = 8, LABEL_IV = 9 };

/* chacha20.c, poly1305.c, aes.c, ghash.c, aead.c */
void chacha20_block(const uint32_t *in, uint32_t *out);
struct poly1305 {
  int16_t r[10];
  int16_t h[10];
  uint32_t pad[4];
};
void poly1305_init(struct poly1305 *p, uint32_t *key);
void poly1305_blocks(struct poly1305 *p, const uint8_t *at, uint32_t blocks);
void poly1305_tag(struct poly1305 *p, uint32_t *tag);

void aes_table_ready(uint8_t *ram);
void aes_expand_key(uint32_t *round_keys, const uint32_t *table);
void aes_block(const uint32_t *round_keys, const uint32_t *table, const uint32_t *in, uint32_t *out);
void ghash_table(uint32_t *table, const uint32_t *h);
void ghash_block(const uint32_t *table, uint32_t *acc);

struct aead_state;
void aead_init(uint8_t *ram, struct aead_state *s, uint32_t suite, const uint8_t *secret);
void aead_start(uint8_t *ram, struct aead_state *s, const uint8_t *header, uint32_t length);
uint32_t aead_open_update(uint8_t *ram, struct aead_state *s, uint8_t *at, uint32_t length);
int aead_open_finish(uint8_t *ram, struct aead_state *s, const uint8_t *tag);
void aead_seal(uint8_t *ram, struct aead_state *s, uint8_t *at, uint32_t length);

/* x25519.c, ecdsa.c */
int x25519(uint8_t *ram, const uint8_t *scalar, const uint8_t *peer, uint8_t *out);
int p256_public(uint8_t *ram, const uint8_t *scalar, uint8_t *out);
int p256_shared(uint8_t *ram, const uint8_t *scalar, const uint8_t *peer, uint8_t *out);
int ecdsa_verify(uint8_t *ram, const uint8_t *key, const uint8_t *hash, const uint8_t *signature);
int ecdsa_sign(uint8_t *ram, const uint8_t *key, const uint8_t *hash, uint8_t *out);

/* rsa.c, random.c, bytes.c, json-scan.c */
int rsa_start(uint8_t *ram, uint8_t *modulus, uint32_t length, const uint8_t *signature);
int rsa_step(uint8_t *ram, uint8_t *out);
uint32_t subtract_16(uint16_t *to, const uint16_t *t, const uint16_t *n, uint32_t limbs);
int hardware_random(uint8_t *ram, uint8_t *at, uint32_t length);
int json_scan(const uint8_t *ram, uint8_t *s, const uint8_t *at, uint32_t length);
int equal_bytes(const uint8_t *a, const uint8_t *b, uint32_t length);

#endif
