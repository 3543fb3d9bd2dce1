import { describe, expect, test } from "vitest";
import { elfSegments, elfSymbols } from "./elf";
import { Lx106, type Lx106Options } from "./lx106";
import { buildElf, exit, instructionsOfTicks, MAIN, missingTools, runQemu, writeOut } from "./qemu.testing";
import { seeded } from "./seeded.testing";
import { COMPARED_BYTES, SCRATCH, SequenceWriter } from "./sequences.testing";

const STACK_POINTER = 0x3fffb800;
const SEQUENCES = 2000;
const SEQUENCE_LENGTH = 30;
const SEQUENCES_A_FILE = 250;

function loadedCpu(elf: Buffer, options: Lx106Options = {}): { cpu: Lx106; addressOf(name: string): number } {
  const cpu = new Lx106(options);
  for (const { address, bytes } of elfSegments(elf)) if (address >= 0x40200000 && address < 0x40300000) cpu.loadFlash(address, bytes);
  const symbols = new Map(elfSymbols(elf).map(({ name, address }) => [name, address]));
  return { cpu, addressOf: (name) => symbols.get(name)! };
}

const C_FUNCTIONS = `
typedef unsigned int u32; typedef unsigned char u8; typedef unsigned short u16; typedef unsigned long long u64; typedef short s16;
static __attribute__((noinline)) u32 mix(u32 *p, u32 n) {
  u32 s = n;
  for (u32 i = 0; i < n; i++) {
    for (u32 j = 0; j < 16; j++) { s += p[j] * 0x9e3779b1u; s = (s << 7) | (s >> 25); p[j] ^= s; if (s & 0x100) p[(j + 1) & 15] += j; }
  }
  return s;
}
static __attribute__((noinline)) u32 bytes(u8 *p, u32 n) {
  u32 s = 0;
  for (u32 i = 0; i < n; i++) { s = s * 31 + p[i]; p[n - 1 - i] = s >> (i & 15); if ((signed char)p[i] < 0) s ^= ((u16 *)p)[i >> 1]; s += ((s16 *)p)[i >> 2] >> 3; }
  return s;
}
static __attribute__((noinline)) u32 product(u16 *a, u16 *b, u64 *out) {
  for (u32 i = 0; i < 16; i++) { u64 sum = i; for (u32 j = 0; j <= i; j++) sum += (u32)(a[j] * b[i - j]); out[i & 7] += sum << (i & 3); }
  return (u32)(out[3] >> 17) + __builtin_clz((u32)out[2] | 1);
}
u32 __attribute__((section(".entry"))) work(u8 *ram, u32 n) {
  u32 s = mix((u32 *)ram, n);
  s ^= bytes(ram + 64, 100 + (n & 31));
  for (u32 i = 0; i < 8; i++) s += product((u16 *)ram, (u16 *)(ram + 32), (u64 *)(ram + 128));
  switch (n & 3) { case 0: s += 5; break; case 1: s -= 77; break; case 2: s = s >> 3; break; default: s = ~s; }
  *(u32 *)(ram + 256) = s;
  return s;
}
`;

describe.skipIf(missingTools !== "")(`the emulator against qemu${missingTools && ` (missing: ${missingTools})`}`, () => {
  test("random instruction sequences leave the same registers, shift amount and memory", () => {
    const writer = new SequenceWriter(seeded(20261122));
    const names = Array.from({ length: SEQUENCES }, (_, at) => `sequence${at}`);
    const functions = names.map((name) => writer.write(name, SEQUENCE_LENGTH));
    const step = (name: string): string =>
      ` .align 4\n .literal_position\n1: movi a0, ${name}\n callx0 a0\n${writeOut(SCRATCH, COMPARED_BYTES)} j 1f\n`;
    const start = ` .global _start\n .align 4\n .literal_position\n_start: movi a1, ${STACK_POINTER}\n j 1f\n${names.map(step).join("")}1:${exit}`;
    const sources: Record<string, string> = { [MAIN]: start };
    for (let at = 0; at < SEQUENCES; at += SEQUENCES_A_FILE) {
      sources[`sequences${at}.S`] = functions.slice(at, at + SEQUENCES_A_FILE).join("");
    }
    const elf = buildElf(sources);
    const expected = runQemu(elf);
    expect(expected.length).toBe(SEQUENCES * COMPARED_BYTES);
    const { cpu, addressOf } = loadedCpu(elf);
    names.forEach((name, at) => {
      cpu.call(addressOf(name));
      const bytes = Buffer.from(cpu.readRam(SCRATCH, COMPARED_BYTES));
      expect(bytes.equals(expected.subarray(at * COMPARED_BYTES, (at + 1) * COMPARED_BYTES)), name).toBe(true);
    });
  });

  test("compiled C gives the same memory and takes the same number of instructions", () => {
    const counts = [1, 2, 3, 100, 2000];
    const ticksAt = SCRATCH + 260;
    const length = 264;
    const calls = counts.map(
      (n) => ` movi a2, ${SCRATCH}\n movi a3, ${n}\n rsr a12, ccount\n movi a0, work\n callx0 a0\n rsr a4, ccount\n sub a4, a4, a12
 movi a5, ${ticksAt}\n s32i a4, a5, 0\n${writeOut(SCRATCH, length)}`,
    );
    const start = ` .global _start\n .align 4\n .literal_position\n_start: movi a1, ${STACK_POINTER}\n${calls.join("")}${exit}`;
    const elf = buildElf({ "work.c": C_FUNCTIONS, [MAIN]: start });
    const expected = runQemu(elf);
    expect(expected.length).toBe(counts.length * length);
    const { cpu, addressOf } = loadedCpu(elf);
    counts.forEach((n, at) => {
      cpu.instructions = 0;
      cpu.call(addressOf("work"), [SCRATCH, n]);
      const there = expected.subarray(at * length, (at + 1) * length);
      expect(Buffer.from(cpu.readRam(SCRATCH, 260)).equals(there.subarray(0, 260)), `n=${n}`).toBe(true);
      const aroundTheCall = 3;
      expect(Math.abs(instructionsOfTicks(there.readUInt32LE(260)) - cpu.instructions - aroundTheCall)).toBeLessThanOrEqual(1);
    });
  });
});
