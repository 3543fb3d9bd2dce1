import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../build/paths";
import { configTemplate, presentAnswers, withAnswers, writeConfig } from "./wizard";

const folder = mkdtempSync(join(tmpdir(), "wizard-"));
afterAll(() => rmSync(folder, { recursive: true }));

const example = readFileSync(join(projectRoot, "board/config.example.json"), "utf8");
const answers = { ssid: "home", password: "long enough", owner: "espruino", repo: "Espruino", ref: "main" };

describe("config wizard", () => {
  it("offers what is there", () => {
    expect(presentAnswers(example)).toEqual({
      ssid: "sensor-net",
      password: "correct horse",
      owner: "esp8266",
      repo: "Arduino",
      ref: "master",
    });
    expect(presentAnswers('{"wifi":{}}')).toEqual({});
  });

  it("changes the answers and nothing else", () => {
    const edited = withAnswers(example, answers);
    expect(presentAnswers(edited)).toEqual(answers);
    const back = withAnswers(edited, presentAnswers(example));
    expect(back).toBe(example);
  });

  it("begins with the example, and goes on with the config", () => {
    const file = join(folder, "new.json");
    const start = configTemplate(file, join(projectRoot, "board/config.example.json"));
    expect(start).toEqual({ text: example, isNew: true });
    writeConfig(file, withAnswers(start.text, answers));
    expect(configTemplate(file, "none").isNew).toBe(false);
  });

  it("writes a file that only its owner can read, also over one that others could", () => {
    const file = join(folder, "open.json");
    writeFileSync(file, example, { mode: 0o644 });
    writeConfig(file, withAnswers(example, answers));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("writes nothing that has a mistake", () => {
    const file = join(folder, "mistake.json");
    writeFileSync(file, example);
    expect(() => writeConfig(file, withAnswers(example, { password: "short" }))).toThrow("wifi.password");
    expect(readFileSync(file, "utf8")).toBe(example);
  });

  it("runs without a terminal when everything is given, and says what is missing when not", () => {
    const file = join(folder, "given.json");
    const run = (...options: string[]) =>
      execFileSync("npx", ["tsx", "tools/config-wizard/main.ts", "--config", file, ...options], { cwd: projectRoot, stdio: "pipe" });
    expect(() => run("--ssid", "home")).toThrow("without a terminal these must be given: --password");
    run("--ssid", "home", "--password", "long enough");
    run("--repo", "Other");
    expect(presentAnswers(readFileSync(file, "utf8"))).toEqual({
      ssid: "home",
      password: "long enough",
      owner: "esp8266",
      repo: "Other",
      ref: "master",
    });
  });
});
