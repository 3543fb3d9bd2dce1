/**
 * npm run memory: what the ESP8266's firmware takes of its 1600 variables, measured on an Espruino with the board's limits. With --write the
 * figures become the tracked ones (memory-figures.json).
 */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { type MemoryFigures, measureMemory } from "./memory";
import { memoryCases } from "./memory-cases";
import { type Figures, figuresFile, growth, memoryTable, ranOut, tooMuch, trackedFigures } from "./memory-figures";
import { espruino1600Bin, howToGetEspruino } from "./run";

async function main(): Promise<void> {
  const { write, only } = new Command("npm run memory --")
    .description(
      "Measures the memory of the ESP8266's firmware on the Espruino with the board's limits that ESPRUINO_BIN or ESPRUINO_1600_BIN names.",
    )
    .option("--write", "keep the figures as the tracked ones")
    .option("--only <text>", "only the cases whose name has this text")
    .parse()
    .opts<{ write?: boolean; only?: string }>();
  if (!espruino1600Bin) {
    console.error(howToGetEspruino("one with the ESP8266's limits"));
    process.exitCode = 1;
    return;
  }
  const figures: Figures = {};
  for (const line of memoryTable({})) console.log(line);
  for (const one of memoryCases.filter(({ name }) => name.includes(only ?? ""))) {
    const measured: MemoryFigures = await measureMemory(espruino1600Bin, one);
    figures[one.name] = measured;
    console.log(memoryTable({ [one.name]: measured }).at(-1));
  }
  console.log("\nVariables of 12 bytes, what measuring takes taken off.");
  if (write) writeFileSync(figuresFile, JSON.stringify({ ...trackedFigures(), ...figures }, null, 2) + "\n");
  const problems = [...growth(trackedFigures(), figures), ...ranOut(figures), ...tooMuch(figures)];
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

await main();
process.exit();
