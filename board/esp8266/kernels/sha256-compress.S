/*
 * SHA-256's compression (FIPS 180-4 section 6.2.2), in assembly so that the eight working variables stay in registers. Constant time.
 *
 *   void sha256_compress(uint32_t *state, uint32_t *w, const uint32_t *k)
 *
 * `w` is the block as 16 words and is used up; `k` points to the round constants, in code space (aligned 32-bit loads only).
 */
#include "frame.h"

/* The half of the schedule that these eight rounds take their words from, and the other one. */
#define W a3
#define V a2
#define K a4
/* a ^ b of the round before, as Maj needs it: Maj(a, b, c) = ((a ^ b) & (b ^ c)) ^ b, and b ^ c was a ^ b one round earlier. */
#define P a13
#define Q a14
#define s a15
#define t a0

#define FRAME 48
#define STATE 20
#define K_END 24
/* What W and V are in the next eight rounds. */
#define NEXT_W 28
#define NEXT_V 32

/* x = rotr(rotr(rotr(y, first) ^ y, second) ^ y, third): the big sigmas, nested. */
.macro sigma x, y, first, second, third
  ssai \first
  src \x, \y, \y
  xor \x, \x, \y
  ssai \second
  src \x, \x, \x
  xor \x, \x, \y
  ssai \third
  src \x, \x, \x
.endm

/* One round with the word in t; p is b ^ c, q becomes a ^ b. */
.macro round a, b, c, d, e, f, g, h, i, p, q
  add.n \h, \h, t
  l32i.n t, K, 4 * \i
  add.n \h, \h, t
  sigma s, \e, 14, 5, 6
  add.n \h, \h, s
  xor s, \f, \g
  and s, s, \e
  xor s, s, \g
  add.n \h, \h, s
  add.n \d, \d, \h
  sigma s, \a, 9, 11, 2
  add.n \h, \h, s
  xor \q, \a, \b
  and \p, \p, \q
  xor \p, \p, \b
  add.n \h, \h, \p
.endm

/* s = w[i], for 0 <= i < 16 from the present half's first. */
.macro load_word i
  .if \i < 8
    l32i.n s, W, 4 * (\i)
  .else
    l32i.n s, V, 4 * (\i - 8)
  .endif
.endm

/* t = w[i], in later rounds than the first 16 after w[i] += sigma0(w[i + 1]) + sigma1(w[i + 14]) + w[i + 9], indices mod 16; q is free here. */
.macro word i, q
  l32i.n t, W, 4 * \i
  beq W, V, .Lword\i
  load_word \i + 1
  ssai 11
  src \q, s, s
  xor \q, \q, s
  ssai 7
  src \q, \q, \q
  srli s, s, 3
  xor \q, \q, s
  add.n t, t, \q
  load_word (\i + 14) % 16
  ssai 2
  src \q, s, s
  xor \q, \q, s
  ssai 17
  src \q, \q, \q
  srli s, s, 10
  xor \q, \q, s
  add.n t, t, \q
  load_word (\i + 9) % 16
  add.n t, t, s
  s32i.n t, W, 4 * \i
.Lword\i:
.endm

/* state[i] += x, with a2 the state. */
.macro add_state x, i
  l32i.n t, a2, 4 * \i
  add.n t, t, \x
  s32i.n t, a2, 4 * \i
.endm

  .section .text.sha256_compress, "ax"
  .balign 4
  .global sha256_compress
  .type sha256_compress, @function
sha256_compress:
  enter FRAME
  s32i.n a2, a1, STATE
  addmi a5, K, 256
  s32i.n a5, a1, K_END
  addi a5, W, 32
  s32i.n a5, a1, NEXT_W
  s32i.n a5, a1, NEXT_V
  l32i.n a5, a2, 0
  l32i.n a6, a2, 4
  l32i.n a7, a2, 8
  l32i.n a8, a2, 12
  l32i.n a9, a2, 16
  l32i.n a10, a2, 20
  l32i.n a11, a2, 24
  l32i.n a12, a2, 28
  xor P, a6, a7
  /* W = V: the block's own words. */
  mov.n V, W

/* Eight rounds, after which each variable is in its register again. */
.Leight:
  word 0, Q
  round a5, a6, a7, a8, a9, a10, a11, a12, 0, P, Q
  word 1, P
  round a12, a5, a6, a7, a8, a9, a10, a11, 1, Q, P
  word 2, Q
  round a11, a12, a5, a6, a7, a8, a9, a10, 2, P, Q
  word 3, P
  round a10, a11, a12, a5, a6, a7, a8, a9, 3, Q, P
  word 4, Q
  round a9, a10, a11, a12, a5, a6, a7, a8, 4, P, Q
  word 5, P
  round a8, a9, a10, a11, a12, a5, a6, a7, 5, Q, P
  word 6, Q
  round a7, a8, a9, a10, a11, a12, a5, a6, 6, P, Q
  word 7, P
  round a6, a7, a8, a9, a10, a11, a12, a5, 7, Q, P

  addi K, K, 32
  l32i.n t, a1, K_END
  beq K, t, .Ldone
  mov.n t, W
  l32i.n W, a1, NEXT_W
  l32i.n V, a1, NEXT_V
  s32i.n t, a1, NEXT_W
  s32i.n W, a1, NEXT_V
  j .Leight
.Ldone:
  l32i.n a2, a1, STATE
  add_state a5, 0
  add_state a6, 1
  add_state a7, 2
  add_state a8, 3
  add_state a9, 4
  add_state a10, 5
  add_state a11, 6
  add_state a12, 7
  leave FRAME
  .size sha256_compress, . - sha256_compress
