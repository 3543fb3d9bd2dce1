/*
 * X25519 (RFC 7748 sections 4.1 and 5): the Montgomery ladder. Constant time.
 *
 * Field elements are 20 signed limbs of 13 bits; 2^260 = 608 mod p. What multiplication gives has limbs of at most 2^12 + 2, so that the sum or the
 * difference of two such elements may be multiplied again without a carry in between.
 */
#include "field.h"

enum {
  FOLD = 608,
  HALF_LIMB = 1 << 12,
  TOP_BITS = 8,
  TOP_MASK = 0xff,
  PRIME_FOLD = 19,
  /* (A - 2) / 4 of the curve. */
  A24 = 121665,
  BASE_POINT = 9,
  TOP_BIT = 254,
};

struct x25519 {
  columns t;
  enum field_prime prime;
  number x1, x2, z2, x3, z3, a, b, c, d;
  uint32_t scalar[8];
};

/* The numbers' places in the programs. */
#define X1 0
#define X2 1
#define Z2 2
#define X3 3
#define Z3 4
#define A 5
#define B 6
#define C 7
#define D 8

/* RFC 7748 section 5; one step of the ladder. */
CODE_TABLE(x25519_step, SUMS(A, B, X2, Z2), SUMS(C, D, X3, Z3), MUL(D, D, A), MUL(C, C, B), SQR(A, A), SQR(B, B), MUL(X2, A, B), SUMS(Z2, B, A, B),
           COMBINE(A, A, 0, B, 0), MUL(Z2, A, B), SUMS(X3, Z3, D, C), SQR(X3, X3), SQR(Z3, Z3), LAST(MUL(Z3, Z3, X1)));

/*
 * x2 = x2 / z2: z2^(p - 2) with the usual chain. In the course of it x3 becomes z2^11, a z2^(2^5 - 1), b 2^10 - 1, c 2^20 - 1, a 2^50 - 1, c 2^100 - 1,
 * b 2^250 - 1.
 */
CODE_TABLE(x25519_divide, SQR(A, Z2), SQR_MUL(B, A, 2, Z2), MUL(X3, B, A), SQR_MUL(A, X3, 1, B), SQR_MUL(B, A, 5, A), SQR_MUL(C, B, 10, B),
           SQR_MUL(D, C, 20, C), SQR_MUL(A, D, 10, B), SQR_MUL(C, A, 50, A), SQR_MUL(D, C, 100, C), SQR_MUL(B, D, 50, A), SQR_MUL(A, B, 5, X3),
           LAST(MUL(X2, X2, A)));

/* out limb i = value's balanced low 13 bits; gives what goes to the next limb. */
INLINE int32_t put_limb(int16_t *out, int32_t value) {
  value += HALF_LIMB;
  *out = (value & LIMB_MASK) - HALF_LIMB;
  return value >> LIMB_BITS;
}

/* Adds `over` * 2^260. */
INLINE void fold_over(int16_t *out, int32_t over) {
  over = put_limb(out, out[0] + times(over, FOLD));
  out[2] += put_limb(out + 1, out[1] + over);
}

void x25519_reduce(int16_t *out, const int32_t *t) {
  int32_t low = 0, high = 0;
  const int32_t *end = t + LIMBS - 1;
  int16_t *to = out;
#define FOLD_COLUMN(i)                                                                                                                     \
  high += t[LIMBS + i];                                                                                                                    \
  low = put_limb(to + i, t[i] + low + times(high & LIMB_MASK, FOLD));                                                                      \
  high >>= LIMB_BITS;
  while (t != end) {
    FOLD_COLUMN(0);
    t++;
    to++;
  }
  low = put_limb(to, *t + low + times(high, FOLD));
  fold_over(out, low);
}

/* out = a + A24 * b */
void x25519_add_a24(int16_t *out, const int16_t *a, const int16_t *b) {
  int32_t carry = 0;
  for (int i = 0; i < LIMBS; i++) carry = put_limb(out + i, a[i] + times(b[i], A24) + carry);
  fold_over(out, carry);
}

/* Swaps two pairs of elements (a with a + far, b with b + far in words) if mask is all ones. */
static NOINLINE void swap_if(uint32_t mask, uint32_t *a, uint32_t *b) {
  for (int i = 0; i < LIMBS; i++) {
    uint32_t difference = (a[i] ^ b[i]) & mask;
    a[i] ^= difference;
    b[i] ^= difference;
  }
}

/* The limbs of the number 0 to p - 1. */
static void canonical(int16_t *a) {
  int32_t carry = 0;
  /* Three rounds: the second may leave a borrow, the third none. */
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < LIMBS - 1; i++) {
      carry += a[i];
      a[i] = carry & LIMB_MASK;
      carry >>= LIMB_BITS;
    }
    carry += a[LIMBS - 1];
    a[LIMBS - 1] = carry & TOP_MASK;
    carry = PRIME_FOLD * (carry >> TOP_BITS);
  }
  a[0] += carry;
  /* p or more, if adding 19 gives 2^255 or more. */
  carry = PRIME_FOLD;
  for (int i = 0; i < LIMBS - 1; i++) carry = (carry + a[i]) >> LIMB_BITS;
  carry = PRIME_FOLD * ((carry + a[LIMBS - 1]) >> TOP_BITS);
  for (int i = 0; i < LIMBS; i++) {
    carry += a[i];
    a[i] = carry & LIMB_MASK;
    carry >>= LIMB_BITS;
  }
  a[LIMBS - 1] &= TOP_MASK;
}

/* out = the x coordinate of scalar * peer, or of the base point if peer is 0. Returns 0 if it is 0 (RFC 7748 section 6.1), else 1. */
int x25519(uint8_t *ram, const uint8_t *scalar, const uint8_t *peer, uint8_t *out) {
  struct x25519 *s = take_scratch(ram);
  struct field *f = (struct field *)s;
  uint8_t *bytes = (uint8_t *)s->scalar;
  s->prime = PRIME_25519;
  copy_bytes(bytes, scalar, NUMBER_BYTES);
  bytes[0] &= 248;
  bytes[31] &= 127;
  bytes[31] |= 64;
  number_clear(s->x1);
  s->x1[0] = BASE_POINT;
  if (peer) {
    number_from_le(s->x1, peer);
    s->x1[LIMBS - 1] &= TOP_MASK;
  }
  number_copy(s->x3, s->x1);
  number_clear(s->x2);
  s->x2[0] = 1;
  number_copy(s->z3, s->x2);
  number_clear(s->z2);
  uint32_t before = 0;
  for (int bit = TOP_BIT; bit >= 0; bit--) {
    uint32_t now = (s->scalar[bit >> 5] >> (bit & 31)) & 1;
    swap_if(0 - (now ^ before), (uint32_t *)s->x2, (uint32_t *)s->x3);
    before = now;
    field_run(f, x25519_step());
  }
  swap_if(0 - before, (uint32_t *)s->x2, (uint32_t *)s->x3);
  field_run(f, x25519_divide());
  canonical(s->x2);
  number_to_le(out, s->x2);
  uint32_t any = 0;
  for (int i = 0; i < NUMBER_BYTES; i++) any |= out[i];
  return any != 0;
}
