/*
 * Runs a program of field operations (field.h), in assembly because a few instructions an operation count.
 *
 *   void field_run(struct field *f, code_word *program)
 */
#include "frame.h"

#define NUMBERS a13
#define PRIME a12
#define WORD a14
#define PROGRAM a15
/* struct field. */
#define PRIME_AT 160
#define NUMBERS_AT 164
/* The frame, after a0 and a12 to a15. */
#define F 20
#define TO 24
#define OTHER 28
#define TIMES 32
#define FRAME 48
/* The bits of DO_SQUARE, DO_MULTIPLY and DO_SUMS. */
#define SQUARE_BIT 12
#define MULTIPLY_BIT 13
#define SUMS_BIT 14

/* r = the number whose place is in four bits of the word; a number takes 40 bytes. */
.macro number r, bit
  extui \r, WORD, \bit, 4
  addx4 \r, \r, \r
  addx8 \r, \r, NUMBERS
.endm

/* The number at TO from the columns. */
.macro reduce
  l32i.n a2, a1, TO
  l32i.n a3, a1, F
  beqz PRIME, 1f
  call0 p256_reduce
  j 2f
1:
  call0 x25519_reduce
2:
.endm

  .section .text.field_run, "ax"
  .balign 4
  .global field_run
  .type field_run, @function
field_run:
  enter FRAME
  s32i.n a2, a1, F
  l32i PRIME, a2, PRIME_AT
  movi NUMBERS, NUMBERS_AT
  add.n NUMBERS, NUMBERS, a2
  mov.n PROGRAM, a3

.Lnext:
  l32i.n WORD, PROGRAM, 0
  addi.n PROGRAM, PROGRAM, 4
  number a2, 0
  number a3, 4
  number a4, 8
  bbsi WORD, SUMS_BIT, .Lsums
  s32i.n a2, a1, TO
  bbci WORD, SQUARE_BIT, .Lmultiply
  s32i.n a4, a1, OTHER
  extui a4, WORD, 16, 8
.Lsquare:
  s32i.n a4, a1, TIMES
  l32i.n a2, a1, F
  call0 square_columns
  reduce
  l32i.n a3, a1, TO
  l32i.n a4, a1, TIMES
  addi.n a4, a4, -1
  bnez a4, .Lsquare
  bbci WORD, MULTIPLY_BIT, .Ldone
  l32i.n a4, a1, OTHER
.Lmultiply:
  l32i.n a2, a1, F
  call0 multiply_columns
  reduce
.Ldone:
  bltz WORD, .Lend
  j .Lnext

.Lsums:
  mov.n a5, a4
  bbsi WORD, SQUARE_BIT, .Lcombine
  mov.n a4, a3
  number a3, 16
  call0 field_sums
  j .Ldone

.Lcombine:
  slli a4, WORD, 12
  slli a6, WORD, 8
  srai a4, a4, 28
  srai a6, a6, 28
  beqz PRIME, .Lcombine_25519
  call0 p256_combine
  j .Ldone
.Lcombine_25519:
  call0 x25519_combine
  j .Ldone

.Lend:
  leave FRAME
  .size field_run, . - field_run
