/*
 * signature^65537 mod modulus (RFC 8017 section 5.2.2) for 2048 to 4096 bits, in steps. Montgomery multiplication in 16-bit limbs, both products in one
 * pass (FIOS: Koc, Acar, Kaliski 1996). Variable time: public data only.
 *
 * The sequence, with R = 2^(8 length): a = R 2^(length / 4), squared five times to R^2; times the signature, squared 16 times, times the signature.
 */
#include "kernels.h"

enum {
  LEAST = 256,
  MOST = 512,
  MOST_LIMBS = MOST / 2,
  CONVERT = 5,
  SQUARINGS = 16,
  MULTIPLICATIONS = CONVERT + 1 + SQUARINGS + 1,
  /* Products of two limbs, both kinds counted once, after which a step ends: some 14 instructions each. */
  STEP = 600000,
};

struct rsa {
  uint16_t n[MOST_LIMBS];
  uint16_t a[MOST_LIMBS];
  uint16_t t[MOST_LIMBS + 2];
  const uint8_t *signature;
  uint32_t length;
  /* -1 / n mod 2^16 */
  uint32_t inverse;
  uint32_t done;
};
_Static_assert(sizeof(struct rsa) <= At_arena - At_scratch, "scratch");

/* to = t - n, borrowing; returns 1 if t < n. */
uint32_t subtract_16(uint16_t *to, const uint16_t *t, const uint16_t *n, uint32_t limbs) {
  uint32_t borrow = 0;
  for (; limbs; limbs--) {
    uint32_t difference = (uint32_t)*t++ - *n++ - borrow;
    *to++ = difference;
    borrow = difference >> 31;
  }
  return borrow;
}

/* a = t mod n, for t below 2 n. */
static void settle(struct rsa *s, uint32_t limbs) {
  if (subtract_16(s->a, s->t, s->n, limbs) && s->t[limbs] == 0)
    for (uint32_t i = 0; i < limbs; i++) s->a[i] = s->t[i];
}

/* a = 2 a mod n */
static NOINLINE void twice(struct rsa *s, uint32_t limbs) {
  uint32_t carry = 0;
  for (uint32_t i = 0; i < limbs; i++) {
    carry |= (uint32_t)s->a[i] << 1;
    s->t[i] = carry;
    carry >>= 16;
  }
  s->t[limbs] = carry;
  settle(s, limbs);
}

/* One limb of the two products: t += a b, t += n m, shifted down by a limb. Each sum is at most 2^32 - 1. */
#define LIMB(i)                                                                                                                            \
  first += t[i] + mul16(a[i], b);                                                                                                          \
  second += (first & 0xffff) + mul16(n[i], m);                                                                                             \
  t[i - 1] = second;                                                                                                                       \
  first >>= 16;                                                                                                                            \
  second >>= 16

/* t = (t + a b + n m) / 2^16 */
static NOINLINE void row(struct rsa *s, uint32_t b, uint32_t limbs) {
  const uint16_t *a = s->a, *n = s->n, *end = a + limbs;
  uint16_t *t = s->t;
  uint32_t first = t[0] + mul16(a[0], b), m = mul16(first, s->inverse) & 0xffff;
  uint32_t second = (first & 0xffff) + mul16(n[0], m);
  first >>= 16;
  second >>= 16;
  LIMB(1);
  while ((a += 2) != end) {
    n += 2;
    t += 2;
    LIMB(0);
    LIMB(1);
  }
  t += 2;
  first += second + t[0];
  t[-1] = first;
  t[0] = first >> 16;
}

/* a = a b / R mod n, where b is a itself or the signature. */
static NOINLINE void multiply(struct rsa *s, int by_signature) {
  uint32_t limbs = s->length / 2;
  const uint8_t *from = s->signature + s->length;
  for (uint32_t i = 0; i <= limbs; i++) s->t[i] = 0;
  for (uint32_t i = 0; i < limbs; i++) {
    from -= 2;
    row(s, by_signature ? (uint32_t)from[0] << 8 | from[1] : s->a[i], limbs);
  }
  settle(s, limbs);
}

/* Copies `length` big-endian bytes to limbs; they may overlap, if `from` does not begin before `to`, as equal places do not. */
static void import(uint8_t *to, const uint8_t *from, uint32_t length) {
  if (to != from) {
    for (uint32_t i = 0; i < length; i++) to[i] = from[i];
  }
  for (uint32_t low = 0, high = length - 1; low < high; low++, high--) {
    uint8_t byte = to[low];
    to[low] = to[high];
    to[high] = byte;
  }
}

static int is_below(const uint8_t *a, const uint8_t *b, uint32_t length) {
  while (length-- && *a == *b) {
    a++;
    b++;
  }
  return length != 0xffffffff && *a < *b;
}

int rsa_start(uint8_t *ram, uint8_t *modulus, uint32_t length, const uint8_t *signature) {
  uint32_t limbs = length / 2;
  if (length < LEAST || length > MOST || length & 3 || !(modulus[length - 1] & 1) || !is_below(signature, modulus, length)) return 0;
  if (!(modulus[0] | modulus[1])) return 0;
  struct rsa *s = take_scratch(ram);
  import((uint8_t *)s->n, modulus, length);
  s->signature = signature;
  s->length = length;
  s->done = 0;
  /* Newton's iteration doubles the right bits, 3 at first. */
  uint32_t inverse = s->n[0];
  for (int i = 0; i < 3; i++) inverse *= 2 - s->n[0] * inverse;
  s->inverse = (0 - inverse) & 0xffff;
  /* The highest power of two below n, then doubled to R and on. */
  uint32_t bit = 15;
  while (!(s->n[limbs - 1] >> bit)) bit--;
  for (uint32_t i = 0; i < limbs; i++) s->a[i] = 0;
  s->a[limbs - 1] = 1 << bit;
  for (uint32_t times = 16 - bit + length / 4; times; times--) twice(s, limbs);
  return 1;
}

int rsa_step(uint8_t *ram, uint8_t *out) {
  struct rsa *s = (struct rsa *)(ram + At_scratch);
  uint32_t limbs = s->length / 2;
  for (uint32_t work = 0; work < STEP && s->done < MULTIPLICATIONS; work += limbs * limbs) {
    multiply(s, s->done == CONVERT || s->done == MULTIPLICATIONS - 1);
    s->done++;
  }
  if (s->done < MULTIPLICATIONS) return 1;
  for (uint32_t i = 0; i < limbs; i++) {
    uint32_t limb = s->a[limbs - 1 - i];
    *out++ = limb >> 8;
    *out++ = limb;
  }
  return 0;
}
