/* Copying and comparing bytes. Constant time in the bytes, not in their number. */
#include "kernels.h"

void copy_bytes(uint8_t *to, const uint8_t *from, uint32_t length) {
  if ((((uint32_t)to | (uint32_t)from) & 3) == 0) {
    for (; length >= 4; length -= 4) {
      *(uint32_t *)to = *(const uint32_t *)from;
      to += 4;
      from += 4;
    }
  }
  while (length--) *to++ = *from++;
}

int equal_bytes(const uint8_t *a, const uint8_t *b, uint32_t length) {
  uint32_t difference = 0;
  while (length--) difference |= *a++ ^ *b++;
  return ((difference - 1) >> 31) & 1;
}
