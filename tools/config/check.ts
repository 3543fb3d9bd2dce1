/** Holds a config against its schema, and says the first thing that is wrong in one line. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import { projectRoot } from "../build/paths";
import type { ConfigFile } from "./config-file";
import { findLightProblem } from "./light";
import { findTargetProblem } from "./targets";

export interface Problem {
  /** The key that is wrong, as "server.port"; "" for the whole. */
  path: string;
  message: string;
}

const schema = JSON.parse(readFileSync(join(projectRoot, "board/config.schema.json"), "utf8")) as object;
const validate = new Ajv({ verbose: true, allErrors: true }).compile(schema);

/** Limits in bytes of UTF-8, which the schema can only state in characters. */
const byteLimits: [section: "wifi", key: "ssid" | "password", limit: number][] = [
  ["wifi", "ssid", 32],
  ["wifi", "password", 63],
];

const typeWords: Record<string, string> = {
  array: "a list: [ … ]",
  boolean: "true or false",
  integer: "a whole number",
  object: "a section: { … }",
  string: 'a text in "quotes"',
};

/** What is wrong with a config, or null. */
export function findProblem(config: unknown): Problem | null {
  if (!validate(config)) return describe(validate.errors ?? []);
  return (
    findTooLong(config as ConfigFile) ?? findLightProblem((config as ConfigFile).light) ?? findTargetProblem((config as ConfigFile).status)
  );
}

function findTooLong(config: ConfigFile): Problem | null {
  for (const [section, key, limit] of byteLimits) {
    const text = config[section][key];
    if (Buffer.byteLength(text) > limit) return { path: `${section}.${key}`, message: `must be at most ${limit} bytes long` };
  }
  return null;
}

/** The error that says most: a key that is misspelt is missing as well. */
function mainOf(errors: ErrorObject[]): ErrorObject {
  return ["additionalProperties", "anyOf"].map((keyword) => errors.find((one) => one.keyword === keyword)).find(Boolean) ?? errors[0]!;
}

function describe(errors: ErrorObject[]): Problem {
  const error = mainOf(errors);
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const child = (key: string) => (path ? `${path}.${key}` : key);
  const { params } = error;
  switch (error.keyword) {
    case "anyOf":
      return {
        path,
        message: "names nothing to trust: give fingerprints, caKeys or both (npm run pin -- HOST --write finds the fingerprint)",
      };
    case "additionalProperties":
      return {
        path: child(params.additionalProperty),
        message: `is not a key that is known${suggestion(error, params.additionalProperty)}`,
      };
    case "required":
      return { path: child(params.missingProperty), message: "is missing" };
    case "dependencies":
      return { path: child(params.missingProperty), message: `is missing, ${params.property} needs it` };
    case "type":
      return { path, message: `must be ${typeWords[params.type] ?? `of type ${params.type}`}` };
    case "pattern":
      return { path, message: `is not right${expectation(error)}` };
    case "minLength":
      return { path, message: "must not be empty" };
    case "minItems":
      return { path, message: params.limit === 1 ? "must not be empty" : `must have ${params.limit} entries` };
    case "maxItems":
      return { path, message: `must have ${params.limit} entries or fewer` };
    case "maxLength":
      return { path, message: `must be at most ${params.limit} characters long` };
    case "enum":
      return { path, message: `must be one of ${params.allowedValues.join(", ")}` };
    case "minimum":
      return { path, message: `must be ${params.limit} or more` };
    case "maximum":
      return { path, message: `must be ${params.limit} or less` };
    default:
      return { path, message: error.message ?? "is not right" };
  }
}

function expectation(error: ErrorObject): string {
  const own = (error.parentSchema as { description?: string }).description;
  return own ? `; it must be: ${own.replace(/\.$/, "")}` : "";
}

function suggestion(error: ErrorObject, key: string): string {
  const known = Object.keys((error.parentSchema as { properties: object }).properties);
  const near = known.map((name) => ({ name, far: distance(name.toLowerCase(), key.toLowerCase()) })).sort((a, b) => a.far - b.far)[0];
  return near && near.far <= 1 + key.length / 4 ? `; did you mean ${near.name}?` : `; known here: ${known.join(", ")}`;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
