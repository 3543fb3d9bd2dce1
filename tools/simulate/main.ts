/** npm run simulate -- [--days N] [--seed N] [--kernels] [--lines] */
import { Command, InvalidArgumentError } from "commander";
import { isGood, summary } from "./report";
import { simulate } from "./simulate";
import { moment } from "./units";

interface Options {
  days?: number;
  seed: number;
  kernels?: boolean;
  lines?: boolean;
}

const YEAR = 365;
const KERNEL_DAYS = 1;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("a whole number from 1 on");
  return value;
}

const options = new Command("npm run simulate --")
  .description("Runs the firmware for a year of virtual time in a world where things go wrong. Ends with 1 if the lamp was wrong.")
  .option("--days <number>", `how many days (${YEAR}; ${KERNEL_DAYS} with --kernels)`, whole)
  .option("--seed <number>", "what makes chance repeat itself", whole, 1)
  .option("--kernels", "run the native kernels on the emulated processor")
  .option("--lines", "print what the serial port says")
  .parse()
  .opts<Options>();

const { seed, kernels, lines } = options;
const days = options.days ?? (kernels ? KERNEL_DAYS : YEAR);
const isTerminal = process.stderr.isTTY === true;
const result = await simulate({
  days,
  seed,
  ...(kernels ? { kernels } : {}),
  ...(lines ? { onLine: (at, line) => console.log(`${moment(at)}  ${line}`) } : {}),
  onProgress: (day) => isTerminal && process.stderr.write(`\rday ${Math.floor(day)} of ${days} `),
});
if (isTerminal) process.stderr.write("\r\x1b[K");
console.log(summary(result));
process.exitCode = isGood(result) ? 0 : 1;
