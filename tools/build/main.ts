/** npm run build -- [--config FILE] [--board esp8266|linux] [--out FILE] */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Command, Option } from "commander";
import { ConfigError, loadConfig } from "../config/load";
import { BuildError } from "./build-error";
import { type BoardName, buildFirmware } from "./firmware";
import { projectRoot } from "./paths";
import { overLimits, reportLines } from "./report";

interface Options {
  config: string;
  board: BoardName;
  out: string;
}

async function main(): Promise<void> {
  const command = new Command("npm run build --")
    .description("Builds the firmware, config included, into one script.")
    .option("--config <file>", "the config", join(projectRoot, "board/config.json"))
    .addOption(new Option("--board <board>", "what it is for").choices(["esp8266", "linux"]).default("esp8266"))
    .option("--out <file>", "where to write it", join(projectRoot, "dist/firmware.js"));
  const options = command.parse().opts<Options>();
  const build = await buildFirmware({ config: loadConfig(relative("", options.config) || options.config), board: options.board });
  mkdirSync(dirname(options.out), { recursive: true });
  // It holds the Wi-Fi password, so others may not read it; a file that is there already keeps its mode when it is written.
  writeFileSync(options.out, build.code, { mode: 0o600, encoding: "latin1" });
  chmodSync(options.out, 0o600);
  for (const line of reportLines(build.report)) console.log(line);
  for (const line of overLimits(build.report, options.board)) {
    console.error(`over the limit: ${line}`);
    process.exitCode = 1;
  }
  console.log(`written to ${relative("", options.out)}`);
}

main().catch((error: unknown) => {
  if (!(error instanceof BuildError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
