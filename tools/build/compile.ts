/** Firmware source to plain JavaScript: tsc, with const enums inlined. Types are not checked here but by `npm run typecheck`. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildError } from "./build-error";
import { projectRoot } from "./paths";

let compiled: Promise<string> | null = null;

/** Compiles src/ and board/ once a process. Gives the folder that holds them; it is removed when the process ends. */
export function compileFirmware(): Promise<string> {
  compiled ??= compileInto(mkdtempSync(join(tmpdir(), "buildlamp-")));
  return compiled;
}

function compileInto(folder: string): Promise<string> {
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const tsc = join(projectRoot, "node_modules/typescript/bin/tsc");
  const options = ["-p", "board", "--noEmit", "false", "--outDir", folder, "--rootDir", ".", "--noCheck", "--pretty", "false"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, ...options], { cwd: projectRoot }, (error, output) => {
      if (error) reject(new BuildError(`the firmware does not compile:\n${output.trim() || error.message}`));
      else resolve(folder);
    });
  });
}
