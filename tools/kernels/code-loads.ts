/**
 * Follows addresses of code space through registers and stack, to find loads and stores that the chip does not allow there. Such addresses come from
 * tables' getters and from literals; they go on through arithmetic, the stack, arguments and results.
 */
import { type CodeFunction, type Instruction, PADDING } from "./disassembly";

const CODE_SPACE = { from: 0x40000000, to: 0x40400000 };
const SUB_WORD = new Set(["l8ui", "l16ui", "l16si"]);
const STORES = new Set(["s8i", "s16i", "s32i"]);
const ARITHMETIC = new Set(["mov", "add", "addi", "addmi", "addx2", "addx4", "addx8", "sub", "moveqz", "movnez", "movltz", "movgez", "or"]);
const ENDS = new Set(["j", "jx", "ret"]);
const ARGUMENTS = ["a2", "a3", "a4", "a5", "a6", "a7"];
/** A call leaves nothing in these. */
const CALLER_SAVED = ["a0", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11"];
const RESULT = "a2";

/** Registers and stack slots ("a1+12") that may hold an address in code space. */
type Held = Set<string>;

/** One line for each load or store that is not allowed. */
export function badCodeAccesses(functions: CodeFunction[]): string[] {
  const byAddress = new Map(functions.map((one) => [one.address, one]));
  const entries = new Map<CodeFunction, Held>(functions.map((one) => [one, new Set()]));
  const gives = new Set(functions.filter((one) => one.givesTable));
  let problems = new Set<string>();
  for (let changed = true; changed; ) {
    changed = false;
    problems = new Set();
    for (const one of functions) {
      if (one.givesTable) continue;
      const follower = new Follower(one, byAddress, gives);
      follower.run(entries.get(one)!);
      for (const problem of follower.problems) problems.add(problem);
      for (const [callee, held] of follower.passed) changed = addAll(entries.get(callee)!, held) || changed;
      if (follower.returnsAddress && !gives.has(one)) {
        gives.add(one);
        changed = true;
      }
    }
  }
  return [...problems];
}

function addAll(to: Held, from: Iterable<string>): boolean {
  const before = to.size;
  for (const one of from) to.add(one);
  return to.size !== before;
}

class Follower {
  readonly problems = new Set<string>();
  readonly passed = new Map<CodeFunction, Held>();
  returnsAddress = false;
  private readonly before = new Map<number, Held>();

  constructor(
    private readonly one: CodeFunction,
    private readonly byAddress: Map<number, CodeFunction>,
    private readonly gives: Set<CodeFunction>,
  ) {}

  run(entry: Held): void {
    const list = this.one.instructions.filter((instruction) => instruction.name !== PADDING);
    const index = new Map(list.map((instruction, i) => [instruction.address, i]));
    const waiting = [0];
    const visited = new Set<number>();
    if (list.length > 0) this.before.set(0, new Set(entry));
    while (waiting.length > 0) {
      const i = waiting.pop()!;
      visited.add(i);
      const held = new Set(this.before.get(i));
      const instruction = list[i];
      this.step(instruction, held);
      const next: number[] = [];
      if (!ENDS.has(instruction.name) && i + 1 < list.length) next.push(i + 1);
      const target = instruction.target !== null && instruction.name !== "call0" ? index.get(instruction.target) : undefined;
      if (target !== undefined) next.push(target);
      for (const to of next) {
        let at = this.before.get(to);
        if (!at) this.before.set(to, (at = new Set()));
        if (addAll(at, held) || !visited.has(to)) waiting.push(to);
      }
    }
  }

  private step(instruction: Instruction, held: Held): void {
    const { name, operands, literal } = instruction;
    const [to, base] = operands;
    if (name === "call0" || (name === "j" && this.callee(instruction))) this.call(instruction, held);
    else if (name === "ret") this.returnsAddress ||= held.has(RESULT);
    else if (SUB_WORD.has(name)) {
      if (held.has(base)) this.report(instruction, "a sub-word load from code space");
      held.delete(to);
    } else if (STORES.has(name)) {
      if (held.has(base)) this.report(instruction, "a store into code space");
      if (name === "s32i" && base === "a1") set(held, `a1+${operands[2]}`, held.has(to));
    } else if (name === "l32r") set(held, to, literal !== null && literal >= CODE_SPACE.from && literal < CODE_SPACE.to);
    else if (name === "l32i") set(held, to, base === "a1" && held.has(`a1+${operands[2]}`));
    else if (ARITHMETIC.has(name))
      set(held, to, operands.slice(1).some((operand) => held.has(operand)) || (name.startsWith("mov") && name !== "mov" && held.has(to)));
    else if (/^a\d+$/.test(to) && !name.startsWith("b")) held.delete(to);
  }

  private callee(instruction: Instruction): CodeFunction | undefined {
    const callee = instruction.target === null ? undefined : this.byAddress.get(instruction.target);
    return callee === this.one ? undefined : callee;
  }

  private call(instruction: Instruction, held: Held): void {
    const callee = this.callee(instruction);
    if (callee) {
      const passed = this.passed.get(callee) ?? new Set();
      addAll(
        passed,
        ARGUMENTS.filter((register) => held.has(register)),
      );
      this.passed.set(callee, passed);
    }
    for (const register of CALLER_SAVED) held.delete(register);
    if (callee && this.gives.has(callee)) {
      held.add(RESULT);
      if (instruction.name === "j") this.returnsAddress = true;
    }
  }

  private report(instruction: Instruction, what: string): void {
    this.problems.add(
      `${this.one.name} at 0x${instruction.address.toString(16)}: ${instruction.name} ${instruction.operands.join(", ")}: ${what}`,
    );
  }
}

function set(held: Held, what: string, holds: boolean): void {
  if (holds) held.add(what);
  else held.delete(what);
}
