/** Random sequences of the instructions that the emulator supports, as assembler text, for the differential test. */

const SCRATCH_WORDS = 64;
const RESULT_AT = SCRATCH_WORDS * 4;
/** a0 to a15 and the shift amount. */
const RESULT_WORDS = 17;
/** Where a sequence keeps what its caller wants back; not compared. */
const SAVED_AT = RESULT_AT + RESULT_WORDS * 4;
/** Scratch and results: what is compared after each sequence. */
export const COMPARED_BYTES = SAVED_AT;
/** Address of scratch, results and saved registers. */
export const SCRATCH = 0x3ffe8100;
const BASE = 15;
const TEMPORARY = 11;
/** Scratch bytes that loads and stores reach; loop counters lie above. */
const REACHED_BYTES = RESULT_AT - 16;

const THREE = ["and", "or", "xor", "add", "addx2", "addx4", "addx8", "sub", "subx2", "subx4", "subx8"];
const MULTIPLY = ["mull", "mul16u", "mul16s"];
const MOVES = ["moveqz", "movnez", "movltz", "movgez"];
const TWO = ["neg", "abs", "nsa", "nsau", "mov"];
const SHIFTS = ["sll", "srl", "sra"];
const SET_RIGHT_SHIFT = ["ssr", "ssa8l"];
/** These can set 32; qemu then shifts right by 0 where the manual says that nothing is left, so srl and sra must not meet it. */
const SET_LEFT_SHIFT = ["ssl", "ssa8b"];
const NOPS = ["memw", "extw", "isync", "dsync", "esync", "rsync", "nop"];
const LOADS: [string, number][] = [
  ["l8ui", 1],
  ["l16ui", 2],
  ["l16si", 2],
  ["l32i", 4],
];
const STORES: [string, number][] = [
  ["s8i", 1],
  ["s16i", 2],
  ["s32i", 4],
];
const ZERO_BRANCHES = ["beqz", "bnez", "bltz", "bgez"];
const REGISTER_BRANCHES = ["beq", "bne", "blt", "bge", "bltu", "bgeu", "bany", "bnone", "ball", "bnall", "bbc", "bbs"];
const CONSTANTS = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
const UNSIGNED_CONSTANTS = [32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
const EDGES = [0, 1, -1, 0x7fffffff, -0x80000000, 0xffff, 0x8000, 31, 32];

export class SequenceWriter {
  private labels = 0;
  /** A helper keeps its return address. */
  private inHelper = false;

  /** @param random gives numbers from 0 to below 1 */
  constructor(private readonly random: () => number) {}

  /** One function of about `length` instructions at label `name`, and the helper it calls. */
  write(name: string, length: number): string {
    const lines = [" .align 4", " .literal_position", `${name}_helper:`];
    this.inHelper = true;
    for (let i = 0; i < 3; i++) lines.push(this.plain());
    this.inHelper = false;
    lines.push(" ret", " .align 4", ` .global ${name}`, `${name}:`, ` movi a${TEMPORARY}, ${SCRATCH}`);
    for (const register of [0, 12, 13, 14, 15]) lines.push(` s32i a${register}, a${TEMPORARY}, ${SAVED_AT + register * 4}`);
    lines.push(` mov a${BASE}, a${TEMPORARY}`, ` ssai ${this.below(32)}`);
    for (let register = 0; register < BASE; register++) if (register !== 1) lines.push(` movi a${register}, ${this.value()}`);
    for (let i = 0; i < length; i++) lines.push(this.any(name));
    for (let register = 0; register < 16; register++) lines.push(` s32i a${register}, a${BASE}, ${RESULT_AT + register * 4}`);
    lines.push(" rsr a2, sar", ` s32i a2, a${BASE}, ${RESULT_AT + 64}`);
    for (const register of [0, 12, 13, 14, 15]) lines.push(` l32i a${register}, a${BASE}, ${SAVED_AT + register * 4}`);
    return [...lines, " ret", ""].join("\n");
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  private value(): number {
    return this.random() < 0.3 ? this.pick(EDGES) : Math.floor(this.random() * 2 ** 32) | 0;
  }

  private source(): string {
    return `a${this.below(16)}`;
  }

  /** Any register but the stack pointer and the base. */
  private target(): string {
    return `a${this.pick([this.inHelper ? 2 : 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])}`;
  }

  private label(): string {
    this.labels += 1;
    return `.Ls${this.labels}`;
  }

  private any(name: string): string {
    const kind = this.random();
    if (kind < 0.6) return this.plain();
    if (kind < 0.75) return this.memory();
    if (kind < 0.9) return this.branch();
    if (kind < 0.95) return this.loop();
    return this.call(name);
  }

  /** An instruction on registers; now and then in its wide form even where a narrow one exists. */
  private plain(): string {
    const wide = this.random() < 0.3 ? "_" : "";
    const d = this.target();
    const s = this.source();
    const forms: (() => string)[] = [
      () => `${wide}${this.pick(THREE)} ${d}, ${s}, ${this.source()}`,
      () => `${this.pick(MULTIPLY)} ${d}, ${s}, ${this.source()}`,
      () => `${this.pick(MOVES)} ${d}, ${s}, ${this.source()}`,
      () => `${this.pick(TWO)} ${d}, ${s}`,
      () => `${this.pick(SHIFTS)} ${d}, ${s}`,
      () => `src ${d}, ${s}, ${this.random() < 0.5 ? s : this.source()}`,
      () => `${this.pick(SET_RIGHT_SHIFT)} ${s}`,
      () => `extui ${d}, ${s}, 0, 1\n addi ${d}, ${d}, 1\n ${this.pick(SET_LEFT_SHIFT)} ${d}`,
      () => `${this.pick(SET_LEFT_SHIFT)} ${s}\n ${this.pick([`sll ${d}, ${s}`, `src ${d}, ${s}, ${this.source()}`])}\n ssr ${d}`,
      () => `ssai ${this.below(32)}`,
      () => `slli ${d}, ${s}, ${1 + this.below(31)}`,
      () => `srli ${d}, ${s}, ${this.below(16)}`,
      () => `srai ${d}, ${s}, ${this.below(32)}`,
      () => `extui ${d}, ${s}, ${this.below(16)}, ${1 + this.below(16)}`,
      () => `extui ${d}, ${s}, ${16 + this.below(16)}, 1`,
      () => `${wide}addi ${d}, ${s}, ${this.below(256) - 128}`,
      () => `addi ${d}, ${s}, ${this.pick([-1, 1, 2, 7, 15])}`,
      () => `addmi ${d}, ${s}, ${(this.below(256) - 128) * 256}`,
      () => `${wide}movi ${d}, ${this.below(4096) - 2048}`,
      () => `movi ${d}, ${this.below(128) - 32}`,
      () => `movi ${d}, ${this.value()}`,
      () => `extui ${d}, ${s}, 0, 5\n wsr ${d}, sar`,
      () => `extui ${d}, ${s}, 3, 5\n xsr ${d}, sar`,
      () => `rsr ${d}, sar`,
      () => this.pick(NOPS),
    ];
    return " " + this.pick(forms)();
  }

  private memory(): string {
    const isLoad = this.random() < 0.5;
    const [op, size] = this.pick(isLoad ? LOADS : STORES);
    const wide = this.random() < 0.3 ? "_" : "";
    if (this.random() < 0.5) {
      const offset = this.below(Math.min(256, REACHED_BYTES / size)) * size;
      return ` ${wide}${op} ${isLoad ? this.target() : this.source()}, a${BASE}, ${offset}`;
    }
    const pointer = this.target();
    const lines = [`extui ${pointer}, ${this.source()}, 0, 5`, `slli ${pointer}, ${pointer}, 2`, `add ${pointer}, ${pointer}, a${BASE}`];
    return (
      " " +
      [...lines, `${op} ${isLoad ? this.target() : this.source()}, ${pointer}, ${this.below((REACHED_BYTES - 128) / size) * size}`].join(
        "\n ",
      )
    );
  }

  /** A branch over up to three instructions. */
  private branch(): string {
    const label = this.label();
    const wide = this.random() < 0.3 ? "_" : "";
    const s = this.source();
    const forms = [
      `${wide}${this.pick(ZERO_BRANCHES)} ${s}, ${label}`,
      `${this.pick(REGISTER_BRANCHES)} ${s}, ${this.source()}, ${label}`,
      `${this.pick(["bbci", "bbsi"])} ${s}, ${this.below(32)}, ${label}`,
      `${this.pick(["beqi", "bnei", "blti", "bgei"])} ${s}, ${this.pick(CONSTANTS)}, ${label}`,
      `${this.pick(["bltui", "bgeui"])} ${s}, ${this.pick(UNSIGNED_CONSTANTS)}, ${label}`,
      `j ${label}`,
    ];
    const skipped: string[] = [];
    for (let i = 0; i <= this.below(3); i++) skipped.push(this.random() < 0.2 ? this.memory() : this.plain());
    return [" " + this.pick(forms), ...skipped, `${label}:`].join("\n");
  }

  /** A loop of a few turns, its counter in scratch memory; sometimes with another inside, or with a call. */
  private loop(depth = 0): string {
    const label = this.label();
    const slot = (SCRATCH_WORDS - 1 - depth) * 4;
    const counter = this.target();
    const body: string[] = [];
    for (let i = 0; i <= this.below(4); i++) body.push(this.plain());
    if (depth < 2 && this.random() < 0.3) body.push(this.loop(depth + 1));
    if (this.random() < 0.3) body.push(this.branch());
    return [
      ` movi ${counter}, ${1 + this.below(4)}`,
      ` s32i ${counter}, a${BASE}, ${slot}`,
      `${label}:`,
      ...body,
      ` l32i ${counter}, a${BASE}, ${slot}`,
      ` addi ${counter}, ${counter}, -1`,
      ` extui ${counter}, ${counter}, 0, 3`,
      ` s32i ${counter}, a${BASE}, ${slot}`,
      ` bnez ${counter}, ${label}`,
    ].join("\n");
  }

  private call(name: string): string {
    if (this.random() < 0.5) return ` call0 ${name}_helper`;
    const register = this.target();
    return ` movi ${register}, ${name}_helper\n callx0 ${register}`;
  }
}
