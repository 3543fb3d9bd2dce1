/*
 * Points of P-256 in Jacobian coordinates: dbl-2001-b (Bernstein) and add-1998-cmo-2 (Cohen, Miyaji, Ono), as the Explicit-Formulas Database names
 * them. point_multiply is constant time; what calls point_add with public data looks at its result.
 */
#include "p256.h"

enum { UNCOMPRESSED = 4, WINDOW = 4, TOP_DIGIT = 63, DIGIT_MASK = 31, DIGIT_BIAS = 16 };

/* p = 2 p. Right for the point at infinity as well. */
void point_double(struct p256 *s, struct point *p) {
  int16_t *delta = s->temp[0], *gamma = s->temp[1], *beta = s->temp[2], *alpha = s->temp[3], *t = s->temp[4];
  p256_square(s, delta, p->z);
  p256_square(s, gamma, p->y);
  p256_multiply(s, beta, p->x, gamma);
  /* alpha = 3 (x - delta) (x + delta) */
  p256_subtract(alpha, p->x, delta);
  p256_add(t, p->x, delta);
  p256_multiply(s, alpha, alpha, t);
  p256_combine(alpha, alpha, 3, alpha, 0);
  /* z = (y + z)^2 - gamma - delta */
  p256_add(t, p->y, p->z);
  p256_square(s, t, t);
  p256_add(delta, delta, gamma);
  p256_combine(p->z, t, 1, delta, -1);
  /* x = alpha^2 - 8 beta */
  p256_square(s, t, alpha);
  p256_combine(p->x, t, 1, beta, -8);
  /* y = alpha (4 beta - x) - 8 gamma^2 */
  p256_combine(beta, beta, 4, p->x, -1);
  p256_multiply(s, t, alpha, beta);
  p256_square(s, gamma, gamma);
  p256_combine(p->y, t, 1, gamma, -8);
}

/*
 * p = p + q, neither at infinity; `affine` if q's z is 1. What it gives is wrong for p = q, where it returns all ones, and the point at
 * infinity for p = -q; else it returns 0.
 */
uint32_t point_add(struct p256 *s, struct point *p, const struct point *q, int affine) {
  int16_t *u1 = p->x, *s1 = p->y, *t = s->temp[2], *h = s->temp[3], *r = s->temp[4], *h2 = s->temp[5], *h3 = s->temp[6], *v = s->temp[7];
  if (!affine) {
    u1 = s->temp[0];
    s1 = s->temp[1];
    p256_square(s, t, q->z);
    p256_multiply(s, u1, p->x, t);
    p256_multiply(s, t, t, q->z);
    p256_multiply(s, s1, p->y, t);
  }
  p256_square(s, t, p->z);
  p256_multiply(s, h, q->x, t);
  p256_multiply(s, t, t, p->z);
  p256_multiply(s, r, q->y, t);
  p256_subtract(h, h, u1);
  p256_subtract(r, r, s1);
  uint32_t same = p256_zero_mask(h) & p256_zero_mask(r);
  /* z = z1 z2 h */
  if (!affine) p256_multiply(s, p->z, p->z, q->z);
  p256_multiply(s, p->z, p->z, h);
  /* x = r^2 - h^3 - 2 u1 h^2 */
  p256_square(s, h2, h);
  p256_multiply(s, h3, h, h2);
  p256_multiply(s, v, u1, h2);
  p256_multiply(s, h2, s1, h3);
  p256_add(h3, h3, v);
  p256_add(h3, h3, v);
  p256_square(s, t, r);
  p256_combine(p->x, t, 1, h3, -1);
  /* y = r (u1 h^2 - x) - s1 h^3 */
  p256_subtract(v, v, p->x);
  p256_multiply(s, t, r, v);
  p256_combine(p->y, t, 1, h2, -1);
  return same;
}

/* table[i] = (2 i + 1) * table[0], whose z is 1. */
void point_table(struct p256 *s) {
  struct point *twice = &s->other;
  point_copy(twice, s->table);
  point_double(s, twice);
  for (int i = 1; i < TABLE_POINTS; i++) {
    point_copy(&s->table[i], twice);
    point_add(s, &s->table[i], &s->table[i - 1], i == 1);
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
    for (int turn = 0; turn < WINDOW; turn++) point_double(s, &s->sum);
    if (shift == 32 - WINDOW) bits |= k[(bit >> 5) + 1] << WINDOW;
    take_multiple(s, (int32_t)((bits & DIGIT_MASK) | 1) - DIGIT_BIAS);
    uint32_t same = point_add(s, &s->sum, &s->other, 0);
    if (i == 0) {
      uint32_t *to = (uint32_t *)&s->sum, *from = (uint32_t *)&s->other;
      point_double(s, &s->other);
      for (uint32_t word = 0; word < sizeof(struct point) / 4; word++) to[word] ^= (to[word] ^ from[word]) & same;
      break;
    }
  }
  for (int i = 0; i < LIMBS; i++) y[i] = (y[i] ^ even) - even;
}

/* Reads an uncompressed point (SEC 1 section 2.3.4) with z = 1. Returns 0 if it is none or not on the curve, else 1. */
int point_import(struct p256 *s, struct point *p, const uint8_t *bytes) {
  int16_t *t = s->temp[2], *u = s->temp[3];
  if (bytes[0] != UNCOMPRESSED || !p256_import(s, p->x, bytes + 1) || !p256_import(s, p->y, bytes + 1 + NUMBER_BYTES)) return 0;
  number_clear(u);
  u[0] = 1;
  p256_constant(t, MONTGOMERY_P);
  p256_multiply(s, p->z, t, u);
  /* y^2 = x (x^2 - 3) + b */
  p256_square(s, t, p->x);
  p256_combine(t, t, 1, p->z, -3);
  p256_multiply(s, t, t, p->x);
  p256_constant(u, CURVE_B);
  p256_add(t, t, u);
  p256_square(s, u, p->y);
  p256_subtract(t, t, u);
  return p256_zero_mask(t) & 1;
}
