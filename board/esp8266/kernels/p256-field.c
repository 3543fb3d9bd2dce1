/* Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SEC 2 section 2.4.2), but for the reduction (p256-reduce.S). Constant time. */
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
