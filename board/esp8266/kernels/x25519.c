/*
 * X25519 (RFC 7748 sections 4.1 and 5): the Montgomery ladder; for the base point a comb on the equivalent Edwards curve. Constant time.
 *
 * Field elements are 20 signed limbs of 13 bits; 2^260 = 608 mod p. What multiplication gives has limbs of at most 2^12 + 2, so that the sum or the
 * difference of two such elements may be multiplied again without a carry in between.
 */
#include "field.h"
#include "x25519-table.h"

enum {
  FOLD = 608,
  TOP_BITS = 8,
  TOP_MASK = 0xff,
  PRIME_FOLD = 19,
  /* (A - 2) / 4 of the curve. */
  A24 = 121665,
  TOP_BIT = 254,
  COMB_ROWS = 4,
  COMB_COLUMNS = 63,
  COMB_ENTRIES = 8,
  COMB_LOW_BITS = 3,
  ENTRY_WORDS = 24,
  NUMBER_WORDS = 8,
};

struct x25519 {
  columns t;
  enum field_prime prime;
  union {
    struct {
      number x1, x2, z2, x3, z3, a, b, c, d;
    };
    number n[12];
  };
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
           COMBINE(A, A, 1, B, CB_A24), MUL(Z2, A, B), SUMS(X3, Z3, D, C), SQR(X3, X3), SQR(Z3, Z3), LAST(MUL(Z3, Z3, X1)));

/*
 * x2 = x2 / z2: z2^(p - 2) with the usual chain. In the course of it x3 becomes z2^11, a z2^(2^5 - 1), b 2^10 - 1, c 2^20 - 1, a 2^50 - 1, c 2^100 - 1,
 * b 2^250 - 1.
 */
CODE_TABLE(x25519_divide, SQR(A, Z2), SQR_MUL(B, A, 2, Z2), MUL(X3, B, A), SQR_MUL(A, X3, 1, B), SQR_MUL(B, A, 5, A), SQR_MUL(C, B, 10, B),
           SQR_MUL(D, C, 20, C), SQR_MUL(A, D, 10, B), SQR_MUL(C, A, 50, A), SQR_MUL(D, C, 100, C), SQR_MUL(B, D, 50, A), SQR_MUL(A, B, 5, X3),
           LAST(MUL(X2, X2, A)));

/* Adds `over` * 2^260. */
INLINE void fold_over(int16_t *out, int32_t over) {
  over = put_limb(out, out[0] + times(over, FOLD));
  out[2] += put_limb(out + 1, out[1] + over);
}

/* What is left of the higher columns goes on in `high`, what is left of the lower ones in `low`. */
#define FOLD_COLUMN(i)                                                                                                                     \
  high += t[LIMBS + i];                                                                                                                    \
  low = put_limb(to + i, t[i] + low + times(high & LIMB_MASK, FOLD));                                                                      \
  high >>= LIMB_BITS;

void x25519_reduce(int16_t *out, const int32_t *t) {
  int32_t low = 0, high = 0;
  int16_t *to = out;
  for (const int32_t *end = t + LIMBS - 2; t != end; t += 2, to += 2) {
    FOLD_COLUMN(0)
    FOLD_COLUMN(1)
  }
  FOLD_COLUMN(0)
  low = put_limb(to + 1, t[1] + low + times(high, FOLD));
  fold_over(out, low);
}

