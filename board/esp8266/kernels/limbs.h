/*
 * Numbers of 20 signed limbs of 13 bits (260 bits), which both curves compute with: the product of two limbs is one mul16s, and 20 of them add up in a
 * 32-bit register.
 */
#ifndef LIMBS_H
#define LIMBS_H

#include "kernels.h"

enum { LIMBS = 20, HALF = LIMBS / 2, LIMB_BITS = 13, LIMB_MASK = 0x1fff, COLUMNS = 2 * LIMBS - 1, NUMBER_BYTES = 32 };

typedef int16_t number[LIMBS];
typedef int32_t columns[COLUMNS + 1];
typedef int32_t columns_of_half[2 * HALF];

/* multiply.S */
void multiply_half(int32_t *t, const int16_t *a, const int16_t *b);
void multiply_columns(int32_t *t, const int16_t *a, const int16_t *b);
void square_columns(int32_t *t, const int16_t *a);

/* limbs.c */
void limbs_from_bytes(int16_t *out, const uint8_t *bytes, int step, int length);
void limbs_to_bytes(uint8_t *bytes, const int16_t *a, int step, int length);
void number_from_le(int16_t *out, const uint8_t *bytes);
void number_from_be(int16_t *out, const uint8_t *bytes);
void number_to_le(uint8_t *bytes, const int16_t *a);
void number_to_be(uint8_t *bytes, const int16_t *a);
void number_add(int16_t *out, const int16_t *a, const int16_t *b);
int number_less(const int16_t *a, const int16_t *b);
int number_is_zero(const int16_t *a);

INLINE void number_copy(int16_t *to, const int16_t *from) { copy_words((uint32_t *)to, (const uint32_t *)from, LIMBS / 2); }
INLINE void number_clear(int16_t *a) { clear_words((uint32_t *)a, LIMBS / 2); }

/* One instruction each; the compiler would make several of a multiplication by a constant. */
INLINE int32_t times(int32_t a, int32_t b) {
  int32_t product;
  __asm__("mull %0, %1, %2" : "=a"(product) : "a"(a), "a"(b));
  return product;
}

#endif
