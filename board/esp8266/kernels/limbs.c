/* Numbers of limbs to and from bytes, and compared. Constant time. */
#include "limbs.h"

/*
 * `length` bytes, an even number, as limbs of 0 to 2^13 - 1.
 * @param step 1 to read upwards (little-endian), -1 to read downwards from `bytes`, which then is the last byte of a big-endian number
 */
void limbs_from_bytes(int16_t *out, const uint8_t *bytes, int step, int length) {
  uint32_t held = 0, bits = 0;
  do {
    uint32_t pair = *bytes;
    bytes += step;
    pair |= *bytes << 8;
    bytes += step;
    held |= pair << bits;
    bits += 16;
    do {
      *out++ = held & LIMB_MASK;
      held >>= LIMB_BITS;
      bits -= LIMB_BITS;
    } while (bits >= LIMB_BITS);
  } while (length -= 2);
  *out = held;
}

/* The limbs must be 0 to 2^13 - 1. */
void limbs_to_bytes(uint8_t *bytes, const int16_t *a, int step, int length) {
  uint32_t held = 0, bits = 0;
  for (; length; length--, bytes += step) {
    if (bits < 8) {
      held |= (uint32_t)*a++ << bits;
      bits += LIMB_BITS;
    }
    *bytes = held;
    held >>= 8;
    bits -= 8;
  }
}

void number_from_le(int16_t *out, const uint8_t *bytes) { limbs_from_bytes(out, bytes, 1, NUMBER_BYTES); }
void number_from_be(int16_t *out, const uint8_t *bytes) { limbs_from_bytes(out, bytes + NUMBER_BYTES - 1, -1, NUMBER_BYTES); }
void number_to_le(uint8_t *bytes, const int16_t *a) { limbs_to_bytes(bytes, a, 1, NUMBER_BYTES); }
void number_to_be(uint8_t *bytes, const int16_t *a) { limbs_to_bytes(bytes + NUMBER_BYTES - 1, a, -1, NUMBER_BYTES); }

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
