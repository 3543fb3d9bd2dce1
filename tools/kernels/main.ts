/** npm run kernels -- [--check] */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { auditKernels } from "./audit";
import { compileKernels } from "./compile";
import { GENERATED_FILE, generatedKernels } from "./generate";

const { check } = new Command("npm run kernels --")
  .description("Compiles the kernels, audits them and writes board/esp8266/kernels.generated.ts.")
  .option("--check", "write nothing, and fail if that file is not what the sources give")
  .parse()
  .opts<{ check?: boolean }>();
const kernels = compileKernels();
const { problems, stack } = auditKernels(kernels);
const text = generatedKernels(kernels.blob);

console.log(`kernels: ${kernels.blob.length} bytes, at most ${stack.bytes} bytes of stack (${stack.path.join(" > ")})`);
for (const problem of problems) console.error(`audit: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else if (!check) writeFileSync(GENERATED_FILE, text);
else if (!existsSync(GENERATED_FILE) || readFileSync(GENERATED_FILE, "utf8") !== text) {
  console.error("board/esp8266/kernels.generated.ts is not what the sources give: run npm run kernels");
  process.exitCode = 1;
}
