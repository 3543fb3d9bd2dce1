/*
 * The columns of products of numbers of 10 and of 20 limbs, and of squares. Limbs are signed 16-bit integers; a column is the sum of up to 20 products
 * of limbs, which fits a signed 32-bit integer as long as |a limb| * |b limb| < 2^31 / 20. Constant time.
 *
 *   void multiply_half(int32_t t[19], const int16_t a[10], const int16_t b[10])
 *   void multiply_columns(int32_t t[39], const int16_t a[20], const int16_t b[20])
 *   void square_columns(int32_t t[39], const int16_t a[20])
 *
 * multiply_columns goes Karatsuba's way: three products of halves instead of four. What overflows in between does so modulo 2^32, where the columns
 * themselves fit. The sums of two limbs must fit 16 bits.
 *
 * In assembly because what counts is that nothing but the limbs themselves is loaded: five columns are summed at a time in five registers,
 * while five limbs of b sit in a window of five more; each step to the next limb of a loads that and one new limb of b, and the window
 * moves by renaming: limb j is always in the register of j mod 5. So there are 0.4 loads a product instead of two.
 */
#include "frame.h"

/* The frame: a0 and a12 to a15, the core's return address; then multiply_columns' arguments and the product of the sums. */
#define CORE 20
#define FRAME 32
#define T 24
#define A 28
#define B 32
#define MIDDLE 36
#define COLUMNS_FRAME 128
/* The last limb of both factors. */
.set LAST, 9

.altmacro

/* Registers by number: the sums are a5 to a9, the window a10 to a14, the limb of a is a15, a0 is free. */
.macro load_window reg, j, base
  l16si a\reg, a\base, 2 * \j
.endm
.macro load_limb i
  l16si a15, a3, 2 * \i
.endm
.macro first_product sum, reg
  mul16s a\sum, a15, a\reg
.endm
.macro next_product sum, reg
  mul16s a0, a15, a\reg
  add.n a\sum, a\sum, a0
.endm
.macro store_column sum, c
  s32i a\sum, a2, 4 * \c
.endm
.macro double sum
  add.n a\sum, a\sum, a\sum
.endm
.macro diagonal i
  load_limb \i
  mul16s a0, a15, a15
.endm
.macro only_diagonal sum, i
  load_limb \i
  mul16s a\sum, a15, a15
.endm
.macro add_diagonal sum
  add.n a\sum, a\sum, a0
.endm

/* low and high: the first and last limb of a that has a part in columns c .. c + 4. */
.macro bounds c
  .set low, 0
  .if \c > LAST
    .set low, \c - LAST
  .endif
  .set high, \c + 4
  .if high > LAST
    .set high, LAST
  .endif
.endm

/* The products of limb i of a in columns c .. c + 4, of limb j > least of b. */
.macro products c, least
  .set column, \c
  .rept 5
    .set j, column - i
    .if (j > \least) && (j <= LAST)
      .if (i == 0) || (j == LAST)
        first_product %(5 + column - \c), %(10 + j % 5)
      .else
        next_product %(5 + column - \c), %(10 + j % 5)
      .endif
    .endif
    .set column, column + 1
  .endr
.endm

/* Fills the window for limb i: all of it for the first, then one limb. Limbs j > least. */
.macro window c, base, least
  .set j, \c - i
  .set loads, 1
  .if i == low
    .set loads, 5
  .endif
  .rept loads
    .if (j > \least) && (j <= LAST)
      load_window %(10 + j % 5), %j, \base
    .endif
    .set j, j + 1
  .endr
.endm

.macro store_columns c
  .set column, \c
  .rept 5
    .if column <= 2 * LAST
      store_column %(5 + column - \c), %column
    .endif
    .set column, column + 1
  .endr
.endm

.macro multiply_five c
  bounds \c
  .set i, low
  .rept high - low + 1
    load_limb %i
    window \c, 4, -1
    products \c, -1
    .set i, i + 1
  .endr
  store_columns \c
.endm

