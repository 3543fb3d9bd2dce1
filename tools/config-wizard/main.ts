import { join, relative } from "node:path";
import { Command } from "commander";
import { projectRoot } from "../build/paths";
import { colorsFor, runTool, ToolError } from "../serial/tool-error";
import { askLight } from "./ask-light";
import { LIGHT_FORMS } from "./light";
import { type Answers, answerProblem, configTemplate, presentAnswers, QUESTIONS, withAnswers, writeConfig } from "./wizard";

const program = new Command("npm run config --")
  .description("Asks for Wi-Fi and repository and writes the config; every answer can be given as an option.")
  .option("--config <file>", "the config", join(projectRoot, "board/config.json"))
  .option("--ssid <name>", "Wi-Fi name")
  .option("--password <text>", 'Wi-Fi password ("" for an open network)')
  .option("--owner <name>", "GitHub owner")
  .option("--repo <name>", "GitHub repository")
  .option("--ref <name>", "branch, tag or commit")
  .option("--light <form>", `the light: ${LIGHT_FORMS}`);

/** Asks for what was not given; where nobody can be asked, the present values stay. */
async function complete(text: string, given: Partial<Answers>, present: Partial<Answers>): Promise<Answers> {
  const answers = { ...given };
  const missing = QUESTIONS.filter(({ key }) => answers[key] === undefined);
  if (missing.length > 0 && process.stdin.isTTY) {
    const { input, password } = await import("@inquirer/prompts");
    for (const { key, message, fallback, hidden } of missing) {
      const validate = (answer: string) => answerProblem(text, key, answer || (present[key] ?? "")) ?? true;
      if (hidden) {
        const kept = present[key] === undefined ? "" : " (Enter keeps the present one)";
        answers[key] = (await password({ message: message + kept, mask: "*", validate })) || (present[key] ?? "");
      } else {
        answers[key] = await input({ message, default: present[key] ?? fallback, required: true, validate });
      }
    }
    return {
      ...answers,
      light: given.light ?? (await askLight(present.light, (answer) => answerProblem(text, "light", answer) ?? true)),
    } as Answers;
  }
  for (const { key, fallback } of missing) answers[key] = present[key] ?? fallback;
  const open = QUESTIONS.filter(({ key }) => answers[key] === undefined).map(({ key }) => `--${key}`);
  if (open.length > 0) throw new ToolError(`without a terminal these must be given: ${open.join(" ")}`);
  return answers as Answers;
}

runTool(async () => {
  const { config, ...given } = program.parse().opts<{ config: string } & Partial<Answers>>();
  const { text, isNew } = configTemplate(config, join(projectRoot, "board/config.example.json"));
  const present = presentAnswers(text);
  if (isNew) {
    // The example's network is nobody's.
    delete present.ssid;
    delete present.password;
  }
  const answers = await complete(text, given, present);
  writeConfig(config, withAnswers(text, answers));
  const colors = colorsFor(process.stdout);
  process.stdout.write(`${colors.green("✓")} ${relative("", config)} ${isNew ? "written" : "updated"}, readable by you alone\n`);
  if (isNew) process.stdout.write('  its fingerprint is an example: "npm run pin -- api.github.com --write" adds today\'s\n');
});
