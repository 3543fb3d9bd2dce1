/*
 * Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SEC 2 section 2.4.2). Montgomery reduction (Montgomery 1985) is cheap for this p: it is
 * -1 modulo 2^96, so each limb's multiplier is the limb itself, and the multiples are shifts. Constant time.
 */
#include "p256.h"

enum {
  HALF_LIMB = 1 << 12,
  /* The positions of p's powers of two: limb and shift of 2^96, 2^192, 2^224, 2^256. */
  LIMB_96 = 7,
  SHIFT_96 = 5,
  LIMB_192 = 14,
  SHIFT_192 = 10,
  LIMB_224 = 17,
  SHIFT_224 = 3,
  LIMB_256 = 19,
  SHIFT_256 = 9,
  HALF_PRIME_TOP = 1 << (SHIFT_256 - 1),
};

INLINE int32_t put_limb(int16_t *out, int32_t value) {
  value += HALF_LIMB;
  *out = (value & LIMB_MASK) - HALF_LIMB;
  return value >> LIMB_BITS;
}

/* What multiplier m[-i] adds to this column. */
#define M_96 (m[-LIMB_96] << SHIFT_96)
#define M_192 (m[-LIMB_192] << SHIFT_192)
#define M_224 (m[-LIMB_224] << SHIFT_224)
#define M_256 (m[-LIMB_256] << SHIFT_256)
/* Columns up to `last`: below LIMBS the low bits become the column's multiplier, kept in its place, and vanish. */
#define MULTIPLIERS(last, added)                                                                                                           \
  for (; m != t + (last) + 1; m++) {                                                                                                       \
    carry += *m + (added);                                                                                                                 \
    *m = carry & LIMB_MASK;                                                                                                                \
    carry >>= LIMB_BITS;                                                                                                                   \
  }
#define RESULTS(last, added)                                                                                                               \
  for (; m != t + (last) + 1; m++) carry = put_limb(out++, *m + carry + (added))

/* out = t / R mod p */
static NOINLINE void reduce(int16_t *out, int32_t *t) {
  int32_t *m = t, carry = 0;
  MULTIPLIERS(LIMB_96 - 1, 0)
  MULTIPLIERS(LIMB_192 - 1, M_96)
  MULTIPLIERS(LIMB_224 - 1, M_96 + M_192)
  MULTIPLIERS(LIMB_256 - 1, M_96 + M_192 - M_224)
  MULTIPLIERS(LIMB_256, M_96 + M_192 - M_224 + M_256)
  RESULTS(LIMBS - 1 + LIMB_96, M_96 + M_192 - M_224 + M_256);
  RESULTS(LIMBS - 1 + LIMB_192, M_192 - M_224 + M_256);
  RESULTS(LIMBS - 1 + LIMB_224, M_256 - M_224);
  RESULTS(LIMBS - 1 + LIMB_256, M_256);
  *out = carry;
}

void p256_multiply(struct p256 *s, int16_t *out, const int16_t *a, const int16_t *b) {
  multiply_columns(s->t, a, b);
  reduce(out, s->t);
}

void p256_square(struct p256 *s, int16_t *out, const int16_t *a) {
  square_columns(s->t, a);
  reduce(out, s->t);
}

void p256_add(int16_t *out, const int16_t *a, const int16_t *b) {
  for (int i = 0; i < LIMBS; i++) out[i] = a[i] + b[i];
}

void p256_subtract(int16_t *out, const int16_t *a, const int16_t *b) {
  for (int i = 0; i < LIMBS; i++) out[i] = a[i] - b[i];
}

/* out = ca * a + cb * b with limbs of one and a value of about p / 2 at most: as many p as the highest limb says are taken off. */
void p256_combine(int16_t *out, const int16_t *a, int32_t ca, const int16_t *b, int32_t cb) {
  int32_t q = (times(a[LIMBS - 1], ca) + times(b[LIMBS - 1], cb) + HALF_PRIME_TOP) >> SHIFT_256;
  int32_t carry = q;
  int i = 0;
#define COMBINE_TO(limb)                                                                                                                   \
  for (; i < limb; i++) carry = put_limb(out + i, times(a[i], ca) + times(b[i], cb) + carry)
  COMBINE_TO(LIMB_96);
  carry -= q << SHIFT_96;
  COMBINE_TO(LIMB_192);
  carry -= q << SHIFT_192;
  COMBINE_TO(LIMB_224);
  carry += q << SHIFT_224;
  COMBINE_TO(LIMB_256);
  out[LIMB_256] = times(a[LIMB_256], ca) + times(b[LIMB_256], cb) + carry - (q << SHIFT_256);
}

