/** npm run build, as it is called. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../build/paths";

const folder = mkdtempSync(join(tmpdir(), "build-"));
const out = join(folder, "firmware.js");
afterAll(() => rmSync(folder, { recursive: true }));

function build(...args: string[]): { status: number | null; output: string; errors: string } {
  const all = ["--import", "tsx", "tools/build/main.ts", "--out", out, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: projectRoot, encoding: "utf8" });
  return { status, output: stdout, errors: stderr };
}

describe("npm run build", { timeout: 60_000 }, () => {
  it.each(["esp8266", "linux"])("writes one script for %s that only its owner can read, and prints its size", (board) => {
    writeFileSync(out, "", { mode: 0o644 });
    const { status, output } = build("--config", "board/config.example.json", "--board", board);
    expect(status).toBe(0);
    expect(output).toMatch(/^size: \d+ bytes of at most \d+: \d+ of at most 65536/);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, "latin1")).toContain("sensor-net");
  });

  it("says in one line which key of the config is wrong, and where", () => {
    const config = join(folder, "config.json");
    writeFileSync(config, readFileSync(join(projectRoot, "board/config.example.json"), "utf8").replace('"ssid"', '"sid"'));
    const { status, output, errors } = build("--config", config);
    expect(errors).toMatch(/^\S*config\.json:3: wifi\S* .*\n$/);
    expect([status, output]).toEqual([1, ""]);
  });
});
