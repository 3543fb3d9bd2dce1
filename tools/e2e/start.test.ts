import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../build/paths";
import { startPublishStandIn } from "../github-stand-in/publish";
import { type StandIn, startStandIn } from "../github-stand-in/server";
import { makePeople } from "./publish.testing";

interface Run {
  status: number | null;
  output: string;
  errors: string;
}

/** @param interruptAt Ctrl-C comes when the output says this */
function npmStart(args: string[], interruptAt?: string): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", "tools/start.ts", ...args], { cwd: projectRoot });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
      if (!interruptAt || !output.includes(interruptAt)) return;
      interruptAt = undefined;
      child.kill("SIGINT");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk;
    });
    child.on("close", (status) => resolve({ status, output, errors }));
  });
}

describe("npm start", () => {
  let standIn: StandIn;
  let folder: string;

  beforeAll(async () => {
    standIn = await startStandIn();
    folder = mkdtempSync(join(tmpdir(), "start-"));
  });
  afterAll(async () => {
    await standIn.close();
    rmSync(folder, { recursive: true });
  });

  function config(changes: object = {}): string {
    const file = join(folder, "config.json");
    const all = {
      wifi: { ssid: "home", password: "correct horse" },
      server: { host: "api.github.com", port: standIn.port, address: "127.0.0.1", fingerprints: [standIn.fingerprintSha1] },
      status: { owner: "a", repo: "b", ref: "main", intervalSeconds: 300 },
      ...changes,
    };
    writeFileSync(file, JSON.stringify(all, null, 2));
    return file;
  }

  it("prints one poll of the stand-in and ends with 0", { timeout: 150_000 }, async () => {
    const { status, output, errors } = await npmStart([]);
    expect(output).toMatch(
      /^connecting to sensor-net\n\.+\nWiFi connected\n[\s\S]*\nesp8266\/Arduino CI successful!\n[\s\S]*\nclosing connection\n$/,
    );
    expect(errors).toContain("a stand-in for api.github.com listens on port");
    expect(status).toBe(0);
  });

  it("polls the server that --config names, and ends with 1 where nothing was found out", { timeout: 150_000 }, async () => {
    standIn.setVariant("not-found");
    const file = config({ status: { owner: "a", repo: "b", ref: "fix/a?b#c%", intervalSeconds: 300 } });
    const { status, output, errors } = await npmStart(["--config", file, "--turns"]);
    expect(output).toContain("a/b CI is unknown: status_not_found: ");
    expect(errors).toMatch(/\nlongest turn: \d+\.\d ms \(.*\): \d+ statements, \d+ native calls, [\d,]+ kernel instructions\n$/);
    expect(status).toBe(1);
    expect(standIn.requests.map((request) => request.target)).toEqual(["/repos/a/b/commits/fix%2Fa%3Fb%23c%25/status"]);
  });

  it("waits for the publication that follows the poll", { timeout: 150_000 }, async () => {
    standIn.setVariant("success");
    const people = await makePeople();
    const server = await startPublishStandIn({ clientCa: people.ca, identity: people.server });
    writeFileSync(join(folder, "client.pem"), people.client.chain);
    writeFileSync(join(folder, "client-key.pem"), people.client.key);
    const publish = {
      host: "publish.example",
      port: server.port,
      address: "127.0.0.1",
      path: "/topics/builds",
      fingerprints: [people.server.fingerprintSha1],
      certificate: "client.pem",
      key: "client-key.pem",
    };
    const { status, output } = await npmStart(["--config", config({ publish })]);
    await server.close();
    expect(output).toMatch(/\nclosing connection\npublish: connecting to [\s\S]*\npublish: completed successfully\n$/);
    expect(server.requests).toHaveLength(1);
    expect(status).toBe(0);
  });

  it("with --watch goes on after a poll, and Ctrl-C ends it as the last poll ended", { timeout: 150_000 }, async () => {
    for (const [variant, expected] of [
      ["success", 0],
      ["server-error", 1],
    ] as const) {
      standIn.setVariant(variant);
      const run = await npmStart(["--config", config(), "--watch"], variant === "success" ? "closing connection\n" : "is unknown: ");
      expect(run.errors).toMatch(/\nstopped after \d polls?\n$/);
      expect(run.status).toBe(expected);
    }
  });

  it.each([
    ["a config that is not there", () => ["--config", join(folder, "none.json")], /none\.json: there is no such file/],
    ["a mistake in a config", () => ["--config", config({ status: { owner: "a", repo: "b" } })], /config\.json:\d+: status\S* .*/],
    ["an unknown option", () => ["--nonsense"], /unknown option '--nonsense'/],
  ])("gives one line for %s", async (_name, args, message) => {
    const { status, output, errors } = await npmStart(args());
    expect(errors.trim()).toMatch(message);
    expect(errors.trim().split("\n")).toHaveLength(1);
    expect(output).toBe("");
    expect(status).toBe(1);
  });
});
