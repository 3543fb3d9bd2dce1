/** npm run test:espruino: the tests that need a real Espruino. Without one it says so. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../build/paths";
import { espruinoBin, howToGetEspruino } from "./run";

if (espruinoBin) {
  const vitest = join(projectRoot, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run", "tools/espruino"], { cwd: projectRoot, stdio: "inherit" });
  process.exitCode = status ?? 1;
} else {
  console.error(howToGetEspruino("ESPRUINO_BIN"));
  process.exitCode = 1;
}
