import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { makeProgress } from "../flash/progress";
import { openPort } from "../serial/port-link";
import { findPort } from "../serial/ports";
import { Prompt } from "../serial/prompt";
import { colorsFor, describe, runTool, ToolError } from "../serial/tool-error";
import { checkImage } from "./image";
import { FAST_BAUD_RATE, writeImage } from "./write-image";

interface Options {
  image: string;
  port?: string;
  baud: number;
}

function baudRate(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 9600) throw new InvalidArgumentError("a speed in bits a second, as 115200");
  return value;
}

const program = new Command("npm run firmware --")
  .description("Writes Espruino itself onto a new board, through the chip's own boot loader.")
  .requiredOption("--image <file>", "espruino_*_esp8266_4mb_combined_4096.bin from espruino.com/binaries")
  .option("--port <path>", "serial port (default: the board that is plugged in)")
  .option("--baud <rate>", "speed while writing", baudRate, FAST_BAUD_RATE);

function readImage(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ToolError(`cannot read the image ${file}: ${describe(error)}`);
  }
}

runTool(async () => {
  const options = program.parse().opts<Options>();
  const image = readImage(options.image);
  checkImage(image);
  const link = await openPort(await findPort(options.port));
  const check = colorsFor(process.stdout).green("✓");
  const bar = makeProgress(process.stdout);
  const step = (text: string) => void process.stdout.write(`${check} ${text}\n`);
  try {
    await writeImage(link, image, { step, progress: (done, total) => bar.update(done, total) }, options.baud);
    await new Prompt(link).wake();
    step('Espruino answers; go on with "npm run config" and "npm run flash"');
  } finally {
    bar.stop();
    await link.close();
  }
});
