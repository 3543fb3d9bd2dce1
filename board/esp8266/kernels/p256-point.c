/*
 * Points of P-256 in Jacobian coordinates: dbl-2001-b (Bernstein) and add-1998-cmo-2 (Cohen, Miyaji, Ono), as the Explicit-Formulas Database names
 * them. point_multiply is constant time; what calls point_add with public data looks at its result.
 */
#include "p256.h"

enum { UNCOMPRESSED = 4, WINDOW = 4, TOP_DIGIT = 63, DIGIT_MASK = 31, DIGIT_BIAS = 16 };

void p256_run(struct p256 *s, code_word *program) {
  s->prime = PRIME_P256;
  field_run((struct field *)s, program);
}

/* 0 is delta, 1 gamma, 2 beta, 3 alpha, 5 not needed: alpha = 3 (x - delta) (x + delta), z = (y + z)^2 - gamma - delta, x = alpha^2 - 8 beta,
   y = alpha (4 beta - x) - 8 gamma^2. */
CODE_TABLE(p256_double, SQR(0, SUM_Z), SQR(1, SUM_Y), MUL(2, SUM_X, 1), SUMS(4, 3, SUM_X, 0), MUL(3, 3, 4), COMBINE(3, 3, 3, 3, 0),
           SUMS(4, 5, SUM_Y, SUM_Z), SQR(4, 4), SUMS(0, 5, 0, 1), COMBINE(SUM_Z, 4, 1, 0, -1), SQR(4, 3), COMBINE(SUM_X, 4, 1, 2, -8),
           COMBINE(2, 2, 4, SUM_X, -1), MUL(4, 3, 2), SQR(1, 1), LAST(COMBINE(SUM_Y, 4, 1, 1, -8)));

/* sum = 2 sum. Right for the point at infinity as well. */
void point_double(struct p256 *s) { p256_run(s, p256_double()); }

/* 3 = x2 z1^2, 4 = y2 z1^3 */
CODE_TABLE(p256_add_first, SQR(2, SUM_Z), MUL(3, OTHER_X, 2), MUL(2, 2, SUM_Z), LAST(MUL(4, OTHER_Y, 2)));
/* 0 = u1 = x1 z2^2, 1 = s1 = y1 z2^3, z = z1 z2 */
CODE_TABLE(p256_add_second, SQR(2, OTHER_Z), MUL(0, SUM_X, 2), MUL(2, 2, OTHER_Z), MUL(1, SUM_Y, 2), LAST(MUL(SUM_Z, SUM_Z, OTHER_Z)));
/* 3 = h, 4 = r: z = z h, x = r^2 - h^3 - 2 u1 h^2, y = r (u1 h^2 - x) - s1 h^3 */
CODE_TABLE(p256_add_third, SUMS(5, 3, 3, 0), SUMS(5, 4, 4, 1), MUL(SUM_Z, SUM_Z, 3), SQR(5, 3), MUL(6, 3, 5), MUL(7, 0, 5), MUL(5, 1, 6),
           SUMS(6, 2, 6, 7), SUMS(6, 2, 6, 7), SQR(2, 4), COMBINE(SUM_X, 2, 1, 6, -1), SUMS(0, 7, 7, SUM_X), MUL(2, 4, 7),
           LAST(COMBINE(SUM_Y, 2, 1, 5, -1)));

/*
 * sum = sum + other, neither at infinity; `affine` if other's z is 1. What it gives is wrong for equal points, where it returns all ones, and the
 * point at infinity for opposite ones; else it returns 0.
 */
uint32_t point_add(struct p256 *s, int affine) {
  p256_run(s, p256_add_first());
  if (affine) copy_words((uint32_t *)s->temp, (uint32_t *)&s->sum, LIMBS);
  else p256_run(s, p256_add_second());
  p256_run(s, p256_add_third());
  return p256_zero_mask(s->temp[3]) & p256_zero_mask(s->temp[4]);
}

/* table[i] = (2 i + 1) * table[0], of any z; leaves sum and other changed. */
void point_table(struct p256 *s) {
  point_copy(&s->sum, s->table);
  point_double(s);
  point_copy(&s->other, &s->sum);
  point_copy(&s->sum, s->table);
  for (int i = 1; i < TABLE_POINTS; i++) {
    point_add(s, 0);
    point_copy(&s->table[i], &s->sum);
  }
}

/* other = digit * point for an odd digit from -15 to 15. The table's place depends on the digit: it is in data RAM, which has no cache. */
static void take_multiple(struct p256 *s, int32_t digit) {
  int32_t negative = digit >> 31;
  point_copy(&s->other, &s->table[((digit ^ negative) - negative) >> 1]);
  for (int i = 0; i < LIMBS; i++) s->other.y[i] = (s->other.y[i] ^ negative) - negative;
}

/*
 * sum = scalar * point, with the point's multiples in the table and 1 <= scalar < n in s->scalar; the result is not at infinity. Each 4 bits make an
 * odd digit (Joye and Tunstall 2009), so that every scalar takes the same steps: an even scalar is replaced by n - scalar and the
 * result negated. No sum before the last can meet an exceptional case, as all stay below n; the last meets p = q for some scalars next to n.
 */