void x25519_combine(int16_t *out, const int16_t *a, int32_t ca, const int16_t *b, int32_t cb) {
  int32_t carry = 0;
  if (cb == CB_A24) cb = A24;
  for (int i = 0; i < LIMBS; i++) carry = put_limb(out + i, times(a[i], ca) + times(b[i], cb) + carry);
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

/* Limbs of 0 to 2^13 - 1 and 255 bits in all; gives what is to be added for what was above. */
static NOINLINE int32_t carry_over(int16_t *a, int32_t carry) {
  for (int i = 0; i < LIMBS; i++) {
    carry += a[i];
    a[i] = carry & LIMB_MASK;
    carry >>= LIMB_BITS;
  }
  carry = carry << (LIMB_BITS - TOP_BITS) | a[LIMBS - 1] >> TOP_BITS;
  a[LIMBS - 1] &= TOP_MASK;
  return PRIME_FOLD * carry;
}

/* The limbs of the number 0 to p - 1. */
static void canonical(int16_t *a) {
  number more;
  int32_t carry = 0;
  /* The second round may leave a borrow, the third none. */
  for (int round = 0; round < 3; round++) carry = carry_over(a, carry);
  /* It is p or more, if adding 19 gives 2^255 or more. */
  number_copy(more, a);
  carry_over(a, carry_over(more, PRIME_FOLD));
}

/*
 * The comb. The coordinates are those of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2, (x, y) = (X / Z, Y / Z) and T = X Y / Z; the formulas are
 * dbl-2008-hwcd and madd-2008-hwcd-3 (Hisil, Wong, Carter, Dawson), which hold for all points. Of a multiple of the base point there are y + x, y - x
 * and 2 d x y.
 */
#define X 0
#define Y 1
#define Z 2
#define T 3
#define E 4
#define PLUS 9
#define MINUS 10
#define PRODUCT 11

/* E = (X + Y)^2 - H, H = X^2 + Y^2 in c, G = Y^2 - X^2 in d, F = 2 Z^2 - G in a */
CODE_TABLE(x25519_double, SQR(A, X), SQR(B, Y), SUMS(C, D, B, A), SUMS(E, B, X, Y), SQR(E, E), COMBINE(E, E, 1, C, -1), SQR(A, Z), COMBINE(A, A, 2, D, -1),
           MUL(X, E, A), MUL(Y, D, C), MUL(T, E, C), LAST(MUL(Z, A, D)));

/* A and B in a and b, C = T 2 d x y in c; F = 2 Z - C in d, G = 2 Z + C in e, H = B + A in c, E = B - A in a. It leaves T as it was, which doubling makes. */
CODE_TABLE(x25519_add, SUMS(B, A, Y, X), MUL(A, A, MINUS), MUL(B, B, PLUS), MUL(C, T, PRODUCT), COMBINE(D, Z, 2, C, -1), COMBINE(E, Z, 2, C, 1),
           SUMS(C, A, B, A), MUL(X, A, D), MUL(Y, E, C), LAST(MUL(Z, D, E)));

/* u = (Z + Y) / (Z - Y) (RFC 7748 section 4.1) */
CODE_TABLE(x25519_fraction, LAST(SUMS(X2, Z2, Z, Y)));

/* Made by tools/kernels/x25519-table.ts. */
CODE_TABLE(x25519_comb, X25519_COMB);
CODE_TABLE(x25519_comb_start, X25519_COMB_START);

/*
 * Takes the entry of the table for a column of the scalar, reading all of it. The highest row's bit is the sign, the others say which of their rows
 * have the same. It must not be told from how long that takes or which line of flash is read.
 */
static void take_entry(struct x25519 *s, int column) {
  uint32_t *words = (uint32_t *)s->t, digit = 0;
  for (int row = COMB_ROWS - 1; row >= 0; row--) {
    uint32_t bit = column + COMB_COLUMNS * row + COMB_LOW_BITS;
    digit = digit << 1 | (s->scalar[bit >> 5] >> (bit & 31) & 1);
  }
  uint32_t negative = (digit >> (COMB_ROWS - 1)) - 1;
  code_word *entry = x25519_comb();
  digit = (digit ^ negative) & (COMB_ENTRIES - 1);
  clear_words(words, ENTRY_WORDS);
  for (uint32_t i = 0; i < COMB_ENTRIES; i++) {
    uint32_t mask = 0 - (((digit ^ i) - 1) >> 31);
    for (int word = 0; word < ENTRY_WORDS; word++) words[word] |= *entry++ & mask;
  }
  /* y + x and y - x change places, 2 d x y its sign. */
  for (int i = 0; i < NUMBER_WORDS; i++) {
    uint32_t difference = (words[i] ^ words[NUMBER_WORDS + i]) & negative;
    words[i] ^= difference;
    words[NUMBER_WORDS + i] ^= difference;
  }
  for (int i = 0; i < 3; i++) number_from_le(s->n[PLUS + i], (uint8_t *)(words + NUMBER_WORDS * i));
  for (int i = 0; i < LIMBS; i++) s->n[PRODUCT][i] = (s->n[PRODUCT][i] ^ negative) - negative;
}

/* x2 / z2 = u of scalar * base point */
static void multiply_base(struct x25519 *s) {
  struct field *f = (struct field *)s;
  copy_code_words((uint32_t *)s->n[X], x25519_comb_start(), LIMBS);
  number_clear(s->n[Z]);
  s->n[Z][0] = 1;
  for (int column = COMB_COLUMNS - 1; column >= 0; column--) {
    field_run(f, x25519_double());
    take_entry(s, column);
    field_run(f, x25519_add());
  }
  field_run(f, x25519_fraction());
}

/* x2 / z2 = u of scalar * peer */
static void multiply_peer(struct x25519 *s, const uint8_t *peer) {
  number_from_le(s->x1, peer);
  s->x1[LIMBS - 1] &= TOP_MASK;
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
    field_run((struct field *)s, x25519_step());
  }
  swap_if(0 - before, (uint32_t *)s->x2, (uint32_t *)s->x3);
}

/* out = the x coordinate of scalar * peer, or of the base point if peer is 0. Returns 0 if it is 0 (RFC 7748 section 6.1), else 1. */
int x25519(uint8_t *ram, const uint8_t *scalar, const uint8_t *peer, uint8_t *out) {
  struct x25519 *s = take_scratch(ram);
  uint8_t *bytes = (uint8_t *)s->scalar;
  s->prime = PRIME_25519;
  copy_bytes(bytes, scalar, NUMBER_BYTES);
  bytes[0] &= 248;
  bytes[31] &= 127;
  bytes[31] |= 64;
  if (peer) multiply_peer(s, peer);
  else multiply_base(s);
  field_run((struct field *)s, x25519_divide());
  canonical(s->x2);
  number_to_le(out, s->x2);
  uint32_t any = 0;
  for (int i = 0; i < NUMBER_BYTES; i++) any |= out[i];
  return any != 0;
}
