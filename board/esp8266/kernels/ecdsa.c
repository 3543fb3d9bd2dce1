/*
 * P-256 key pairs and ECDH (SEC 1 section 3), ECDSA signatures with RFC 6979's nonces and their verification (FIPS 186-5 section 6.4). All
 * constant time but ecdsa_verify, which sees public data only, and ecdsa_sign's inversion, which sees the nonce times a random number.
 */
#include "p256.h"

enum {
  POINT_BYTES = 65,
  UNCOMPRESSED = 4,
  DIGEST = 32,
  TOP_BIT = 256,
  /* Of verify's windows: the signer's multiples are made each time, the base point's lie in flash. */
  WIDTH = 5,
  DIGIT_BIAS = 64,
  POSITION_SHIFT = 7,
  DIGIT_MASK = 127,
};

/* Reads a private key to s->scalar. Returns 0 if it is not in 1 .. n - 1, else 1. */
static int take_scalar(struct p256 *s, const uint8_t *bytes) {
  number_from_be(s->temp[0], bytes);
  number_to_le((uint8_t *)s->scalar, s->temp[0]);
  return order_in_range(s->temp[0]);
}

/* Multiplies table[0] by s->scalar; x (and y, if wanted) as 32 bytes each. */
static void multiply_export(struct p256 *s, uint8_t *x, uint8_t *y) {
  point_table(s);
  point_multiply(s);
  point_export(s, x, y);
}

static void take_base_point(struct p256 *s) {
  p256_base_multiple(s->table, 0);
  p256_constant(s->table[0].z, MONTGOMERY_ONE);
}

int p256_public(uint8_t *ram, const uint8_t *scalar, uint8_t *out) {
  struct p256 *s = take_scratch(ram);
  if (!take_scalar(s, scalar)) return 0;
  take_base_point(s);
  out[0] = UNCOMPRESSED;
  multiply_export(s, out + 1, out + 1 + NUMBER_BYTES);
  return 1;
}

int p256_shared(uint8_t *ram, const uint8_t *scalar, const uint8_t *peer, uint8_t *out) {
  struct p256 *s = take_scratch(ram);
  if (!point_import(s, peer) || !take_scalar(s, scalar)) return 0;
  multiply_export(s, out, 0);
  return 1;
}

/*
 * The width-5 non-adjacent form of s->scalar: odd digits below 2^4, each with the position of its bit, lowest first, after a zero to stop at.
 * Returns the last one's place. Variable time.
 */
static uint16_t *recode(struct p256 *s, uint16_t *terms) {
  uint32_t position = 0, carry = 0;
  *terms = 0;
  s->scalar[SCALAR_WORDS - 1] = 0;
  while (position <= TOP_BIT) {
    uint32_t word = position >> 5, shift = position & 31, bits = s->scalar[word] >> shift;
    if ((bits & 1) == carry) {
      position++;
      continue;
    }
    if (shift > 32 - WIDTH && word < SCALAR_WORDS - 1) bits |= s->scalar[word + 1] << (32 - shift);
    int32_t digit = (bits & ((1 << WIDTH) - 1)) + carry;
    carry = digit >> (WIDTH - 1);
    digit -= carry << WIDTH;
    *++terms = position << POSITION_SHIFT | (digit + DIGIT_BIAS);
    position += WIDTH;
  }
  return terms;
}

/* s->other = the multiple that a term names, of the key's table or of the base point. Variable time. */
static int take_term(struct p256 *s, uint32_t term, int base) {
  int32_t digit = (int32_t)(term & DIGIT_MASK) - DIGIT_BIAS;
  uint32_t index = (digit < 0 ? -digit : digit) >> 1;
  if (base) p256_base_multiple(&s->other, index);
  else point_copy(&s->other, &s->table[index]);
  if (digit < 0)
    for (int i = 0; i < LIMBS; i++) s->other.y[i] = -s->other.y[i];
  return base;
}

/* sum += other, whatever they are; `empty` if the sum is at infinity. Returns whether it is then. Variable time. */
static int add_any(struct p256 *s, int empty, int affine) {
  if (!empty && !point_add(s, affine)) return p256_zero_mask(s->sum.z) & 1;
  point_copy(&s->sum, &s->other);
  if (affine) p256_constant(s->sum.z, MONTGOMERY_ONE);
  if (!empty) point_double(s);
  return 0;
}

/* sum = u1 * G + u2 * key, both recoded: Shamir's trick. Returns 0 if that is the point at infinity, else 1. Variable time. */
static int multiply_two(struct p256 *s, const uint16_t *base_term, const uint16_t *key_term) {
  int empty = 1;
  for (uint32_t bit = TOP_BIT + 1; bit--;) {
    if (!empty) point_double(s);
    if (*base_term && *base_term >> POSITION_SHIFT == bit) empty = add_any(s, empty, take_term(s, *base_term--, 1));
    if (*key_term && *key_term >> POSITION_SHIFT == bit) empty = add_any(s, empty, take_term(s, *key_term--, 0));
  }
  return !empty;
}

