/** Runs scripts on a real Espruino built for Linux. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storageImage } from "./storage-image";

/** One line on what is missing and how to get it. */
export function howToGetEspruino(build: "an ordinary one" | "one with the ESP8266's limits"): string {
  const how = build === "an ordinary one" ? "README_Building.md there" : "tools/espruino/README.md here";
  return `no Espruino, ${build}: build it for Linux from github.com/espruino/Espruino (${how}) and set ESPRUINO_BIN to it`;
}

/**
 * Passes output that contains `pattern` so many times. As one expression that would take exponential time while there are fewer, in which a
 * server of the same process answers nobody.
 */
export function times(count: number, pattern: string): Pick<RegExp, "test"> {
  return { test: (output) => (output.match(new RegExp(pattern, "g")) ?? []).length >= count };
}

export interface EspruinoRun {
  bin: string;
  /** A script that is run from RAM, as `espruino FILE` does. */
  script?: string;
  /** Files of the Storage; with ".bootcde" among them and no script, that is booted. */
  storage?: Record<string, Buffer | string>;
  /** Ends the run once all output so far passes: a RegExp, or `times`. */
  until: Pick<RegExp, "test">;
  /** Milliseconds after which it is ended anyway. */
  timeout: number;
  /** Called with all output so far whenever there is more. */
  onOutput?: (output: string) => void;
}

export interface EspruinoResult {
  output: string;
  /** The output matched `until`. */
  isMatched: boolean;
}

/** Starts Espruino in a folder of its own and gives what it printed. */
export async function runEspruino(run: EspruinoRun): Promise<EspruinoResult> {
  const folder = mkdtempSync(join(tmpdir(), "espruino-"));
  try {
    if (run.storage) writeFileSync(join(folder, "espruino.flash"), storageImage(run.storage));
    if (run.script !== undefined) writeFileSync(join(folder, "script.js"), run.script, "latin1");
    return await watch(run, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function watch(run: EspruinoRun, folder: string): Promise<EspruinoResult> {
  return new Promise((resolve, reject) => {
    // Standard input stays open: Espruino ends when it is closed.
    const child = spawn(run.bin, run.script === undefined ? [] : ["script.js"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
    let output = "";
    const finish = () => {
      clearTimeout(timer);
      child.stdin.destroy();
      child.kill("SIGKILL");
    };
    const timer = setTimeout(finish, run.timeout);
    child.stdout.setEncoding("latin1");
    child.stdout.on("data", (text: string) => {
      output += text.replaceAll("\r", "");
      run.onOutput?.(output);
      // Some builds print each character by itself.
      if (text.includes("\n") && run.until.test(output)) finish();
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve({ output, isMatched: run.until.test(output) });
    });
  });
}

/** Whether a build has as many variables as the ESP8266's. Says so if it does not run at all. */
async function hasBoardLimits(bin: string): Promise<boolean> {
  const script = "console.log(process.memory().total == 1600 ? 'as the board' : 'as it likes')";
  const { output, isMatched } = await runEspruino({ bin, script, until: /as .*\n/, timeout: 10_000 }).catch(() => ({
    output: "",
    isMatched: false,
  }));
  if (!isMatched) console.error(`ESPRUINO_BIN names ${bin}, which does not run as Espruino does`);
  return output.includes("as the board");
}

const named = process.env.ESPRUINO_BIN;
const isLimited = named ? await hasBoardLimits(named) : false;

/** Where an ordinary Espruino is, or undefined. */
export const espruinoBin = isLimited ? undefined : named;
/** One built with the ESP8266's limits (1600 variables of 12 bytes, 268-byte reads, flash that is memory-mapped), or undefined. */
export const espruino1600Bin = process.env.ESPRUINO_1600_BIN ?? (isLimited ? named : undefined);
