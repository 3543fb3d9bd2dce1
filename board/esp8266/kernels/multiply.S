/*
 * The columns of a product of two numbers of 10 limbs, and of the square of a number of 20. Limbs are signed 16-bit integers; a column is the sum of
 * up to 20 products of limbs, which fits a signed 32-bit integer as long as |a limb| * |b limb| < 2^31 / 20. Constant time.
 *
 *   void multiply_half(int32_t t[19], const int16_t a[10], const int16_t b[10])
 *   void square_columns(int32_t t[39], const int16_t a[20])
 *
 * In assembly because what counts is that nothing but the limbs themselves is loaded: five columns are summed at a time in five registers,
 * while five limbs of b sit in a window of five more; each step to the next limb of a loads that and one new limb of b, and the window
 * moves by renaming: limb j is always in the register of j mod 5. So there are 0.4 loads a product instead of two.
 */
#define FRAME 32
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

.macro enter
  addi a1, a1, -FRAME
  s32i.n a0, a1, 0
  s32i.n a12, a1, 4
  s32i.n a13, a1, 8
  s32i.n a14, a1, 12
  s32i.n a15, a1, 16
.endm
.macro leave
  l32i.n a0, a1, 0
  l32i.n a12, a1, 4
  l32i.n a13, a1, 8
  l32i.n a14, a1, 12
  l32i.n a15, a1, 16
  addi a1, a1, FRAME
  ret.n
.endm

  .section .text.multiply_half, "ax"
  .balign 4
  .global multiply_half
  .type multiply_half, @function
multiply_half:
  enter
  .irp c, 0, 5, 10, 15
    multiply_five \c
  .endr
  leave
  .size multiply_half, . - multiply_half

  .set LAST, 19
  .section .text.square_columns, "ax"
  .balign 4
  .global square_columns
  .type square_columns, @function
square_columns:
  enter
  .irp c, 0, 5, 10, 15, 20, 25, 30, 35
    square_five \c
  .endr
  leave
  .size square_columns, . - square_columns
