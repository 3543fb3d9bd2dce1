/**
 * What the kernels' machine code must not have: loads of bytes from code space, jump tables and other computed jumps, absolute addresses, calls of
 * functions that are not there, instructions that the lx106 does not have, and deep stacks.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { badCodeAccesses } from "./code-loads";
import { type CompiledKernels, crossTool, withDirectory } from "./compile";
import { type CodeFunction, disassemble, PADDING } from "./disassembly";
import { type StackDepth, stackDepth } from "./stack-depth";

export const ENTRY = "start";
export const STACK_LIMIT = 512;

/** All that the kernels are made of; an instruction that is not here must be looked at first. */
const INSTRUCTIONS = new Set(
  (
    "abs add addi addmi addx2 addx4 addx8 and extui mov moveqz movgez movi movltz movnez mul16s mul16u mull neg nop or sll slli sra srai src srl srli " +
    "ssa8l ssai ssl ssr sub subx2 subx4 subx8 xor memw l8ui l16si l16ui l32i l32r s8i s16i s32i call0 j ret " +
    "ball bany bbc bbci bbs bbsi beq beqi beqz bge bgei bgeu bgeui bgez blt blti bltu bltui bltz bnall bne bnei bnez bnone"
  ).split(" "),
);
const COMPUTED_JUMPS = new Set(["jx", "callx0"]);

export interface Audit {
  /** One line each; empty if all is well. */
  problems: string[];
  stack: StackDepth;
}

/** @throws Error if binutils are missing */
export function auditKernels(kernels: Pick<CompiledKernels, "elf" | "objects">): Audit {
  const functions = disassemble(kernels.elf);
  const stack = stackDepth(functions, ENTRY);
  const problems = [...badInstructions(functions), ...badCodeAccesses(functions), ...stack.problems, ...badObjects(kernels.objects)];
  if (stack.bytes > STACK_LIMIT) problems.push(`${stack.bytes} bytes of stack, at most ${STACK_LIMIT}: ${stack.path.join(" > ")}`);
  return { problems, stack };
}

function badInstructions(functions: CodeFunction[]): string[] {
  const problems: string[] = [];
  for (const one of functions) {
    let before = "";
    for (const { name, address } of one.instructions) {
      // What aligns the next branch's target: only where nothing runs into it.
      if (name === PADDING && ["j", "ret"].includes(before)) continue;
      before = name;
      const where = `${one.name} at 0x${address.toString(16)}`;
      if (COMPUTED_JUMPS.has(name)) problems.push(`${where}: ${name}: a computed jump`);
      else if (!INSTRUCTIONS.has(name)) problems.push(`${where}: ${name}: not an instruction of the lx106 for kernels`);
    }
  }
  return problems;
}

/** Absolute addresses in code or data, and symbols that no object defines. */
function badObjects(objects: CompiledKernels["objects"]): string[] {
  return withDirectory((directory) => {
    const problems: string[] = [];
    const defined = new Set<string>();
    const wanted = new Map<string, string>();
    for (const { name, bytes } of objects) {
      writeFileSync(join(directory, name), bytes);
      problems.push(...absoluteRelocations(crossTool("readelf", ["-rW", name], directory)).map((problem) => `${name}: ${problem}`));
      for (const line of crossTool("nm", [name], directory).split("\n")) {
        const [, kind, symbol] = /^[0-9a-f ]{8} ([A-Za-z]) (\S+)$/.exec(line) ?? [];
        if (kind === "U") wanted.set(symbol, name);
        else if (symbol) defined.add(symbol);
      }
    }
    for (const [symbol, name] of wanted) if (!defined.has(symbol)) problems.push(`${name}: calls ${symbol}, which is not there`);
    return problems;
  });
}

/** The sections that say how code may be relaxed are not loaded; all others must be free of addresses. */
function absoluteRelocations(text: string): string[] {
  const problems: string[] = [];
  let section = "";
  for (const line of text.split("\n")) {
    section = /^Relocation section '\.rela([^']*)'/.exec(line)?.[1] ?? section;
    const [, type, symbol] = /\s(R_XTENSA_\w+)\s+[0-9a-f]+\s+(\S.*)$/.exec(line) ?? [];
    if (type === "R_XTENSA_32" && !/^\.xt\.|^\.debug/.test(section)) problems.push(`an absolute address in ${section}: ${symbol}`);
  }
  return problems;
}
