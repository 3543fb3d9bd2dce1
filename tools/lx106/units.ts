/**
 * Cuts machine code into units to translate: all that is reached from an entry by jumps and branches, but not through calls, as basic blocks
 * in the order of their addresses, with the loops among them that can be written as loops.
 */
import type { Instruction } from "./decode";

export interface Block {
  start: number;
  instructions: Instruction[];
  /** Address where execution goes on after the last instruction, if it can. */
  next: number | undefined;
}

/** Blocks `first` to `last`, entered at `first` alone, with jumps back to `first`. */
export interface Loop {
  first: number;
  last: number;
}

export interface Unit {
  blocks: Block[];
  /** Index of the block that starts at an address. */
  indexOf: Map<number, number>;
  /** Blocks entered from outside (the unit's entry, returns from calls) or through the unit's own dispatch, in ascending order. */
  entries: number[];
  loops: Loop[];
  /** Addresses called from here. */
  callees: number[];
}

const CALLS = new Set(["call0", "callx0"]);
const ENDS = new Set(["j", "jx", "illegal", "break"]);

/** True for an instruction after which a block ends. */
function isTerminator(instruction: Instruction): boolean {
  return instruction.target !== undefined || CALLS.has(instruction.op) || ENDS.has(instruction.op);
}

/** Where a block can go on inside the unit. */
function successors(block: Block): number[] {
  const last = block.instructions[block.instructions.length - 1];
  const list = block.next === undefined ? [] : [block.next];
  if (last.target !== undefined && last.op !== "call0") list.push(last.target);
  return list;
}

interface Found {
  instructions: Map<number, Instruction>;
  leaders: Set<number>;
  entries: Set<number>;
  callees: Set<number>;
}

/** Follows all paths from `entry`. @param fetch gives the instruction at an address, or undefined outside code space */
function explore(entry: number, fetch: (pc: number) => Instruction | undefined): Found {
  const found: Found = { instructions: new Map(), leaders: new Set([entry]), entries: new Set([entry]), callees: new Set() };
  const work = [entry];
  const lead = (pc: number): void => {
    if (found.leaders.has(pc)) return;
    found.leaders.add(pc);
    work.push(pc);
  };
  while (work.length > 0) {
    let pc = work.pop()!;
    while (!found.instructions.has(pc)) {
      const instruction = fetch(pc);
      if (instruction === undefined) break;
      found.instructions.set(pc, instruction);
      pc += instruction.length;
      if (!isTerminator(instruction)) continue;
      if (CALLS.has(instruction.op)) {
        found.entries.add(pc);
        if (instruction.target !== undefined) found.callees.add(instruction.target);
      } else if (instruction.target !== undefined) lead(instruction.target);
      if (!ENDS.has(instruction.op)) lead(pc);
      break;
    }
  }
  return found;
}

function cutBlocks({ instructions, leaders }: Found): Block[] {
  const blocks: Block[] = [];
  for (const start of [...leaders].sort((x, y) => x - y)) {
    if (!instructions.has(start)) continue;
    const block: Block = { start, instructions: [], next: undefined };
    let pc = start;
    for (;;) {
      const instruction = instructions.get(pc);
      if (instruction === undefined) {
        block.next = pc;
        break;
      }
      block.instructions.push(instruction);
      pc += instruction.length;
      if (isTerminator(instruction)) {
        if (!ENDS.has(instruction.op) && !CALLS.has(instruction.op)) block.next = pc;
        break;
      }
      if (leaders.has(pc)) {
        block.next = pc;
        break;
      }
    }
    blocks.push(block);
  }
  return blocks;
}

/** Jumps back as intervals from header to last source, those that overlap without nesting joined. */
function candidateLoops(edges: [number, number][]): Loop[] {
  const lastOf = new Map<number, number>();
  for (const [from, to] of edges) if (to <= from) lastOf.set(to, Math.max(from, lastOf.get(to) ?? 0));
  const loops = [...lastOf].map(([first, last]) => ({ first, last })).sort((x, y) => x.first - y.first);
  let changed = true;
  while (changed) {
    changed = false;
    for (const x of loops) {
      for (const y of loops) {
        if (x.first < y.first && y.first <= x.last && x.last < y.last) {
          x.last = y.last;
          changed = true;
        }
      }
    }
  }
  return loops.sort((x, y) => x.last - x.first - (y.last - y.first));
}

/** The loops that are entered at their header alone, inner ones first; the headers of the others join `entries`. */
function findLoops(edges: [number, number][], entries: Set<number>): Loop[] {
  const loops: Loop[] = [];
  const inside = (block: number, loop: Loop): boolean => block > loop.first && block <= loop.last;
  for (const loop of candidateLoops(edges)) {
    const entered = [...entries].some((entry) => inside(entry, loop));
    const crossed = edges.some(([from, to]) => inside(to, loop) && (from < loop.first || from > loop.last));
    if (entered || crossed) entries.add(loop.first);
    else loops.push(loop);
  }
  return loops;
}

/** Cuts the unit that begins at `entry`. */
export function cutUnit(entry: number, fetch: (pc: number) => Instruction | undefined): Unit {
  const found = explore(entry, fetch);
  const blocks = cutBlocks(found);
  const indexOf = new Map(blocks.map((block, index) => [block.start, index]));
  const edges: [number, number][] = [];
  blocks.forEach((block, from) => {
    for (const pc of successors(block)) {
      const to = indexOf.get(pc);
      if (to !== undefined) edges.push([from, to]);
    }
  });
  const entries = new Set<number>();
  for (const pc of found.entries) if (indexOf.has(pc)) entries.add(indexOf.get(pc)!);
  const loops = findLoops(edges, entries);
  return { blocks, indexOf, entries: [...entries].sort((x, y) => x - y), loops, callees: [...found.callees] };
}

/** A block, or a loop with what is in it. */
export type Item = { block: number } | { loop: Loop; items: Item[] };

export const firstBlock = (item: Item): number => ("loop" in item ? item.loop.first : item.block);

/** Arranges blocks from `first` to `last` and the loops in that stretch as a tree. */
export function arrange(first: number, last: number, loops: Loop[]): Item[] {
  const items: Item[] = [];
  let at = first;
  while (at <= last) {
    const here = loops.filter((loop) => loop.first === at && loop.last <= last);
    const loop = here.reduce<Loop | undefined>((widest, next) => (!widest || next.last > widest.last ? next : widest), undefined);
    if (loop) {
      const inner = loops.filter((other) => other !== loop);
      items.push({ loop, items: arrange(at, loop.last, inner) });
      at = loop.last + 1;
    } else {
      items.push({ block: at });
      at += 1;
    }
  }
  return items;
}
