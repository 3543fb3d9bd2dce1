/*
 * Montgomery's reduction (Montgomery 1985) modulo P-256's prime p = 2^256 - 2^224 + 2^192 + 2^96 - 1. It is cheap for this p: p is -1 modulo 2^96, so
 * each limb's multiplier is the limb itself, and the multiples are shifts. Constant time.
 *
 *   void p256_reduce(int16_t out[20], int32_t t[39])
 *
 * out = t / 2^260 mod p, with limbs of at most 2^12; t is used up. In assembly, and without loops, so that a multiplier is loaded twice instead of four
 * times: it is added to four columns, and from the second on it waits in one of six registers.
 */
#define OUT a2
#define COLUMNS a3
#define CARRY a4
#define s a5
#define x a6
#define FRAME 16

/* The limb of each power of two in p, and the shift of it within the limb. */
.set LIMB_96, 7
.set SHIFT_96, 5
.set LIMB_192, 14
.set SHIFT_192, 10
.set LIMB_224, 17
.set SHIFT_224, 3
.set LIMB_256, 19
.set SHIFT_256, 9
.set LAST, 19

.altmacro

/* Multiplier i waits in register 7 + i mod 6, from the column for 2^192 to that for 2^256. */
.macro wait reg, i
  l32i a\reg, COLUMNS, 4 * \i
.endm
.macro load i
  l32i s, COLUMNS, 4 * \i
.endm
.macro keep i
  s32i s, COLUMNS, 4 * \i
.endm
.macro give i
  s16i s, OUT, 2 * \i
.endm

/* What the multipliers add to the column, the shifts taken one after the other: up to 3 cost nothing in a sum. `r` with a number: the register. */
.macro add_96
  slli s, s, SHIFT_96
  add.n CARRY, CARRY, s
.endm
.macro add_192_96 r192
  slli x, a\r192, SHIFT_192 - SHIFT_96
  add.n x, x, s
  slli x, x, SHIFT_96
  add.n CARRY, CARRY, x
.endm
.macro add_192_96_224 r192, r224
  slli x, a\r192, SHIFT_192 - SHIFT_96
  add.n x, x, s
  subx4 x, x, a\r224
  addx8 CARRY, x, CARRY
.endm
.macro add_192_256_96_224 r192, r224, r256
  addx2 x, a\r192, a\r256
  slli x, x, SHIFT_256 - SHIFT_96
  add.n x, x, s
  subx4 x, x, a\r224
  addx8 CARRY, x, CARRY
.endm
.macro add_192_256_224 r192, r224, r256
  addx2 x, a\r192, a\r256
  slli x, x, SHIFT_256 - SHIFT_224
  sub x, x, a\r224
  addx8 CARRY, x, CARRY
.endm
.macro add_256_224 r224, r256
  slli x, a\r256, SHIFT_256 - SHIFT_224
  sub x, x, a\r224
  addx8 CARRY, x, CARRY
.endm
.macro add_256 r256
  slli x, a\r256, SHIFT_256
  add.n CARRY, CARRY, x
.endm

.macro add_multipliers c
  .set r192, 7 + (\c - LIMB_192 + 36) % 6
  .set r224, 7 + (\c - LIMB_224 + 36) % 6
  .set r256, 7 + (\c - LIMB_256 + 36) % 6
  .if (\c >= LIMB_192) && (\c <= LAST + LIMB_192)
    wait %r192, %(\c - LIMB_192)
  .endif
  .if (\c >= LIMB_96) && (\c <= LAST + LIMB_96)
    load %(\c - LIMB_96)
  .endif
  .if \c >= LIMB_96
    .if \c < LIMB_192
      add_96
    .elseif \c < LIMB_224
      add_192_96 %r192
    .elseif \c < LIMB_256
      add_192_96_224 %r192, %r224
    .elseif \c <= LAST + LIMB_96
      add_192_256_96_224 %r192, %r224, %r256
    .elseif \c <= LAST + LIMB_192
      add_192_256_224 %r192, %r224, %r256
    .elseif \c <= LAST + LIMB_224
      add_256_224 %r224, %r256
    .else
      add_256 %r256
    .endif
  .endif
.endm

  .section .text.p256_reduce, "ax"
  .balign 4
  .global p256_reduce
  .type p256_reduce, @function
p256_reduce:
  addi a1, a1, -FRAME
  s32i.n a12, a1, 0
  movi.n CARRY, 0
  .set c, 0
  .rept 2 * LAST + 1
    load %c
    add.n CARRY, CARRY, s
    add_multipliers %c
    .if c <= LAST
      /* The low bits become the column's multiplier, kept in its place, and vanish. */
      extui s, CARRY, 0, 13
      keep %c
    .else
      /* A balanced limb. */
      addmi CARRY, CARRY, 0x1000
      extui s, CARRY, 0, 13
      addmi s, s, -0x1000
      give %(c - LAST - 1)
    .endif
    srai CARRY, CARRY, 13
    .set c, c + 1
  .endr
  s16i CARRY, OUT, 2 * LAST
  l32i.n a12, a1, 0
  addi a1, a1, FRAME
  ret.n
  .size p256_reduce, . - p256_reduce
