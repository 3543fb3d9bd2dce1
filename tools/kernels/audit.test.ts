import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditKernels } from "./audit";
import { compileKernels, compileObject, crossTool, hasCompiler, withDirectory } from "./compile";
import { contractHeader } from "./contract";
import { GENERATED_FILE, generatedKernels } from "./generate";

const missing = !hasCompiler();
const suffix = missing ? " (skipped: gcc-xtensa-lx106 is missing)" : "";

/** Audits one source as if it were all the kernels. Symbols it wants and does not have are 0. */
function auditSource(name: "bad.S" | "bad.c", source: string): string[] {
  return withDirectory((directory) => {
    writeFileSync(join(directory, name), source);
    writeFileSync(join(directory, "contract.h"), contractHeader());
    const object = compileObject(name, name, directory);
    crossTool("ld", ["-e", "start", "-Ttext=0", "--no-relax", "--unresolved-symbols=ignore-all", "-o", "bad.elf", object], directory);
    const read = (file: string) => new Uint8Array(readFileSync(join(directory, file)));
    return auditKernels({ elf: read("bad.elf"), objects: [{ name, bytes: read(object) }] }).problems;
  });
}

/** A function `start` of these instructions. */
const assembly = (body: string, more = ""): string =>
  `.section .text.start, "ax"\n.literal_position\n.balign 4\n.global start\n.type start, @function\nstart:\n${body}\nret.n\n.size start, . - start\n${more}`;

const table = `
.section .text.numbers, "ax"
.balign 4
.type numbers, @function
numbers:
_mov.n a3, a0
_nop
_call0 .Lend
.type numbers_words, @object
numbers_words:
.word 1, 2, 3
.size numbers_words, . - numbers_words
.Lend:
_mov.n a2, a0
_mov.n a0, a3
_ret.n
.size numbers, . - numbers
`;
const helper = (body: string): string =>
  `.section .text.helper, "ax"\n.balign 4\n.type helper, @function\nhelper:\n${body}\nret.n\n.size helper, . - helper\n`;

describe.skipIf(missing)(`the audit of machine code${suffix}`, () => {
  it("finds nothing in the kernels, which are what the tracked file holds", () => {
    const kernels = compileKernels();
    const { problems, stack } = auditKernels(kernels);
    expect(problems).toEqual([]);
    expect(stack.bytes).toBeGreaterThan(100);
    expect(generatedKernels(kernels.blob)).toBe(readFileSync(GENERATED_FILE, "utf8"));
  });

  it("finds nothing in a small good function", () => {
    expect(
      auditSource("bad.S", assembly("addi a1, a1, -16\ncall0 numbers\nl32i a2, a2, 4\nextui a2, a2, 8, 8\naddi a1, a1, 16", table)),
    ).toEqual([]);
  });

  it.each([
    ["l8ui a2, a2, 0", "directly"],
    ["addi a4, a2, 4\nl16ui a2, a4, 0", "after arithmetic"],
    ["s32i a2, a1, 4\nmovi a2, 0\nl32i a7, a1, 4\nl16si a2, a7, 2", "through the stack"],
    ["movi a5, 0\nbeqz a5, 1f\nmov a3, a2\n1: l8ui a2, a3, 1", "on one of two ways"],
    ["movi a9, 1\n1: l8ui a4, a3, 0\nmov a3, a2\naddi a9, a9, -1\nbnez a9, 1b", "in a loop's second turn"],
  ])("finds a sub-word load from a table: %s", (body, _how) => {
    expect(auditSource("bad.S", assembly(`call0 numbers\n${body}`, table)).join()).toMatch(/sub-word load from code space/);
  });

  it("follows addresses into functions and out of them", () => {
    const into = assembly("call0 numbers\nmov a4, a2\ncall0 helper", table + helper("l8ui a2, a4, 0"));
    expect(auditSource("bad.S", into).join()).toMatch(/helper at .*sub-word load from code space/);
    const out = assembly("call0 helper\nl8ui a2, a2, 0", table + helper("mov a12, a0\ncall0 numbers\nmov a0, a12"));
    expect(auditSource("bad.S", out).join()).toMatch(/start at .*sub-word load from code space/);
  });

  it("finds loads by a literal address and stores into code", () => {
    expect(auditSource("bad.S", assembly("movi a2, 0x402cb020\nl8ui a2, a2, 0")).join()).toMatch(/sub-word load from code space/);
    expect(auditSource("bad.S", assembly("call0 numbers\ns32i a2, a2, 0", table)).join()).toMatch(/a store into code space/);
  });

  it("finds what gcc makes of the byte of a table's word", () => {
    const source = `#include "kernels.h"
CODE_TABLE(numbers, 0x11223344, 0x55667788);
unsigned start(unsigned i) { return ((const uint32_t *)numbers())[i] >> 24; }`;
    expect(auditSource("bad.c", source).join()).toMatch(/l8ui .*sub-word load from code space/);
    expect(auditSource("bad.c", source.replace("(const uint32_t *)", ""))).toEqual([]);
  });

  it.each(["jx a2", "callx0 a2"])("finds a computed jump: %s", (jump) => {
    expect(auditSource("bad.S", assembly(jump)).join()).toMatch(/a computed jump/);
  });

  it("finds a jump table", () => {
    const source = `int start(int i, int x) { switch (i) {
      case 0: return x + 7; case 1: return x * 3; case 2: return x ^ 5; case 3: return x << 9; case 4: return ~x; case 5: return x & 99; default: return 0; } }`;
    const problems = auditSource("bad.c", `#pragma GCC optimize ("jump-tables")\n${source}`).join();
    expect(problems).toMatch(/an absolute address/);
    expect(problems).toMatch(/a computed jump/);
  });

  it("finds absolute addresses", () => {
    expect(
      auditSource("bad.c", "static const int table[3] = {1, 2, 3};\nint start(int i) { return ((volatile const int *)table)[i]; }").join(),
    ).toMatch(/an absolute address/);
  });

  it("finds calls of the compiler's library", () => {
    expect(auditSource("bad.c", "unsigned start(unsigned a, unsigned b) { return a / b; }").join()).toMatch(
      /calls __udivsi3, which is not there/,
    );
    expect(auditSource("bad.c", "unsigned long long start(unsigned long long a) { return a * a; }").join()).toMatch(/calls __muldi3/);
  });

  it.each([".byte 0x00, 0x23, 0xa2", ".byte 0x40, 0x23, 0xc2", ".byte 0x76, 0x82, 0x01"])(
    "finds instructions of other processors: %s",
    (bytes) => {
      expect(auditSource("bad.S", assembly(bytes)).join()).toMatch(/not an instruction of the lx106/);
    },
  );

  it("finds deep stacks, recursion, and stack pointers it cannot follow", () => {
    expect(
      auditSource(
        "bad.S",
        assembly("addi a1, a1, -128\ncall0 helper\naddmi a1, a1, 256", helper("movi a9, 400\nsub a1, a1, a9\nadd a1, a1, a9")),
      ).join(),
    ).toMatch(/528 bytes of stack, at most 512: start > helper/);
    expect(auditSource("bad.S", assembly("call0 helper", helper("call0 start"))).join()).toMatch(/recursion: start > helper > start/);
    expect(auditSource("bad.S", assembly("sub a1, a1, a2")).join()).toMatch(/cannot be followed/);
  });
});
