import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { applyEdits, findNodeAtLocation, type JSONPath, modify, parse, parseTree } from "jsonc-parser";
import { findProblem } from "../config/check";
import type { LightFile } from "../config/config-file";
import { checkConfigText } from "../config/load";
import { describe, ToolError } from "../serial/tool-error";
import { lightText, parseLight } from "./light";

/** What the wizard asks for; in this order. */
export interface Answers {
  ssid: string;
  password: string;
  owner: string;
  repo: string;
  ref: string;
  /** As lightText says it. */
  light: string;
}

type TextAnswer = Exclude<keyof Answers, "light">;

export const QUESTIONS: { key: TextAnswer; path: [string, string]; message: string; fallback?: string; hidden?: boolean }[] = [
  { key: "ssid", path: ["wifi", "ssid"], message: "Wi-Fi name (SSID)" },
  { key: "password", path: ["wifi", "password"], message: "Wi-Fi password", hidden: true },
  { key: "owner", path: ["status", "owner"], message: "GitHub owner", fallback: "esp8266" },
  { key: "repo", path: ["status", "repo"], message: "GitHub repository", fallback: "Arduino" },
  { key: "ref", path: ["status", "ref"], message: "Branch, tag or commit", fallback: "master" },
];

/** The answer for no light. */
export const NO_LIGHT = "none";

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
  const tree = parseTree(text);
  const answers: Partial<Answers> = {};
  for (const { key, path } of QUESTIONS) {
    const value: unknown = tree && findNodeAtLocation(tree, pathIn(text, path))?.value;
    if (typeof value === "string") answers[key] = value;
  }
  return { ...answers, light: lightText(presentLight(text)) };
}

/** The config with the answers in it and everything else, spacing included, as it was. */
export function withAnswers(text: string, answers: Partial<Answers>): string {
  let edited = text;
  for (const { key, path } of QUESTIONS) {
    if (answers[key] !== undefined) edited = applyEdits(edited, modify(edited, pathIn(edited, path), answers[key], FORMAT));
  }
  const { light } = answers;
  if (light === undefined || light === (lightText(presentLight(text)) ?? NO_LIGHT)) return edited;
  return applyEdits(edited, modify(edited, ["light"], parseLight(light), FORMAT));
}

/** What is wrong with one answer, undefined if nothing is. */
export function answerProblem(text: string, key: keyof Answers, answer: string): string | undefined {
  try {
    const question = QUESTIONS.find((one) => one.key === key);
    const path = question ? pathIn(text, question.path).join(".") : key;
    const problem = findProblem(parse(withAnswers(text, { [key]: answer })));
    return problem?.path.startsWith(path) ? `${problem.path} ${problem.message}` : undefined;
  } catch (error) {
    return describe(error);
  }
}

function presentLight(text: string): LightFile | undefined {
  return (parse(text) as { light?: LightFile } | undefined)?.light;
}

/** Of several targets the first is asked about. */
function pathIn(text: string, [section, key]: [string, string]): JSONPath {
  const value = (parse(text) as Record<string, unknown> | undefined)?.[section];
  return Array.isArray(value) ? [section, 0, key] : [section, key];
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