/* 2 is R^2, 6 a number r that is not in Montgomery form: 2 = r z^2 - x */
CODE_TABLE(p256_compare, MUL(2, 2, 6), SQR(3, SUM_Z), MUL(2, 2, 3), LAST(SUMS(5, 2, 2, SUM_X)));

/* 1 if sum's x coordinate is the number below p in temp[6]. */
static int x_is_number(struct p256 *s) {
  p256_constant(s->temp[2], MONTGOMERY_P);
  p256_run(s, p256_compare());
  return p256_zero_mask(s->temp[2]) & 1;
}

int ecdsa_verify(uint8_t *ram, const uint8_t *key, const uint8_t *hash, const uint8_t *signature) {
  struct p256 *s = take_scratch(ram);
  int16_t *r = s->sum.x, *e = s->sum.y, *w = s->temp[6], *t = s->temp[7];
  number_from_be(r, signature);
  number_from_be(e, signature + NUMBER_BYTES);
  if (!order_in_range(r) || !order_in_range(e)) return 0;
  /* w = R / s */
  order_invert(s, w, e);
  p256_constant(t, MONTGOMERY_N);
  order_multiply(s, w, w, t);
  order_import(e, hash);
  order_multiply(s, t, e, w);
  number_to_le((uint8_t *)s->scalar, t);
  const uint16_t *base_term = recode(s, s->base_terms);
  order_multiply(s, t, r, w);
  number_to_le((uint8_t *)s->scalar, t);
  const uint16_t *key_term = recode(s, s->key_terms);
  if (!point_import(s, key)) return 0;
  point_table(s);
  if (!multiply_two(s, base_term, key_term)) return 0;
  number_from_be(w, signature);
  if (x_is_number(s)) return 1;
  /* x may have been r + n, if that is below p. */
  p256_constant(t, ORDER_N);
  number_add(w, w, t);
  return p256_below_prime(w) && x_is_number(s);
}

/* RFC 6979 section 3.2, steps d and e (or f and g): k = HMAC(k, v, separator, key, hash), v = HMAC(k, v); without key and hash, step h. */
static void stir(uint8_t *ram, uint8_t *k, uint8_t *v, uint8_t separator, const uint8_t *key, const uint8_t *hash) {
  hmac_sha256_begin(ram, k);
  work_update(ram, v, DIGEST);
  work_update(ram, &separator, 1);
  if (key) {
    work_update(ram, key, DIGEST);
    work_update(ram, hash, DIGEST);
  }
  hmac_sha256_end(ram, k, k);
  hmac_sha256(ram, k, v, DIGEST, v);
}

/*
 * RFC 6979 section 3.2 with HMAC-SHA-256: the nonce in s->scalar, and as a number in `out`; the number after it in `next`, which nobody else knows
 * either. `hash` is reduced mod n. Uses sum, other, temp[0].
 */
static void nonce(uint8_t *ram, struct p256 *s, int16_t *out, int16_t *next, const uint8_t *key, const int16_t *hash) {
  uint8_t *k = (uint8_t *)&s->sum, *v = (uint8_t *)s->other.x, *reduced = (uint8_t *)s->scalar;
  number_to_be(reduced, hash);
  for (int i = 0; i < DIGEST; i++) {
    k[i] = 0;
    v[i] = 1;
  }
  stir(ram, k, v, 0, key, reduced);
  stir(ram, k, v, 1, key, reduced);
  for (;;) {
    hmac_sha256(ram, k, v, DIGEST, v);
    if (take_scalar(s, v)) break;
    stir(ram, k, v, 0, 0, 0);
  }
  number_copy(out, s->temp[0]);
  hmac_sha256(ram, k, v, DIGEST, v);
  order_import(next, v);
}

int ecdsa_sign(uint8_t *ram, const uint8_t *key, const uint8_t *hash, uint8_t *out) {
  struct p256 *s = take_scratch(ram);
  int16_t *k = s->temp[1], *e = s->temp[2], *d = s->temp[3], *t = s->temp[4], *r = s->temp[5];
  if (!take_scalar(s, key)) return 0;
  order_import(e, hash);
  nonce(ram, s, k, d, key, e);
  /* R / k, kept while the point is multiplied. What is inverted is k times a random number, so that the time it takes tells nothing about k. */
  order_multiply(s, r, k, d);
  order_invert(s, s->kept, r);
  order_multiply(s, s->kept, s->kept, d);
  p256_constant(t, MONTGOMERY_N);
  order_multiply(s, s->kept, s->kept, t);
  take_base_point(s);
  multiply_export(s, out, 0);
  /* r = x mod n, s = (e + r d) / k */
  order_import(r, out);
  order_import(e, hash);
  order_import(d, key);
  p256_constant(t, MONTGOMERY_N);
  order_multiply(s, t, t, r);
  order_multiply(s, t, t, d);
  number_add(t, t, e);
  order_canonical(t);
  order_multiply(s, t, t, s->kept);
  number_to_be(out, r);
  number_to_be(out + NUMBER_BYTES, t);
  return !number_is_zero(r) & !number_is_zero(t);
}
