import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import type { ServerConfig } from "../../src/apps/config";
import { buildFirmware } from "../build/firmware";
import { projectRoot } from "../build/paths";
import { overLimits } from "../build/report";
import { toBuildConfig } from "../config/build-config";
import { loadConfig, readConfigFile } from "../config/load";
import { runMonitor } from "../monitor/terminal";
import { openPort } from "../serial/port-link";
import { findPort } from "../serial/ports";
import { Prompt } from "../serial/prompt";
import { colorsFor, describe, message, runTool, ToolError } from "../serial/tool-error";
import { type FlashReport, flashFirmware } from "./flash";
import { makeProgress } from "./progress";

interface Options {
  port?: string;
  config: string;
  firmware?: string;
  erase?: boolean;
  force?: boolean;
  monitor?: boolean;
}

const program = new Command("npm run flash --")
  .description("Builds the firmware and puts it on the board over USB; ends well only when the board runs it.")
  .option("--port <path>", "serial port (default: the board that is plugged in)")
  .option("--config <file>", "the config", join(projectRoot, "board/config.json"))
  .option("--firmware <file>", "a script that is built already, instead of config and build")
  .option("--erase", "empty the board's Storage first (all files on it are lost)")
  .option("--force", "write the firmware even if the board has it already")
  .option("--monitor", "go on with the monitor");

const colors = colorsFor(process.stdout);

async function provideScript(options: Options): Promise<Uint8Array> {
  if (options.firmware) {
    try {
      return readFileSync(options.firmware);
    } catch (error) {
      throw new ToolError(`cannot read ${options.firmware}: ${describe(error)}`);
    }
  }
  const config = loadConfig(relative("", options.config) || options.config);
  const build = await buildFirmware({ config, board: "esp8266" });
  const [over] = overLimits(build.report, "esp8266");
  if (over) throw new ToolError(`this config's firmware does not fit the board: ${over}`);
  process.stdout.write(`${colors.green("✓")} config is valid, firmware built: ${build.size} bytes\n`);
  if (trustsOnlyExample(config.server)) {
    const advice = `its only fingerprint is the example's: "npm run pin -- ${config.server.host} --write" adds today's`;
    process.stdout.write(message(colors.yellow("!"), 1, advice, process.stdout));
  }
  return Buffer.from(build.code, "latin1");
}

/** The example's certificate is long expired, so the firmware would trust no server. */
function trustsOnlyExample({ fingerprints, caKeys }: ServerConfig): boolean {
  const example = toBuildConfig(readConfigFile(join(projectRoot, "board/config.example.json"))).server;
  return !caKeys && fingerprints.every((one) => example.fingerprints.includes(one));
}

function reportOn(stream: NodeJS.WriteStream): FlashReport & { stop(): void } {
  const bar = makeProgress(stream);
  return {
    step: (text) => void stream.write(message(colors.green("✓"), 1, text, stream)),
    begin: (text) => void stream.write(message(colors.dim("›"), 1, text, stream)),
    progress: (done, total) => bar.update(done, total),
    stop: () => bar.stop(),
  };
}

runTool(async () => {
  const options = program.parse().opts<Options>();
  const script = await provideScript(options);
  const path = await findPort(options.port);
  const link = await openPort(path);
  const report = reportOn(process.stdout);
  const started = performance.now();
  try {
    const line = await flashFirmware(new Prompt(link), script, report, options);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${colors.green("✓")} the board runs it (${seconds} s): ${line}\n`);
  } finally {
    report.stop();
    await link.close();
  }
  if (options.monitor) await runMonitor(path, { raw: false });
});
