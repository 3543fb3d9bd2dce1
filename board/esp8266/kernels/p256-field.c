/*
 * Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SEC 2 section 2.4.2). Montgomery reduction (Montgomery 1985) is cheap for this p: it is
 * -1 modulo 2^96, so each limb's multiplier is the limb itself, and the multiples are shifts. Constant time.
 */
#include "p256.h"

enum {
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

/*
 * What the multipliers add to a column, each that of the column so many limbs below, << shift; the shifts are taken one after the other, because shifting
 * by up to 3 costs nothing in a sum.
 */
#define M_96 m[LIMB_256 - LIMB_96]
#define M_192 m[LIMB_256 - LIMB_192]
#define M_224 m[LIMB_256 - LIMB_224]
#define M_256 m[0]
#define ADDED_192_96 ((M_192 * 32 + M_96) * 32)
#define ADDED_192_96_224 (((M_192 * 32 + M_96) * 4 - M_224) * 8)
#define ADDED_ALL ((((M_192 * 2 + M_256) * 16 + M_96) * 4 - M_224) * 8)
#define ADDED_192_256_224 (((M_192 * 2 + M_256) * 64 - M_224) * 8)
#define ADDED_256_224 ((M_256 * 64 - M_224) * 8)
#define COLUMN m[LIMB_256]
#define UP_TO(last) for (const int32_t *end = t + (last) + 1 - LIMB_256; m != end; m++)
/* Columns below LIMBS: the low bits become the column's multiplier, kept in its place, and vanish. */
#define MULTIPLIERS(last, added)                                                                                                           \
  UP_TO(last) {                                                                                                                            \
    carry += COLUMN + (added);                                                                                                             \
    COLUMN = carry & LIMB_MASK;                                                                                                            \
    carry >>= LIMB_BITS;                                                                                                                   \
  }
#define RESULTS(last, added) UP_TO(last) carry = put_limb(out++, COLUMN + carry + (added));

/* out = t / R mod p */
void p256_reduce(int16_t *out, int32_t *t) {
  /* LIMB_256 before the present column. */
  int32_t *m = t - LIMB_256, carry = 0;
  MULTIPLIERS(LIMB_96 - 1, 0)
  MULTIPLIERS(LIMB_192 - 1, M_96 << SHIFT_96)
  MULTIPLIERS(LIMB_224 - 1, ADDED_192_96)
  MULTIPLIERS(LIMB_256 - 1, ADDED_192_96_224)
  MULTIPLIERS(LIMB_256, ADDED_ALL)
  RESULTS(LIMBS - 1 + LIMB_96, ADDED_ALL)
  RESULTS(LIMBS - 1 + LIMB_192, ADDED_192_256_224)
  RESULTS(LIMBS - 1 + LIMB_224, ADDED_256_224)
  RESULTS(LIMBS - 1 + LIMB_256, M_256 << SHIFT_256)
  *out = carry;
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

/* Writes the number, 0 to p - 1, as 32 big-endian bytes. */
void p256_export(uint8_t *bytes, const int16_t *a) {
  number x, p;
  p256_combine(x, a, 1, a, 0);
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
