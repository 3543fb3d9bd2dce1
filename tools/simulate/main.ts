/** npm run simulate -- [--days N] [--seed N] [--kernels] [--targets N] [--source WHICH] [--trust WHICH] [--token] [--lines] */
import { Command, InvalidArgumentError, Option } from "commander";
import { TARGETS } from "./builds";
import { isGood, summary } from "./report";
import { type Lamp, simulate } from "./simulate";
import { moment } from "./units";

interface Options extends Partial<Lamp> {
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

function targetCount(text: string): number {
  const value = whole(text);
  if (value > TARGETS.length) throw new InvalidArgumentError(`at most ${TARGETS.length}`);
  return value;
}

const options = new Command("npm run simulate --")
  .description("Runs the firmware for a year of virtual time in a world where things go wrong. Ends with 1 if the lamp was wrong.")
  .option("--days <number>", `how many days (${YEAR}; ${KERNEL_DAYS} with --kernels)`, whole)
  .option("--seed <number>", "what makes chance repeat itself", whole, 1)
  .option("--kernels", "run the native kernels on the emulated processor")
  .option("--targets <number>", `how many repositories it shows, 1 to ${TARGETS.length}`, targetCount)
  .addOption(new Option("--source <which>", "what it asks for").choices(["statuses", "checks", "auto"]))
  .addOption(new Option("--trust <which>", "what it knows the server by").choices(["fingerprints", "caKeys"]))
  .option("--token", "it has a token")
  .option("--lines", "print what the serial port says")
  .parse()
  .opts<Options>();

const { days: wanted, seed, kernels, lines, ...lamp } = options;
const days = wanted ?? (kernels ? KERNEL_DAYS : YEAR);
const isTerminal = process.stderr.isTTY === true;
const result = await simulate({
  days,
  seed,
  lamp,
  ...(kernels ? { kernels } : {}),
  ...(lines ? { onLine: (at, line) => console.log(`${moment(at)}  ${line}`) } : {}),
  onProgress: (day, percent) => {
    if (isTerminal) process.stderr.write(`\rday ${Math.floor(day)} of ${days} `);
    else if (percent % 10 === 0) process.stderr.write(`day ${Math.floor(day)} of ${days}\n`);
  },
});
if (isTerminal) process.stderr.write("\r\x1b[K");
console.log(summary(result));
process.exitCode = isGood(result) ? 0 : 1;