void point_multiply(struct p256 *s) {
  int16_t *y = s->sum.y;
  uint32_t *k = s->scalar;
  int32_t even = (int32_t)(k[0] & 1) - 1, carry = 0;
  number_from_le(s->temp[0], (uint8_t *)k);
  p256_constant(s->temp[1], ORDER_N);
  for (int i = 0; i < LIMBS; i++) {
    int32_t difference = s->temp[1][i] - s->temp[0][i] + carry;
    carry = difference >> LIMB_BITS;
    s->temp[0][i] ^= (s->temp[0][i] ^ (difference & LIMB_MASK)) & even;
  }
  number_to_le((uint8_t *)k, s->temp[0]);
  point_copy(&s->sum, &s->table[(k[7] >> 28) >> 1]);
  for (int i = TOP_DIGIT - 1;; i--) {
    int bit = WINDOW * i, shift = bit & 31;
    uint32_t bits = k[bit >> 5] >> shift;
    for (int turn = 0; turn < WINDOW; turn++) point_double(s);
    if (shift == 32 - WINDOW) bits |= k[(bit >> 5) + 1] << WINDOW;
    take_multiple(s, (int32_t)((bits & DIGIT_MASK) | 1) - DIGIT_BIAS);
    uint32_t same = point_add(s, 0);
    if (i == 0) {
      struct point *added = s->table;
      uint32_t *to = (uint32_t *)&s->sum, *from = (uint32_t *)added;
      point_copy(added, &s->sum);
      point_copy(&s->sum, &s->other);
      point_double(s);
      for (uint32_t word = 0; word < sizeof(struct point) / 4; word++) to[word] = from[word] ^ ((from[word] ^ to[word]) & same);
      break;
    }
  }
  for (int i = 0; i < LIMBS; i++) y[i] = (y[i] ^ even) - even;
}

/*
 * x / z^2 and y / z^3, not in Montgomery form: 1 / z = z^(p - 2), where p - 2 is ffffffff 00000001 00000000 00000000 00000000 ffffffff ffffffff fffffffd.
 * 1 becomes z^(2^2 - 1), 2 2^3 - 1, 4 2^6 - 1, 3 2^12 - 1, 4 2^15 - 1, 3 2^30 - 1, 2 2^32 - 1; 5 is the number 1.
 */
CODE_TABLE(p256_affine, SQR_MUL(1, SUM_Z, 1, SUM_Z), SQR_MUL(2, 1, 1, SUM_Z), SQR_MUL(4, 2, 3, 2), SQR_MUL(3, 4, 6, 4), SQR_MUL(4, 3, 3, 2),
           SQR_MUL(3, 4, 15, 4), SQR_MUL(2, 3, 2, 1), SQR_MUL(4, 2, 32, SUM_Z), SQR_MUL(4, 4, 128, 2), SQR_MUL(4, 4, 32, 2), SQR_MUL(4, 4, 30, 3),
           SQR_MUL(4, 4, 2, SUM_Z), SQR(3, 4), MUL(SUM_X, SUM_X, 3), MUL(3, 3, 4), MUL(SUM_Y, SUM_Y, 3), MUL(SUM_X, SUM_X, 5),
           LAST(MUL(SUM_Y, SUM_Y, 5)));

/* Writes sum's coordinates, 32 bytes each; `y` may be 0. */
void point_export(struct p256 *s, uint8_t *x, uint8_t *y) {
  number_clear(s->temp[5]);
  s->temp[5][0] = 1;
  p256_run(s, p256_affine());
  p256_export(x, s->sum.x);
  if (y) p256_export(y, s->sum.y);
}

/* 0 is R^2, 2 the curve's b, z 1: 3 = x (x^2 - 3) + b - y^2 */
CODE_TABLE(p256_import, MUL(SUM_X, SUM_X, 0), MUL(SUM_Y, SUM_Y, 0), SQR(3, SUM_X), COMBINE(3, 3, 1, SUM_Z, -3), MUL(3, 3, SUM_X),
           SUMS(3, 4, 3, 2), SQR(4, SUM_Y), LAST(SUMS(5, 3, 3, 4)));

/* Reads an uncompressed point (SEC 1 section 2.3.4) to table[0], with z = 1. Returns 0 if it is none or not on the curve, else 1. */
int point_import(struct p256 *s, const uint8_t *bytes) {
  number_from_be(s->sum.x, bytes + 1);
  number_from_be(s->sum.y, bytes + 1 + NUMBER_BYTES);
  if (bytes[0] != UNCOMPRESSED || !p256_below_prime(s->sum.x) || !p256_below_prime(s->sum.y)) return 0;
  p256_constant(s->temp[0], MONTGOMERY_P);
  p256_constant(s->sum.z, MONTGOMERY_ONE);
  p256_constant(s->temp[2], CURVE_B);
  p256_run(s, p256_import());
  point_copy(s->table, &s->sum);
  return p256_zero_mask(s->temp[3]) & 1;
}
