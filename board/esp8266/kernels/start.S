/* The blob's first instruction, which is the entry. */
  .section .text.start, "ax"
  .balign 4
  .global start
  .type start, @function
start:
  j kernel_entry
  .size start, . - start
