/** Reads a config file, checks it and turns it into what the build embeds. */
import { readFileSync } from "node:fs";
import type { BuildConfig } from "../../src/apps/config";
import { toBuildConfig } from "./build-config";
import { findProblem } from "./check";
import type { ConfigFile } from "./config-file";
import { JsonError, type JsonFile, parseJson } from "./json";

/** A mistake in the config; its message is one line that names file, line, key and what is wrong. */
export class ConfigError extends Error {}

/** @returns the config as it stands in the file, checked. Throws a ConfigError. */
export function readConfigFile(file: string): ConfigFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new ConfigError(
      missing ? `${file}: there is no such file; npm run config makes one` : `${file}: cannot be read (${(error as Error).message})`,
    );
  }
  return checkConfigText(text, file);
}

/** @param file what messages call it */
export function checkConfigText(text: string, file: string): ConfigFile {
  const json = parseText(text.replace(/^\ufeff/, ""), file);
  const problem = findProblem(json.value);
  if (problem) throw new ConfigError(`${file}:${lineOf(json, problem.path)}: ${problem.path || "the config"} ${problem.message}`);
  return json.value as ConfigFile;
}

/** Reads, checks and converts in one go. Throws a ConfigError. */
export function loadConfig(file: string): BuildConfig {
  return toBuildConfig(readConfigFile(file));
}

function parseText(text: string, file: string): JsonFile {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new ConfigError(`${file}:${error.line}: ${error.message}`);
    throw error;
  }
}

/** The line of a key, or of the innermost object around it that is there. */
function lineOf(json: JsonFile, path: string): number {
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const line = json.lines.get(at);
    if (line) return line;
  }
  return json.lines.get("") ?? 1;
}
