/** The linked kernels as functions of instructions, read from objdump. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crossTool, withDirectory } from "./compile";

export interface Instruction {
  address: number;
  /** Without the ".n" of the short forms. */
  name: string;
  operands: string[];
  /** Where a branch, jump or call goes. */
  target: number | null;
  /** What an l32r loads. */
  literal: number | null;
}

export interface CodeFunction {
  name: string;
  address: number;
  instructions: Instruction[];
  /** Set if the function gives the address of a table that lies in it. */
  givesTable: boolean;
}

interface CodeSymbol {
  name: string;
  address: number;
  size: number;
  kind: string;
}

/** What objdump calls bytes that are not an instruction. */
export const PADDING = ".byte";

const LINE = /^\s*([0-9a-f]+):\t[0-9a-f ]+\t([a-z0-9_.]+)\s*(.*)$/;
const TABLE = /_words$/;

/** Functions in the order of their addresses; the words of tables are left out. */
export function disassemble(elf: Uint8Array): CodeFunction[] {
  return withDirectory((directory) => {
    writeFileSync(join(directory, "kernels.elf"), elf);
    const symbols = parseSymbols(crossTool("readelf", ["-sW", "kernels.elf"], directory));
    const tables = symbols.filter((symbol) => TABLE.test(symbol.name));
    return symbols
      .filter((symbol) => symbol.kind === "FUNC" && symbol.size > 0)
      .map((symbol) => {
        const table = tables.find((one) => one.name === symbol.name + "_words");
        const parts = table ? outside(symbol, table) : [[symbol.address, symbol.address + symbol.size]];
        const instructions = parts.flatMap(([from, to]) =>
          parseInstructions(crossTool("objdump", ["-d", `--start-address=${from}`, `--stop-address=${to}`, "kernels.elf"], directory)),
        );
        return { name: symbol.name, address: symbol.address, instructions, givesTable: table !== undefined };
      });
  });
}

function outside(symbol: CodeSymbol, table: CodeSymbol): number[][] {
  return [
    [symbol.address, table.address],
    [table.address + table.size, symbol.address + symbol.size],
  ];
}

function parseSymbols(text: string): CodeSymbol[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length === 8 && /^\d+:$/.test(fields[0]))
    .map((fields) => ({ address: Number.parseInt(fields[1], 16), size: Number(fields[2]), kind: fields[3], name: fields[7] }))
    .sort((a, b) => a.address - b.address);
}

function parseInstructions(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  for (const line of text.split("\n")) {
    const found = LINE.exec(line);
    if (!found) continue;
    const rest = found[3];
    const literal = /\(([0-9a-f]+)(?: <[^)]*)?\)\s*$/.exec(rest);
    const operands = rest.replace(/\s*[<(].*$/, "").split(/,\s*/);
    const last = operands[operands.length - 1];
    const target = /<[^>]+>/.test(rest) && /^[0-9a-f]+$/.test(last) ? Number.parseInt(last, 16) : null;
    const name = found[2].replace(/\.n$/, "");
    instructions.push({
      address: Number.parseInt(found[1], 16),
      name,
      operands,
      target,
      literal: literal && name === "l32r" ? Number.parseInt(literal[1], 16) : null,
    });
  }
  return instructions;
}
