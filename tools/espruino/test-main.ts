/** npm run test:espruino: the tests that need a real Espruino, in full. Without one it says so. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../build/paths";
import { espruino1600Bin, espruinoBin, howToGetEspruino } from "./run";

/** How many polls there are to be in a row. */
const polls = "300";

if (!espruinoBin) console.error(howToGetEspruino("ESPRUINO_BIN"));
if (!espruino1600Bin) console.error(howToGetEspruino("ESPRUINO_1600_BIN"));
if (espruinoBin || espruino1600Bin) {
  const vitest = join(projectRoot, "node_modules/vitest/vitest.mjs");
  const env = { POLLS: polls, ...process.env };
  const { status } = spawnSync(process.execPath, [vitest, "run", "tools/espruino"], { cwd: projectRoot, stdio: "inherit", env });
  process.exitCode = status ?? 1;
} else process.exitCode = 1;
