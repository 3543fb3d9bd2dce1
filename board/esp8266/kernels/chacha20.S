/*
 * The ChaCha20 block function (RFC 8439 section 2.3). Constant time.
 *
 *   void chacha20_block(const uint32_t *in, uint32_t *out)
 *
 * `in` is the initial state, `out` receives it plus the permuted one. In assembly because 14 of the 16 words stay in registers: words 0 and
 * 11 take turns in one (a2), and the quarter rounds are ordered so that two turns a double round suffice. Quarter rounds go in pairs that
 * share the setting of the shift amount.
 */
#include "frame.h"

#define x0 a2 /* and x11 */
#define x11 a2
#define x1 a3
#define x2 a4
#define x3 a5
#define x4 a6
#define x5 a7
#define x6 a8
#define x7 a9
#define x8 a10
#define x9 a11
#define x10 a12
#define x12 a13
#define x13 a14
#define x14 a15
#define x15 a0

/* The frame. */
#define IN 0
#define OUT 4
#define ROUNDS 8 /* the counter, then word 1 */
#define HELD_1 8
#define HELD_0 12
#define HELD_11 16
#define HELD_5 20
#define SAVED 24
#define FRAME 48

.macro step a, b, d, e, f, h, amount
  add.n \a, \a, \b
  add.n \e, \e, \f
  xor \d, \d, \a
  xor \h, \h, \e
  ssai 32 - \amount
  src \d, \d, \d
  src \h, \h, \h
.endm

/* Two quarter rounds (section 2.1): of a, b, c, d and of e, f, g, h. */
.macro quarters a, b, c, d, e, f, g, h
  step \a, \b, \d, \e, \f, \h, 16
  step \c, \d, \b, \g, \h, \f, 12
  step \a, \b, \d, \e, \f, \h, 8
  step \c, \d, \b, \g, \h, \f, 7
.endm

/* x += in[i], with the pointer in a7; a3 is free then. */
.macro add_in x, i
  l32i.n a3, a7, 4 * \i
  add.n \x, \x, a3
.endm

/* out[i] = held word + in[i], with the pointers in a3 and a7. */
.macro finish_held i, slot
  l32i.n a4, a1, \slot
  l32i.n a5, a7, 4 * \i
  add.n a4, a4, a5
  s32i.n a4, a3, 4 * \i
.endm

  .section .text.chacha20_block, "ax"
  .balign 4
  .global chacha20_block
  .type chacha20_block, @function
chacha20_block:
  enter FRAME, SAVED
  s32i.n a2, a1, IN
  s32i.n a3, a1, OUT
  movi.n a4, 10
  s32i.n a4, a1, ROUNDS
  l32i.n a4, a2, 4 * 11
  s32i.n a4, a1, HELD_11
  l32i.n a4, a2, 4 * 5
  s32i.n a4, a1, HELD_5
  l32i.n x15, a2, 4 * 15
  l32i.n x14, a2, 4 * 14
  l32i.n x13, a2, 4 * 13
  l32i.n x12, a2, 4 * 12
  l32i.n x10, a2, 4 * 10
  l32i.n x9, a2, 4 * 9
  l32i.n x8, a2, 4 * 8
  l32i.n x7, a2, 4 * 7
  l32i.n x6, a2, 4 * 6
  l32i.n x4, a2, 4 * 4
  l32i.n x3, a2, 4 * 3
  l32i.n x2, a2, 4 * 2
  l32i.n x1, a2, 4 * 1
  l32i.n x0, a2, 4 * 0

.Ldouble_round:
  l32i.n x5, a1, HELD_5
  quarters x0, x4, x8, x12, x1, x5, x9, x13
  s32i.n x0, a1, HELD_0
  l32i.n x11, a1, HELD_11
  quarters x2, x6, x10, x14, x3, x7, x11, x15
  quarters x1, x6, x11, x12, x2, x7, x8, x13
  s32i.n x11, a1, HELD_11
  l32i.n x0, a1, HELD_0
  quarters x0, x5, x10, x15, x3, x4, x9, x14
  s32i.n x5, a1, HELD_5
  l32i.n x5, a1, ROUNDS
  addi.n x5, x5, -1
  s32i.n x5, a1, ROUNDS
  beqz x5, .Lrounds_done
  j .Ldouble_round
.Lrounds_done:

  s32i.n x1, a1, HELD_1
  l32i.n a7, a1, IN
  add_in x0, 0
  add_in x2, 2
  add_in x3, 3
  add_in x4, 4
  add_in x6, 6
  add_in x7, 7
  add_in x8, 8
  add_in x9, 9
  add_in x10, 10
  add_in x12, 12
  add_in x13, 13
  add_in x14, 14
  add_in x15, 15
  l32i.n a3, a1, OUT
  s32i.n x0, a3, 4 * 0
  s32i.n x2, a3, 4 * 2
  s32i.n x3, a3, 4 * 3
  s32i.n x4, a3, 4 * 4
  s32i.n x6, a3, 4 * 6
  s32i.n x7, a3, 4 * 7
  s32i.n x8, a3, 4 * 8
  s32i.n x9, a3, 4 * 9
  s32i.n x10, a3, 4 * 10
  s32i.n x12, a3, 4 * 12
  s32i.n x13, a3, 4 * 13
  s32i.n x14, a3, 4 * 14
  s32i.n x15, a3, 4 * 15
  finish_held 1, HELD_1
  finish_held 5, HELD_5
  finish_held 11, HELD_11

  leave FRAME, SAVED
  .size chacha20_block, . - chacha20_block
