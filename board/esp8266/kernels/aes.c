/*
 * AES-128 (FIPS 197) through one table of 1 KB: the table and the key schedule; aes-block.S encrypts with them. Columns are little-endian words, row 0 lowest. The table is indexed by secrets:
 * it lies in data RAM, which has no cache, so that a look-up takes the same time everywhere. Constant time there, and only there.
 */
#include "kernels.h"

/* FIPS 197 section 5.1.1: the S-box, four bytes a word, lowest first. */
CODE_TABLE(aes_sbox, 0x7b777c63, 0xc56f6bf2, 0x2b670130, 0x76abd7fe, 0x7dc982ca, 0xf04759fa, 0xafa2d4ad, 0xc072a49c, 0x2693fdb7, 0xccf73f36,
           0xf1e5a534, 0x1531d871, 0xc323c704, 0x9a059618, 0xe2801207, 0x75b227eb, 0x1a2c8309, 0xa05a6e1b, 0xb3d63b52, 0x842fe329,
           0xed00d153, 0x5bb1fc20, 0x39becb6a, 0xcf584c4a, 0xfbaaefd0, 0x85334d43, 0x7f02f945, 0xa89f3c50, 0x8f40a351, 0xf5389d92,
           0x21dab6bc, 0xd2f3ff10, 0xec130ccd, 0x1744975f, 0x3d7ea7c4, 0x73195d64, 0xdc4f8160, 0x88902a22, 0x14b8ee46, 0xdb0b5ede,
           0x0a3a32e0, 0x5c240649, 0x62acd3c2, 0x79e49591, 0x6d37c8e7, 0xa94ed58d, 0xeaf4566c, 0x08ae7a65, 0x2e2578ba, 0xc6b4a61c,
           0x1f74dde8, 0x8a8bbd4b, 0x66b53e70, 0x0ef60348, 0xb9573561, 0x9e1dc186, 0x1198f8e1, 0x948ed969, 0xe9871e9b, 0xdf2855ce,
           0x0d89a18c, 0x6842e6bf, 0x0f2d9941, 0x16bb54b0);

enum { SBOX_WORDS = 64, KEY_WORDS = 44, FIRST_RCON = 1, REDUCTION = 0x11b };

/* table[x] = (2 s, s, s, 3 s) with s the S-box of x, as bytes from the lowest. */
void aes_table_ready(uint8_t *ram) {
  struct book *book = book_of(ram);
  uint32_t *table = scratch_of(ram)->aes;
  code_word *words = aes_sbox(), *end = words + SBOX_WORDS;
  if (book->aes_table == AES_TABLE_READY) return;
  do {
    uint32_t four = *words++;
    for (int i = 0; i < 4; i++, four >>= 8) {
      uint32_t s = four & 0xff, twice = s << 1;
      twice ^= (0 - (s >> 7)) & REDUCTION;
      *table++ = twice | s << 8 | s << 16 | (twice ^ s) << 24;
    }
  } while (words != end);
  book->aes_table = AES_TABLE_READY;
}

/* The S-box, read from the table's second byte. */
#define SBOX(x) (((const uint8_t *)(table + (x)))[1])

/* FIPS 197 section 5.2; the key is the first four words already. */
void aes_expand_key(uint32_t *k, const uint32_t *table) {
  uint32_t rcon = FIRST_RCON;
  for (uint32_t *end = k + KEY_WORDS - 4; k != end; k += 4) {
    uint32_t t = k[3];
    t = SBOX((t >> 8) & 0xff) | SBOX((t >> 16) & 0xff) << 8 | SBOX(t >> 24) << 16 | (uint32_t)SBOX(t & 0xff) << 24;
    k[4] = k[0] ^ t ^ rcon;
    k[5] = k[1] ^ k[4];
    k[6] = k[2] ^ k[5];
    k[7] = k[3] ^ k[6];
    rcon <<= 1;
    rcon ^= (0 - (rcon >> 8)) & REDUCTION;
  }
}
