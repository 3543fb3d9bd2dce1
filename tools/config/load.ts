/** Reads a config file, checks it and turns it into what the build embeds. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { BuildConfig } from "../../src/apps/config";
import { toBuildConfig } from "./build-config";
import { findProblem } from "./check";
import type { ConfigFile } from "./config-file";
import { type ClientIdentity, IdentityError, readIdentity } from "./identity";
import { JsonError, type JsonFile, parseJson } from "./json";

/** A mistake in the config; its message is one line that names file, line, key and what is wrong. */
export class ConfigError extends Error {}

/** @returns the config as it stands in the file, checked. Throws a ConfigError. */
export function readConfigFile(file: string): ConfigFile {
  return checkConfigText(readText(file), file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new ConfigError(
      missing ? `${file}: there is no such file; npm run config makes one` : `${file}: cannot be read (${(error as Error).message})`,
    );
  }
}

/** @param file what messages call it */
export function checkConfigText(text: string, file: string): ConfigFile {
  const json = parseText(withoutMark(text), file);
  const problem = findProblem(json.value);
  if (problem) throw new ConfigError(`${file}:${lineOf(json, problem.path)}: ${problem.path || "the config"} ${problem.message}`);
  return json.value as ConfigFile;
}

/** Reads, checks and converts in one go, the PEM files that it names (relative to its folder) included. Throws a ConfigError. */
export function loadConfig(file: string): BuildConfig {
  const text = readText(file);
  const config = checkConfigText(text, file);
  return toBuildConfig(config, loadIdentity(config, text, file));
}

function loadIdentity({ publish }: ConfigFile, text: string, file: string): ClientIdentity | null {
  if (publish?.certificate === undefined || publish.key === undefined) return null;
  try {
    return readIdentity({ certificate: publish.certificate, key: publish.key }, dirname(file));
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    const path = `publish.${error.file}`;
    throw new ConfigError(`${file}:${lineOf(parseText(withoutMark(text), file), path)}: ${path} ${error.message}`);
  }
}

/** Without the mark that some editors put at the beginning. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
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
