/* Runs programs of field operations (field.h). */
#include "field.h"

static void reduce(struct field *f, int16_t *out) {
  if (f->prime == PRIME_25519) x25519_reduce(out, f->t);
  else p256_reduce(out, f->t);
}

/* sum = a + b, difference = a - b; they may be a and b themselves. */
static NOINLINE void sums(int16_t *sum, int16_t *difference, const int16_t *a, const int16_t *b) {
  const int16_t *end = a + LIMBS;
#define SUMS_OF(i)                                                                                                                         \
  x = a[i], y = b[i];                                                                                                                      \
  sum[i] = x + y;                                                                                                                          \
  difference[i] = x - y;
  do {
    int32_t x, y;
    SUMS_OF(0)
    SUMS_OF(1)
    SUMS_OF(2)
    SUMS_OF(3)
    a += 4;
    b += 4;
    sum += 4;
    difference += 4;
  } while (a != end);
}

#define PLACE_AT(shift) f->n[word >> (shift) & 15]
#define FACTOR_AT(shift) ((int32_t)(word << (28 - (shift))) >> 28)

void field_run(struct field *f, code_word *program) {
  uint32_t word;
  do {
    word = *program++;
    int16_t *to = PLACE_AT(0), *a = PLACE_AT(4), *b = PLACE_AT(8);
    uint32_t what = word >> 12 & 7;
    if (what == DO_SUMS) sums(to, PLACE_AT(16), a, b);
    else if (what == DO_COMBINE) {
      if (f->prime == PRIME_25519) x25519_combine(to, a, FACTOR_AT(16), b, FACTOR_AT(20));
      else p256_combine(to, a, FACTOR_AT(16), b, FACTOR_AT(20));
    } else {
      if (what & DO_SQUARE) {
        for (uint32_t times = word >> 16 & 0xff; times; times--, a = to) {
          square_columns(f->t, a);
          reduce(f, to);
        }
      }
      if (what & DO_MULTIPLY) {
        multiply_columns(f->t, a, b);
        reduce(f, to);
      }
    }
  } while (!(word >> 31));
}
