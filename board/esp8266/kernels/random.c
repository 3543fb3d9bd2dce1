/*
 * Bytes from the ESP8266's random register, which is random while the radio is on. Many reads, some time apart, are mixed through SHA-256 with a
 * counter, so that a read that brings little does no harm.
 */
#include "kernels.h"

#define RANDOM_REGISTER (*(volatile uint32_t *)0x3ff20e44)

enum {
  READS = 64,
  /* Turns of an empty loop between two reads, some 200 cycles. */
  DELAY = 50,
  DIGEST = 32,
  /* Of 64 reads so few equal their predecessor if the source is random that this many mean that it is stuck. */
  REPEATS_ALLOWED = 4,
};

/* Adds READS words of the register to the hash. Returns 0 if the register is stuck: repeats itself, or bits never change. */
static NOINLINE int gather(uint8_t *ram) {
  uint32_t before = RANDOM_REGISTER, zeros = before, ones = before, repeats = 0;
  uint32_t word[1];
  for (int i = 0; i < READS; i++) {
    for (int turn = 0; turn < DELAY; turn++) __asm__ volatile("");
    word[0] = RANDOM_REGISTER;
    repeats += word[0] == before;
    before = word[0];
    zeros |= word[0];
    ones &= word[0];
    work_update(ram, (uint8_t *)word, sizeof word);
  }
  return repeats <= REPEATS_ALLOWED && zeros == 0xffffffff && ones == 0;
}

int hardware_random(uint8_t *ram, uint8_t *at, uint32_t length) {
  uint32_t digest[DIGEST / 4];
  for (uint32_t counter = 0; length; counter++) {
    digest[0] = counter;
    work_init(ram);
    work_update(ram, (uint8_t *)digest, sizeof digest[0]);
    if (!gather(ram)) return 0;
    work_final(ram, (uint8_t *)digest);
    uint32_t part = length < DIGEST ? length : DIGEST;
    copy_bytes(at, (uint8_t *)digest, part);
    at += part;
    length -= part;
  }
  return 1;
}
