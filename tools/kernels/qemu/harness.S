/*
 * The kernels on qemu-system-xtensa -M sim -cpu lx106 -semihosting, for qemu.ts: reads an operation, its two operands and the workspace from standard
 * input, calls the kernels, writes the result and the workspace to standard output, and so on until the input ends.
 * RAM_BYTES and BLOB are given by -D.
 */
#define SYS_EXIT 1
#define SYS_READ 3
#define SYS_WRITE 4
#define STACK_TOP 0x3fffb800
/* The operands, then the workspace, which so lies at no multiple of 8. */
#define REQUEST 0x3ffe9008
#define MAIN 0x40100040
#define HEAD 12
#define RESULT (REQUEST + HEAD - 4)

/* qemu begins at the reset vector, from where nothing may be loaded. */
  .section .reset, "ax"
  movi a0, MAIN >> 20
  slli a0, a0, 20
  addi a0, a0, MAIN & 0x7f
  jx a0

  .section .text, "ax"
  movi a1, STACK_TOP
.Lserve:
  movi a4, REQUEST
  movi a5, HEAD + RAM_BYTES
.Lread:
  movi a2, SYS_READ
  movi a3, 0
  mov a12, a4
  mov a13, a5
  simcall
  blti a2, 1, .Lexit
  add a4, a12, a2
  sub a5, a13, a2
  bnez a5, .Lread

  movi a6, REQUEST
  l32i a3, a6, 0
  l32i a4, a6, 4
  l32i a5, a6, 8
  addi a2, a6, HEAD
  movi a0, blob
  callx0 a0

  movi a4, RESULT
  s32i a2, a4, 0
  movi a5, 4 + RAM_BYTES
.Lwrite:
  movi a2, SYS_WRITE
  movi a3, 1
  mov a12, a4
  mov a13, a5
  simcall
  blti a2, 1, .Lexit
  add a4, a12, a2
  sub a5, a13, a2
  bnez a5, .Lwrite
  j .Lserve
.Lexit:
  movi a2, SYS_EXIT
  movi a3, 0
  simcall

  .section .blob, "ax"
  .balign 4
  .global blob
blob:
  .incbin BLOB
