/*
 * P-256 (SEC 2 section 2.4.2, FIPS 186-5): the field, points and the order. Numbers are in Montgomery form with R = 2^260.
 *
 * The limbs of a product, and of what p256_combine gives, are at most 2^12 ("one"); a sum or difference of such is counted by the number of its terms.
 * Factors may have limbs of a ones and b ones if a * b <= 6, so that the columns fit into 32 bits, and neither is above 3 (multiply_columns).
 */
#ifndef P256_H
#define P256_H

#include "field.h"

/* Jacobian coordinates: (x / z^2, y / z^3); z = 0 is the point at infinity. */
struct point {
  number x, y, z;
};

INLINE void point_copy(struct point *to, const struct point *from) {
  copy_words((uint32_t *)to, (const uint32_t *)from, sizeof(struct point) / 4);
}

enum { TABLE_POINTS = 8, SCALAR_WORDS = 9, TERMS = 53 };

/* How P-256 uses the scratch. HMAC's part of it lies in `table` and after, and is not needed while that is. */
struct p256 {
  columns t;
  enum field_prime prime;
  number temp[8];
  struct point sum, other;
  uint32_t scalar[SCALAR_WORDS];
  /* The odd multiples 1, 3, ... 15 of a point. */
  struct point table[TABLE_POINTS];
  union {
    /* The scalars of ecdsa_verify, recoded. */
    struct {
      uint16_t base_terms[TERMS], key_terms[TERMS];
    };
    /* 1 / nonce of ecdsa_sign. */
    number kept;
  };
};
_Static_assert(sizeof(struct p256) <= At_arena - At_scratch, "scratch");

/* The numbers' places in the programs (field.h). */
#define SUM_X 8
#define SUM_Y 9
#define SUM_Z 10
#define OTHER_X 11
#define OTHER_Y 12
#define OTHER_Z 13

/* p256-constants.c: made by tools/kernels/p256-table.ts, limbs two to a word. */
enum p256_constant { ORDER_N, MONTGOMERY_P, MONTGOMERY_N, CURVE_B, MONTGOMERY_ONE, CONSTANT_WORDS = LIMBS / 2 };
void p256_constant(int16_t *out, enum p256_constant which);
void p256_base_multiple(struct point *out, uint32_t index);

/* p256-field.c */
uint32_t p256_zero_mask(const int16_t *a);
int p256_below_prime(const int16_t *a);
void p256_export(uint8_t *bytes, const int16_t *a);

/* p256-point.c */
void p256_run(struct p256 *s, code_word *program);
void point_double(struct p256 *s);
uint32_t point_add(struct p256 *s, int affine);
void point_table(struct p256 *s);
void point_multiply(struct p256 *s);
void point_export(struct p256 *s, uint8_t *x, uint8_t *y);
int point_import(struct p256 *s, const uint8_t *bytes);

/* p256-order.c: numbers modulo n, the order of the group. */
void order_multiply(struct p256 *s, int16_t *out, const int16_t *a, const int16_t *b);
void order_invert(struct p256 *s, int16_t *out, const int16_t *a);
void order_canonical(int16_t *a);
void order_import(int16_t *out, const uint8_t *bytes);
int order_in_range(const int16_t *a);

#endif
