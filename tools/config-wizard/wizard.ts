import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { applyEdits, modify, parse } from "jsonc-parser";
import { checkConfigText } from "../config/load";
import { describe, ToolError } from "../serial/tool-error";

/** What the wizard asks for; in this order. */
export interface Answers {
  ssid: string;
  password: string;
  owner: string;
  repo: string;
  ref: string;
}

export const QUESTIONS: { key: keyof Answers; path: [string, string]; message: string; fallback?: string; hidden?: boolean }[] = [
  { key: "ssid", path: ["wifi", "ssid"], message: "Wi-Fi name (SSID)" },
  { key: "password", path: ["wifi", "password"], message: "Wi-Fi password", hidden: true },
  { key: "owner", path: ["status", "owner"], message: "GitHub owner", fallback: "esp8266" },
  { key: "repo", path: ["status", "repo"], message: "GitHub repository", fallback: "Arduino" },
  { key: "ref", path: ["status", "ref"], message: "Branch, tag or commit", fallback: "master" },
];

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/** Others on the computer may not read the password. */
const PRIVATE_MODE = 0o600;

/** The text of the present config, or of the example that a new one begins with. */
export function configTemplate(file: string, example: string): { text: string; isNew: boolean } {
  const isNew = !existsSync(file);
  try {
    return { text: readFileSync(isNew ? example : file, "utf8"), isNew };
  } catch (error) {
    throw new ToolError(`cannot read ${file}: ${describe(error)}`);
  }
}

/** The present values, as far as there are any. */
export function presentAnswers(text: string): Partial<Answers> {
  const config = parse(text) as Record<string, Record<string, unknown> | undefined> | undefined;
  const answers: Partial<Answers> = {};
  for (const { key, path } of QUESTIONS) {
    const value = config?.[path[0]]?.[path[1]];
    if (typeof value === "string") answers[key] = value;
  }
  return answers;
}

/** The config with the answers in it and everything else, spacing included, as it was. */
export function withAnswers(text: string, answers: Partial<Answers>): string {
  let edited = text;
  for (const { key, path } of QUESTIONS) {
    if (answers[key] !== undefined) edited = applyEdits(edited, modify(edited, path, answers[key], FORMAT));
  }
  return edited;
}

/** Writes a config that only its owner can read. Throws, and writes nothing, where it has a mistake. */
export function writeConfig(file: string, text: string): void {
  checkConfigText(text, file);
  try {
    writeFileSync(file, text, { mode: PRIVATE_MODE });
    chmodSync(file, PRIVATE_MODE);
  } catch (error) {
    throw new ToolError(`cannot write ${file}: ${describe(error)}`);
  }
}
