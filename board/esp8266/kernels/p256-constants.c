/* P-256's constants and the odd multiples of its base point, all public. p256-table.h is made by the build (tools/kernels/p256-table.ts). */
#include "p256.h"
#include "p256-table.h"

CODE_TABLE(p256_constants, P256_CONSTANTS);
CODE_TABLE(p256_base_multiples, P256_BASE_MULTIPLES);

void p256_constant(int16_t *out, enum p256_constant which) {
  copy_code_words((uint32_t *)out, p256_constants() + which * CONSTANT_WORDS, CONSTANT_WORDS);
}

/* out = (2 index + 1) * G in affine coordinates; z is not set. The index is public. */
void p256_base_multiple(struct point *out, uint32_t index) {
  copy_code_words((uint32_t *)out, p256_base_multiples() + index * 2 * CONSTANT_WORDS, 2 * CONSTANT_WORDS);
}
