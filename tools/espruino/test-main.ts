/** npm run test:espruino: the tests that need a real Espruino. Without one it says so. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Command } from "commander";
import { projectRoot } from "../build/paths";
import { espruino1600Bin, espruinoBin, howToGetEspruino } from "./run";

const { polls } = new Command("npm run test:espruino --")
  .description("Runs the firmware on the Espruino that ESPRUINO_BIN names, and on the one that ESPRUINO_1600_BIN names.")
  .option("--polls <count>", "only the test of many polls in a row with the crypto double, with so many of them")
  .parse()
  .opts<{ polls?: string }>();

if (!espruinoBin) console.error(howToGetEspruino("an ordinary one"));
if (!espruino1600Bin) console.error(howToGetEspruino("one with the ESP8266's limits"));
if (espruinoBin || espruino1600Bin) {
  const vitest = join(projectRoot, "node_modules/vitest/vitest.mjs");
  const which = polls ? ["tools/espruino/double.test.ts", "-t", `${polls} polls leave`] : ["tools/espruino"];
  const env = polls ? { ...process.env, POLLS: polls } : process.env;
  const { status } = spawnSync(process.execPath, [vitest, "run", ...which], { cwd: projectRoot, stdio: "inherit", env });
  process.exitCode = status ?? 1;
} else process.exitCode = 1;
