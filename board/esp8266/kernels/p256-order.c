/*
 * Arithmetic modulo n, the order of P-256's group, by Montgomery's reduction limb by limb. Limbs are 0 to 2^13 - 1 here. Constant time.
 */
#include "p256.h"
#include "p256-table.h"

/* -1 / n mod 2^13 */
enum { ORDER_INVERSE = P256_ORDER_INVERSE, WINDOW_BITS = 4, WINDOW_MASK = 15 };

/* 1 if 1 <= a < n. */
int order_in_range(const int16_t *a) {
  number n;
  p256_constant(n, ORDER_N);
  return number_less(a, n) & !number_is_zero(a);
}

/* a mod n for a < 2 n. */
void order_canonical(int16_t *a) {
  number n, less;
  int32_t carry = 0;
  p256_constant(n, ORDER_N);
  for (int i = 0; i < LIMBS; i++) {
    carry += a[i] - n[i];
    less[i] = carry & LIMB_MASK;
    carry >>= LIMB_BITS;
  }
  for (int i = 0; i < LIMBS; i++) a[i] = less[i] ^ ((less[i] ^ a[i]) & carry);
}

/* 32 big-endian bytes mod n (less than 2 n). */
void order_import(int16_t *out, const uint8_t *bytes) {
  number_from_be(out, bytes);
  order_canonical(out);
}

/* out = a b / R mod n, below n if a and b are below 2 n. Columns are unsigned: both products together do not fit signed ones. */
void order_multiply(struct p256 *s, int16_t *out, const int16_t *a, const int16_t *b) {
  number n;
  uint32_t *t = (uint32_t *)s->t, carry = 0;
  p256_constant(n, ORDER_N);
  multiply_columns(s->t, a, b);
  t[COLUMNS] = 0;
  for (int i = 0; i < LIMBS; i++, t++) {
    uint32_t m = times(t[0], ORDER_INVERSE) & LIMB_MASK;
    for (int j = 0; j < LIMBS; j++) t[j] += times(m, n[j]);
    t[1] += t[0] >> LIMB_BITS;
  }
  for (int i = 0; i < LIMBS; i++) {
    carry += t[i];
    out[i] = carry & LIMB_MASK;
    carry >>= LIMB_BITS;
  }
  order_canonical(out);
}

/* out = a^(n - 2), a and out in Montgomery form; out must not be a. The exponent is public: four bits at a time with a^1 .. a^15 in the table. */
void order_invert(struct p256 *s, int16_t *out, const int16_t *a) {
  number exponent;
  number *powers = (number *)s->table;
  uint32_t *words = s->scalar;
  p256_constant(exponent, ORDER_N);
  exponent[0] -= 2;
  number_to_le((uint8_t *)words, exponent);
  number_copy(powers[1], a);
  for (int i = 2; i <= WINDOW_MASK; i++) order_multiply(s, powers[i], powers[i - 1], a);
  number_copy(out, powers[WINDOW_MASK]);
  for (int bit = 256 - 2 * WINDOW_BITS; bit >= 0; bit -= WINDOW_BITS) {
    uint32_t digit = (words[bit >> 5] >> (bit & 31)) & WINDOW_MASK;
    for (int turn = 0; turn < WINDOW_BITS; turn++) order_multiply(s, out, out, out);
    if (digit) order_multiply(s, out, out, powers[digit]);
  }
}
