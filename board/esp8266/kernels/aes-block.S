/*
 * One block of AES-128 (FIPS 197 section 5.1) by the table of aes.c, in assembly so that the state stays in registers and one shift amount serves four
 * rotations. Constant time if the table is in memory without cache.
 *
 *   void aes_block(const uint32_t *round_keys, const uint32_t *table, const uint32_t *in, uint32_t *out)
 *
 * Columns are little-endian words; in and out may be the same.
 */
#include "frame.h"

#define KEYS a2
#define TABLE a3
#define TURNS a0
#define t a5
#define FRAME 32

/* x = table[byte of y], rotated as that row wants, or added to x. */
.macro first_row x, y
  extui t, \y, 0, 8
  addx4 t, t, TABLE
  l32i.n \x, t, 0
.endm
.macro next_row x, y, shift
  extui t, \y, \shift, 8
  addx4 t, t, TABLE
  l32i.n t, t, 0
  src t, t, t
  xor \x, \x, t
.endm
.macro row shift, a, b, c, d, w, x, y, z
  ssai 32 - \shift
  next_row \w, \a, \shift
  next_row \x, \b, \shift
  next_row \y, \c, \shift
  next_row \z, \d, \shift
.endm
.macro add_key x, i
  l32i.n t, KEYS, 4 * \i
  xor \x, \x, t
.endm
.macro add_keys a, b, c, d
  add_key \a, 0
  add_key \b, 1
  add_key \c, 2
  add_key \d, 3
  addi KEYS, KEYS, 16
.endm

.macro keyed_column to, x, i
  l32i.n t, KEYS, 4 * \i
  xor \to, \x, t
.endm

/* x = the S-box of byte `shift` of y, in its place. The S-box is the second byte of the table's words. */
.macro last_row x, y, shift
  extui t, \y, \shift, 8
  addx4 t, t, TABLE
  l8ui t, t, 1
  .if \shift
    slli t, t, \shift
    or \x, \x, t
  .else
    mov.n \x, t
  .endif
.endm
.macro last_column x, a, b, c, d
  last_row \x, \a, 0
  last_row \x, \b, 8
  last_row \x, \c, 16
  last_row \x, \d, 24
.endm

  .section .text.aes_block, "ax"
  .balign 4
  .global aes_block
  .type aes_block, @function
aes_block:
  enter FRAME
  s32i.n a5, a1, 20
  l32i.n a8, a4, 0
  l32i.n a9, a4, 4
  l32i.n a10, a4, 8
  l32i.n a11, a4, 12
  add_keys a8, a9, a10, a11
  movi.n TURNS, 9
.Lturn:
  first_row a12, a8
  first_row a13, a9
  first_row a14, a10
  first_row a15, a11
  row 8, a9, a10, a11, a8, a12, a13, a14, a15
  row 16, a10, a11, a8, a9, a12, a13, a14, a15
  row 24, a11, a8, a9, a10, a12, a13, a14, a15
  keyed_column a8, a12, 0
  keyed_column a9, a13, 1
  keyed_column a10, a14, 2
  keyed_column a11, a15, 3
  addi KEYS, KEYS, 16
  addi.n TURNS, TURNS, -1
  beqz.n TURNS, .Llast
  j .Lturn
.Llast:
  last_column a12, a8, a9, a10, a11
  last_column a13, a9, a10, a11, a8
  last_column a14, a10, a11, a8, a9
  last_column a15, a11, a8, a9, a10
  add_keys a12, a13, a14, a15
  l32i.n a4, a1, 20
  s32i.n a12, a4, 0
  s32i.n a13, a4, 4
  s32i.n a14, a4, 8
  s32i.n a15, a4, 12
  leave FRAME
  .size aes_block, . - aes_block
