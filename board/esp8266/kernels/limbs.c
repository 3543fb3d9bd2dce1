/* Numbers of 20 limbs to and from 32 bytes. Constant time. */
#include "limbs.h"

/* @param step 1 to read upwards (little-endian), -1 to read downwards from `bytes`, which then is the last byte of a big-endian number */
void number_from_bytes(int16_t *out, const uint8_t *bytes, int step) {
  uint32_t held = 0, bits = 0;
  for (int i = 0; i < NUMBER_BYTES; i++, bytes += step) {
    held |= (uint32_t)*bytes << bits;
    bits += 8;
    if (bits >= LIMB_BITS) {
      *out++ = held & LIMB_MASK;
      held >>= LIMB_BITS;
      bits -= LIMB_BITS;
    }
  }
  *out = held;
}

/* The limbs must be 0 to 2^13 - 1. */
void number_to_bytes(uint8_t *bytes, const int16_t *a, int step) {
  uint32_t held = 0, bits = 0;
  for (int i = 0; i < NUMBER_BYTES; i++, bytes += step) {
    if (bits < 8) {
      held |= (uint32_t)*a++ << bits;
      bits += LIMB_BITS;
    }
    *bytes = held;
    held >>= 8;
    bits -= 8;
  }
}

/* out = a + b with limbs of 0 to 2^13 - 1, if those of a and b are. */
void number_add(int16_t *out, const int16_t *a, const int16_t *b) {
  int32_t carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    carry += a[i] + b[i];
    out[i] = carry & LIMB_MASK;
    carry >>= LIMB_BITS;
  }
}

/* 1 if a < b, for limbs of 0 to 2^13 - 1. */
int number_less(const int16_t *a, const int16_t *b) {
  int32_t borrow = 0;
  for (int i = 0; i < LIMBS; i++) borrow = (a[i] - b[i] + borrow) >> LIMB_BITS;
  return borrow & 1;
}

int number_is_zero(const int16_t *a) {
  int32_t any = 0;
  for (int i = 0; i < LIMBS; i++) any |= a[i];
  return any == 0;
}
