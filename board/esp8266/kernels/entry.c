/*
 * The one entry: int entry(ram, operation and place, b, c). Operations and their arguments are those of Op in src/crypto/crypto.ts; all
 * places are offsets from ram. A chain of comparisons, because a jump table would need absolute addresses.
 */
#include "kernels.h"

enum { PLACE = 0xffff, OP_SHIFT = 16, LABEL_SHIFT = 16, HASH_LENGTH = 32, TLS_HEADER = 5, STACK_WORDS = 112 };

#define AT(place) (ram + (place))
#define IS_OP(name) op == Op_##name >> OP_SHIFT
#define IS(name) if (IS_OP(name))
#define DO(statement)                                                                                                                      \
  do {                                                                                                                                     \
    statement;                                                                                                                             \
    return 0;                                                                                                                              \
  } while (0)

static NOINLINE int symmetric(uint8_t *ram, uint32_t op, uint8_t *place, uint32_t b, uint32_t c) {
  struct hash *hash = (struct hash *)place;
  struct aead_state *aead = (struct aead_state *)place;
  if (IS_OP(sha256Update) || IS_OP(sha1Update)) DO(hash_update(ram, hash, AT(b), c));
  IS(openUpdate) return aead_open_update(ram, aead, AT(b), c);
  IS(seal) DO(aead_seal(ram, aead, AT(b), c));
  /* c: another length of the additional data than a record header's, for test vectors. */
  IS(openStart) DO(aead_start(ram, aead, AT(b), c ? c : TLS_HEADER));
  IS(openFinish) return aead_open_finish(ram, aead, AT(b));
  IS(sha256Init) DO(hash_init(hash, SHA256_WORDS));
  if (IS_OP(sha256Final) || IS_OP(sha1Final)) DO(hash_final_copy(ram, hash, AT(b)));
  IS(sha256) {
    work_init(ram);
    work_update(ram, place, b);
    DO(work_final(ram, AT(c)));
  }
  IS(sha1Init) DO(hash_init(hash, SHA1_WORDS));
  IS(hmac) DO(hmac_sha256(ram, place, AT(b), HASH_LENGTH, AT(c)));
  IS(expandLabel) DO(expand_label(ram, place, b >> LABEL_SHIFT, AT(b & PLACE), HASH_LENGTH, AT(c)));
  IS(aeadInit) DO(aead_init(ram, aead, b, AT(c)));
  return 0;
}

static NOINLINE int asymmetric(uint8_t *ram, uint32_t op, uint8_t *place, uint32_t b, uint32_t c) {
  IS(x25519Public) DO(x25519(ram, place, 0, AT(b)));
  IS(x25519) return x25519(ram, place, AT(b), AT(c));
  IS(ecdsaVerify) return ecdsa_verify(ram, place, AT(b), AT(c));
  IS(p256Public) return p256_public(ram, place, AT(b));
  IS(p256) return p256_shared(ram, place, AT(b), AT(c));
  IS(ecdsaSign) return ecdsa_sign(ram, place, AT(b), AT(c));
  IS(rsaStart) return rsa_start(ram, place, b, AT(c));
  IS(rsaStep) return rsa_step(ram, place);
  IS(mgf1Xor) DO(mgf1_xor(ram, place, AT(b), c));
  IS(jsonScan) return json_scan(ram, place, AT(b), c);
  IS(equal) return equal_bytes(place, AT(b), c);
  IS(hardwareRandom) return hardware_random(ram, place, b);
  return 0;
}

/* Clears what a call left in the workspace and on the stack. */
static NOINLINE void wipe(uint32_t *from, int words) {
  uint32_t stack[STACK_WORDS];
  clear_words(from, words);
  clear_words(stack, STACK_WORDS);
  __asm__("" : : "r"(stack) : "memory");
}

#define IS_AMONG(first, last) op - (Op_##first >> OP_SHIFT) <= (Op_##last - Op_##first) >> OP_SHIFT

int kernel_entry(uint8_t *ram, uint32_t op_and_place, uint32_t b, uint32_t c) {
  uint32_t op = op_and_place >> OP_SHIFT;
  uint8_t *place = ram + (op_and_place & PLACE);
  struct scratch *scratch = scratch_of(ram);
  int result = op <= Op_seal >> OP_SHIFT ? symmetric(ram, op, place, b, c) : asymmetric(ram, op, place, b, c);
  if (IS_AMONG(x25519Public, ecdsaSign)) wipe((uint32_t *)scratch, (At_arena - At_scratch) / 4);
  else if (IS_AMONG(hmac, aeadInit) || IS_OP(hardwareRandom)) wipe(scratch->schedule, (sizeof scratch->schedule + sizeof scratch->work) / 4);
  return result;
}