/* All ones if a = 0 mod p, else 0. */
uint32_t p256_zero_mask(const int16_t *a) {
  number reduced;
  int32_t any = 0;
  p256_combine(reduced, a, 1, a, 0);
  for (int i = 0; i < LIMBS; i++) any |= reduced[i];
  return ~((any | -any) >> 31);
}

static NOINLINE void square_times(struct p256 *s, int16_t *out, const int16_t *a, int times) {
  p256_square(s, out, a);
  while (--times) p256_square(s, out, out);
}

/* out = a^(p - 2); uses temp[0] to temp[4]; out may be a. x<n> is a^(2^n - 1). */
void p256_invert(struct p256 *s, int16_t *out, const int16_t *a) {
  int16_t *x1 = s->temp[0], *x2 = s->temp[1], *x15 = s->temp[2], *x30 = s->temp[3], *x = s->temp[4];
  number_copy(x1, a);
  p256_square(s, x, x1);
  p256_multiply(s, x2, x, x1);
  p256_square(s, x, x2);
  p256_multiply(s, x15, x, x1);
  /* x15 holds a^(2^3 - 1). */
  square_times(s, x, x15, 3);
  p256_multiply(s, x, x, x15);
  square_times(s, x30, x, 6);
  p256_multiply(s, x, x30, x);
  square_times(s, x, x, 3);
  p256_multiply(s, x15, x, x15);
  square_times(s, x, x15, 15);
  p256_multiply(s, x30, x, x15);
  square_times(s, x, x30, 2);
  p256_multiply(s, x, x, x2);
  /* x = x32; p - 2 is ffffffff 00000001 00000000 00000000 00000000 ffffffff ffffffff fffffffd. */
  number_copy(x15, x);
  square_times(s, x, x, 32);
  p256_multiply(s, x, x, x1);
  square_times(s, x, x, 128);
  p256_multiply(s, x, x, x15);
  square_times(s, x, x, 32);
  p256_multiply(s, x, x, x15);
  square_times(s, x, x, 30);
  p256_multiply(s, x, x, x30);
  square_times(s, x, x, 2);
  p256_multiply(s, out, x, x1);
}

/* The limbs of p. */
static NOINLINE void prime(int16_t *p) {
  int32_t carry = -1;
  for (int i = 0; i < LIMBS; i++) {
    carry += (i == LIMB_96) << SHIFT_96;
    carry += (i == LIMB_192) << SHIFT_192;
    carry -= (i == LIMB_224) << SHIFT_224;
    carry += (i == LIMB_256) << SHIFT_256;
    p[i] = carry & LIMB_MASK;
    carry >>= LIMB_BITS;
  }
}

/* 1 if a < p, for limbs of 0 to 2^13 - 1. */
int p256_below_prime(const int16_t *a) {
  number p;
  prime(p);
  return number_less(a, p);
}

/* Reads 32 big-endian bytes into Montgomery form. Returns 0 if they are not below p, else 1. */
int p256_import(struct p256 *s, int16_t *out, const uint8_t *bytes) {
  number_from_be(out, bytes);
  int below = p256_below_prime(out);
  p256_constant(s->temp[0], MONTGOMERY_P);
  p256_multiply(s, out, out, s->temp[0]);
  return below;
}

/* Writes the number, 0 to p - 1, as 32 big-endian bytes. */
void p256_export(struct p256 *s, uint8_t *bytes, const int16_t *a) {
  int16_t *x = s->temp[0], *p = s->temp[1];
  number_clear(p);
  p[0] = 1;
  p256_multiply(s, x, a, p);
  p256_combine(x, x, 1, x, 0);
  prime(p);
  /* From -p / 2 .. p / 2: add p if negative. */
  int32_t carry = 0, negative = -1;
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < LIMBS; i++) {
      carry += x[i] + (round ? p[i] & negative : 0);
      x[i] = i < LIMBS - 1 ? carry & LIMB_MASK : carry;
      carry = i < LIMBS - 1 ? carry >> LIMB_BITS : 0;
    }
    negative = x[LIMBS - 1] >> 15;
  }
  number_to_be(bytes, x);
}
