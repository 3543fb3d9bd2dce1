import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../build/paths";
import { checkConfigText } from "../config/load";
import { answerProblem, configTemplate, presentAnswers, withAnswers, writeConfig } from "./wizard";

const folder = mkdtempSync(join(tmpdir(), "wizard-"));
afterAll(() => rmSync(folder, { recursive: true }));

const example = readFileSync(join(projectRoot, "board/config.example.json"), "utf8");
const answers = { ssid: "home", password: "long enough", owner: "espruino", repo: "Espruino", ref: "main", light: "D12,D13,D15" };

describe("config wizard", () => {
  it("offers what is there", () => {
    expect(presentAnswers(example)).toEqual({
      ssid: "sensor-net",
      password: "correct horse",
      owner: "esp8266",
      repo: "Arduino",
      ref: "master",
      light: "D2:low",
    });
    expect(presentAnswers('{"wifi":{}}')).toEqual({});
  });

  it("changes the answers and nothing else", () => {
    const edited = withAnswers(example, answers);
    expect(presentAnswers(edited)).toEqual(answers);
    const back = withAnswers(edited, presentAnswers(example));
    expect(back).toBe(example.replace('{ "pin": "D2", "activeLow": true }', /"light": (.*?\n {2}\})/s.exec(back)![1]!));
  });

  it("asks about the first of several targets", () => {
    const several = example.replace(/"status": (\{.*?\})/, '"status": [$1, { "owner": "curl", "repo": "curl", "ref": "master" }]');
    expect(presentAnswers(several)).toMatchObject({ owner: "esp8266" });
    const edited = withAnswers(several, { owner: "espruino" });
    expect(edited).toBe(several.replace('"owner": "esp8266"', '"owner": "espruino"'));
  });

  it.each([
    ["D5", { pin: "D5" }],
    ["NodeMCU.D4:low", { pin: "NodeMCU.D4", activeLow: true }],
    ["D12,D13,D15:low", { rgb: ["D12", "D13", "D15"], activeLow: true }],
    ["neopixel:D4", { neopixel: "D4" }],
    ["neopixel:D4:8", { neopixel: "D4", count: 8 }],
    ["none", undefined],
  ])("takes %s for a light, and says it so", (text, light) => {
    const edited = withAnswers(example, { light: text });
    expect(parse(edited).light).toEqual(light);
    expect(presentAnswers(edited).light).toBe(text === "none" ? undefined : text);
    checkConfigText(edited, "c");
  });

  it.each(["", "D2:high", "D2,D4", "neopixel", "neopixel:D4:8:9", "D2:low:low"])("does not take %o for a light", (text) => {
    expect(() => withAnswers(example, { light: text })).toThrow(/the light ".*" is not understood: it may be D2/);
  });

  it.each([
    ["ssid", "", /^wifi\.ssid must not be empty/],
    ["password", "short", /^wifi\.password is not right; it must be: 8 to 63 bytes/],
    ["owner", "a b", /^status\.owner is not right/],
    ["light", "D7", /^light\.pin is not right/],
    ["light", "D2,D4", /is not understood: it may be D2/],
    ["light", "neopixel:D4:0", /^light\.count must be 1 or more/],
  ] as const)("says at once what is wrong with an answer (%s %o)", (key, answer, problem) => {
    expect(answerProblem(example, key, answer)).toMatch(problem);
    expect(answerProblem(example, key, presentAnswers(example)[key]!)).toBeUndefined();
  });

  it("leaves what it does not know of a light that stays", () => {
    const dim = example.replace('"activeLow": true', '"activeLow": true, "brightness": 5');
    expect(withAnswers(dim, { light: "D2:low" })).toBe(dim);
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
    run("--repo", "Other", "--light", "neopixel:D4:3");
    expect(presentAnswers(readFileSync(file, "utf8"))).toEqual({
      ssid: "home",
      password: "long enough",
      owner: "esp8266",
      repo: "Other",
      ref: "master",
      light: "neopixel:D4:3",
    });
  });
});
