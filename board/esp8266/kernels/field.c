/* Sums and differences, whatever the field. Constant time. */
#include "field.h"

/* sum = a + b, difference = a - b; they may be a and b themselves. */
void field_sums(int16_t *sum, int16_t *difference, const int16_t *a, const int16_t *b) {
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
