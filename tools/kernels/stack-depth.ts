/** How much stack the kernels take along their deepest chain of calls. */
import type { CodeFunction, Instruction } from "./disassembly";

export interface StackDepth {
  bytes: number;
  path: string[];
  problems: string[];
}

const LEAST_ADDMI = 256;

/** Bytes that a function's entry takes off the stack pointer; null if that cannot be read. */
export function frameBytes(instructions: Instruction[]): number | null {
  const constants = new Map<string, number>();
  let bytes = 0;
  for (const { name, operands } of instructions) {
    const [to, from, by] = operands;
    if (name === "movi") constants.set(to, Number(from));
    if (to !== "a1" || ["l32i", "s32i"].includes(name)) continue;
    if ((name === "addi" || name === "addmi") && from === "a1") {
      const change = Number(by);
      if (change < 0) bytes -= change;
      if (name === "addmi" && Math.abs(change) < LEAST_ADDMI) return null;
    } else if (name === "sub" && from === "a1" && constants.has(by)) bytes += constants.get(by)!;
    else if (name === "add" && from === "a1") continue;
    else return null;
  }
  return bytes;
}

/** @param entry name of the function that JavaScript calls */
export function stackDepth(functions: CodeFunction[], entry: string): StackDepth {
  const byAddress = new Map(functions.map((one) => [one.address, one]));
  const known = new Map<string, { bytes: number; path: string[] }>();
  const problems: string[] = [];

  function deepest(one: CodeFunction, chain: string[]): { bytes: number; path: string[] } {
    const ready = known.get(one.name);
    if (ready) return ready;
    if (chain.includes(one.name)) {
      problems.push(`recursion: ${[...chain, one.name].join(" > ")}`);
      return { bytes: 0, path: [] };
    }
    const frame = frameBytes(one.instructions);
    if (frame === null) problems.push(`${one.name}: changes the stack pointer in a way that cannot be followed`);
    let below = { bytes: 0, path: [] as string[] };
    for (const { name, target } of one.instructions) {
      if (target === null || !["call0", "j"].includes(name)) continue;
      const callee = byAddress.get(target);
      if (!callee || callee === one) continue;
      const depth = deepest(callee, [...chain, one.name]);
      if (depth.bytes >= below.bytes) below = depth;
    }
    const result = { bytes: (frame ?? 0) + below.bytes, path: [one.name, ...below.path] };
    known.set(one.name, result);
    return result;
  }

  const start = functions.find((one) => one.name === entry);
  if (!start) return { bytes: 0, path: [], problems: [`there is no function ${entry}`] };
  return { ...deepest(start, []), problems };
}