/* Products of different limbs once, doubled, then the squares. */
.macro square_five c
  bounds \c
  .set high, (\c + 3) / 2
  .set i, low
  .rept high - low + 1
    .if i < LAST
      load_limb %i
      window \c, 3, i
      products \c, i
    .endif
    .set i, i + 1
  .endr
  .set column, \c
  .rept 5
    .if (column > 0) && (column < 2 * LAST)
      double %(5 + column - \c)
    .endif
    .if (column % 2 == 0) && (column <= 2 * LAST)
      .if (column == 0) || (column == 2 * LAST)
        only_diagonal %(5 + column - \c), %(column / 2)
      .else
        diagonal %(column / 2)
        add_diagonal %(5 + column - \c)
      .endif
    .endif
    .set column, column + 1
  .endr
  store_columns \c
.endm

/* Uses all registers but a1, and the frame's CORE. */
  .section .text.multiply_core, "ax"
  .balign 4
  .type multiply_core, @function
multiply_core:
  s32i.n a0, a1, CORE
  .irp c, 0, 5, 10, 15
    multiply_five \c
  .endr
  l32i.n a0, a1, CORE
  ret.n
  .size multiply_core, . - multiply_core

  .section .text.multiply_half, "ax"
  .balign 4
  .global multiply_half
  .type multiply_half, @function
multiply_half:
  enter FRAME
  call0 multiply_core
  leave FRAME
  .size multiply_half, . - multiply_half

/* The sums of two limbs of `from` with those ten further, to a5. */
.macro add_halves from, to
  l16si a7, \from, 0
  l16si a8, \from, 20
  l16si a9, \from, 2
  l16si a10, \from, 22
  add.n a7, a7, a8
  add.n a9, a9, a10
  s16i a7, a5, \to
  s16i a9, a5, \to + 2
  addi.n \from, \from, 4
.endm

/* Columns 10 + i and 20 + i, with the products of the halves in a2 and that of the sums in a3: minus both products of halves. */
.macro middle_columns i
  l32i.n a5, a2, 40 + 4 * \i
  l32i a6, a2, 80 + 4 * \i
  l32i.n a7, a3, 4 * \i
  l32i.n a8, a2, 4 * \i
  sub a5, a5, a6
  sub a7, a7, a8
  add.n a7, a7, a5
  s32i.n a7, a2, 40 + 4 * \i
  l32i.n a7, a3, 40 + 4 * \i
  l32i a8, a2, 120 + 4 * \i
  sub a7, a7, a5
  sub a7, a7, a8
  s32i a7, a2, 80 + 4 * \i
.endm

  .section .text.multiply_columns, "ax"
  .balign 4
  .global multiply_columns
  .type multiply_columns, @function
multiply_columns:
  enter COLUMNS_FRAME
  s32i.n a2, a1, T
  s32i.n a3, a1, A
  s32i.n a4, a1, B
  addi a5, a2, 80
  addi a6, a3, 20
.Lsums:
  add_halves a3, 0
  add_halves a4, 20
  addi.n a5, a5, 4
  bne a3, a6, .Lsums
  addi a2, a1, MIDDLE
  addi a3, a5, -20
  mov.n a4, a5
  call0 multiply_core
  l32i.n a2, a1, T
  l32i.n a3, a1, A
  l32i.n a4, a1, B
  call0 multiply_core
  l32i.n a2, a1, T
  l32i.n a3, a1, A
  l32i.n a4, a1, B
  addi a2, a2, 80
  addi a3, a3, 20
  addi a4, a4, 20
  call0 multiply_core
  l32i.n a2, a1, T
  addi a3, a1, MIDDLE
  l32i.n a5, a3, 36
  l32i.n a6, a2, 36
  l32i a7, a2, 116
  sub a5, a5, a6
  sub a5, a5, a7
  s32i a5, a2, 76
  addi a4, a2, 36
.Lmiddle:
  middle_columns 0
  middle_columns 1
  middle_columns 2
  addi.n a2, a2, 12
  addi.n a3, a3, 12
  bne a2, a4, .Lmiddle
  leave COLUMNS_FRAME
  .size multiply_columns, . - multiply_columns

  .set LAST, 19
  .section .text.square_columns, "ax"
  .balign 4
  .global square_columns
  .type square_columns, @function
square_columns:
  enter FRAME
  .irp c, 0, 5, 10, 15, 20, 25, 30, 35
    square_five \c
  .endr
  leave FRAME
  .size square_columns, . - square_columns
