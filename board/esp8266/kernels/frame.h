/* Entering and leaving a function in assembly that uses all registers: a0 and a12 to a15 are kept in its frame, in 20 bytes from `saved` on. */
.macro enter frame, saved=0
  addi a1, a1, -\frame
  s32i.n a0, a1, \saved
  s32i.n a12, a1, \saved + 4
  s32i.n a13, a1, \saved + 8
  s32i.n a14, a1, \saved + 12
  s32i.n a15, a1, \saved + 16
.endm
.macro leave frame, saved=0
  l32i.n a0, a1, \saved
  l32i.n a12, a1, \saved + 4
  l32i.n a13, a1, \saved + 8
  l32i.n a14, a1, \saved + 12
  l32i.n a15, a1, \saved + 16
  .if \frame > 127
    addi a1, a1, \frame / 2
    addi a1, a1, \frame / 2
  .else
    addi a1, a1, \frame
  .endif
  ret.n
.endm
