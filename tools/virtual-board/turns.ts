/** What the turns of the event loop cost on the board, by DESIGN.md's formula (decision 7). */

const INSTRUCTIONS_PER_NATIVE_CALL = 14_000;
const INSTRUCTIONS_PER_STATEMENT = 20_000;
const CYCLES_PER_INSTRUCTION = 1.3;
const CYCLES_PER_MILLISECOND = 160_000;

export interface Turn {
  /** Milliseconds since power on. */
  at: number;
  /** Interpreted statements; 0 unless the bundle is instrumented. */
  statements: number;
  nativeCalls: number;
  kernelInstructions: number;
  /** All of it in lx106 instructions. */
  instructions: number;
  /** The same as time at 160 MHz. */
  milliseconds: number;
  /** What ran: timer, data, connect, … */
  what: string[];
}

export function turnCost(
  statements: number,
  nativeCalls: number,
  kernelInstructions: number,
): { instructions: number; milliseconds: number } {
  const instructions = kernelInstructions + INSTRUCTIONS_PER_NATIVE_CALL * nativeCalls + INSTRUCTIONS_PER_STATEMENT * statements;
  return { instructions, milliseconds: (instructions * CYCLES_PER_INSTRUCTION) / CYCLES_PER_MILLISECOND };
}

export class TurnLog {
  count = 0;
  statements = 0;
  nativeCalls = 0;
  kernelInstructions = 0;
  longest: Turn | null = null;
  private what: string[] = [];

  constructor(private onTurn?: (turn: Turn) => void) {}

  ran(what: string): void {
    this.what.push(what);
  }

  /** Closes a turn with what it took. */
  end(at: number, statements: number, nativeCalls: number, kernelInstructions: number): void {
    if (this.what.length === 0 && statements === 0 && nativeCalls === 0) return;
    const turn = {
      at,
      statements,
      nativeCalls,
      kernelInstructions,
      ...turnCost(statements, nativeCalls, kernelInstructions),
      what: this.what,
    };
    this.what = [];
    this.count++;
    this.statements += statements;
    this.nativeCalls += nativeCalls;
    this.kernelInstructions += kernelInstructions;
    if (!this.longest || turn.instructions > this.longest.instructions) this.longest = turn;
    this.onTurn?.(turn);
  }

  reset(): void {
    this.count = 0;
    this.statements = 0;
    this.nativeCalls = 0;
    this.kernelInstructions = 0;
    this.longest = null;
    this.what = [];
  }

  /** The counts and the longest turn, a few lines of text. */
  report(): string {
    const number = (value: number): string => Math.round(value).toLocaleString("en-US");
    const lines = [
      `${number(this.count)} turns: ${number(this.statements)} statements, ${number(this.nativeCalls)} native calls, ${number(this.kernelInstructions)} kernel instructions`,
    ];
    const turn = this.longest;
    if (turn) {
      lines.push(
        `longest turn: ${turn.milliseconds.toFixed(1)} ms (${turn.what.join(", ")}): ` +
          `${number(turn.statements)} statements, ${number(turn.nativeCalls)} native calls, ${number(turn.kernelInstructions)} kernel instructions`,
      );
    }
    return lines.join("\n");
  }
}
