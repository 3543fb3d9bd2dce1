/*
 * Arithmetic modulo n, the order of P-256's group, by Montgomery's reduction limb by limb. Limbs are 0 to 2^13 - 1 here. Constant time.
 */
#include "p256.h"
#include "p256-table.h"

/* -1 / n mod 2^13; P256_ORDER_INVERSE is that mod 2^16. */
enum { ORDER_INVERSE = P256_ORDER_INVERSE & LIMB_MASK, WORDS_16 = 16, MOST_BITS = 15 };

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

/* a = (a + m n) / 2^bits for bits up to 15, in 16-bit words. */
static void add_and_shift(uint16_t *a, const uint16_t *n, uint32_t m, uint32_t bits) {
  uint32_t sum = 0;
  for (int i = 0; i < WORDS_16; i++, a++) {
    uint32_t next = *a + mul16(*n++, m) + (sum >> 16);
    if (i) a[-1] = ((sum & 0xffff) | next << 16) >> bits;
    sum = next;
  }
  a[-1] = sum >> bits;
}

/*
 * out = 1 / a mod n for a below n, 0 for 0, not in Montgomery form: the binary extended Euclidean algorithm, where x is u / a and y is v / a mod n. Takes
 * the table's place. Variable time.
 */
void order_invert(struct p256 *s, int16_t *out, const int16_t *a) {
  uint16_t(*words)[WORDS_16] = (void *)s->table, *n = words[0], *u = words[1], *v = words[2], *x = words[3], *y = words[4], *swap;
  number order;
  p256_constant(order, ORDER_N);
  number_to_le((uint8_t *)n, order);
  number_to_le((uint8_t *)u, a);
  number_to_le((uint8_t *)v, order);
  clear_words((uint32_t *)x, WORDS_16);
  x[0] = 1;
  for (;;) {
    uint32_t any = 0, zeros = 0;
    for (int i = 0; i < WORDS_16; i++) any |= u[i];
    if (!any) break;
    while (zeros < MOST_BITS && !(u[0] >> zeros & 1)) zeros++;
    add_and_shift(u, n, 0, zeros);
    add_and_shift(x, n, mul16(x[0], P256_ORDER_INVERSE) & ((1 << zeros) - 1), zeros);
    if (!(u[0] & 1)) continue;
    if (subtract_16(words[5], u, v, WORDS_16)) {
      swap = u, u = v, v = swap;
      swap = x, x = y, y = swap;
    }
    subtract_16(u, u, v, WORDS_16);
    if (subtract_16(x, x, y, WORDS_16)) add_and_shift(x, n, 1, 0);
  }
  number_from_le(out, (uint8_t *)y);
}
