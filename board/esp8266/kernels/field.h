/*
 * Both curves' fields, and programs of their operations: a formula is a list of words instead of code that prepares calls, which takes a third of the
 * room and hardly more time. Constant time: what a program does depends on nothing but its words.
 */
#ifndef FIELD_H
#define FIELD_H

#include "limbs.h"

/* What programs work on. A curve's structure begins so; its numbers follow, at most 16 of them in programs. */
struct field {
  columns t;
  enum field_prime { PRIME_25519, PRIME_P256 } prime;
  number n[];
};
_Static_assert(__builtin_offsetof(struct field, prime) == 160 && __builtin_offsetof(struct field, n) == 164, "field-run.S");

/*
 * A word: the places of up to four numbers among the curve's, what is done with them (1 squaring, 2 multiplication, 3 both, 4 sums, 5 combination),
 * factors or how many times, and whether it is the last one.
 */
#define FIELD_WORD(what, to, from, other, more) ((what) << 12 | (to) | (from) << 4 | (other) << 8 | (more) << 16)
/* to = a b */
#define MUL(to, a, b) FIELD_WORD(2, to, a, b, 0)
/* to = a^2 */
#define SQR(to, a) FIELD_WORD(1, to, a, 0, 1)
/* to = a^(2^times) b, where b is not `to` */
#define SQR_MUL(to, a, times, b) FIELD_WORD(3, to, a, b, times)
/* sum = a + b, difference = a - b */
#define SUMS(sum, difference, a, b) FIELD_WORD(4, sum, a, b, difference)
/* to = ca a + cb b for factors of -8 to 7, with limbs of one (p256_combine); for X25519 CB_A24 stands for A24 */
#define COMBINE(to, a, ca, b, cb) FIELD_WORD(5, to, a, b, ((ca)&15) | ((cb)&15) << 4)
#define CB_A24 7
#define LAST(word) ((word) | 1 << 31)

/* field-run.S, field.c */
void field_run(struct field *f, code_word *program);
void field_sums(int16_t *sum, int16_t *difference, const int16_t *a, const int16_t *b);

enum { HALF_LIMB = 1 << 12 };

/* out limb = value's balanced low 13 bits; gives what goes to the next limb. */
INLINE int32_t put_limb(int16_t *out, int32_t value) {
  value += HALF_LIMB;
  *out = (value & LIMB_MASK) - HALF_LIMB;
  return value >> LIMB_BITS;
}

/* x25519.c, p256-reduce.S, p256-field.c: `out` from the columns of a product, or from two numbers */
void x25519_reduce(int16_t *out, const int32_t *t);
void x25519_combine(int16_t *out, const int16_t *a, int32_t ca, const int16_t *b, int32_t cb);
void p256_reduce(int16_t *out, int32_t *t);
void p256_combine(int16_t *out, const int16_t *a, int32_t ca, const int16_t *b, int32_t cb);

#endif
