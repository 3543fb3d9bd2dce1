import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Source } from "../../src/status/poll-target";
import { projectRoot } from "../build/paths";
import { toBuildConfig } from "./build-config";
import type { ConfigFile, TargetFile } from "./config-file";
import { ConfigError, checkConfigText, loadConfig } from "./load";
import { allTargets } from "./targets";

const exampleFile = join(projectRoot, "board/config.example.json");
const example = readFileSync(exampleFile, "utf8");
const sha1 = "CF 05 98 89 CA FF 8E D8 5E 5C E0 C2 E4 F7 E6 C3 C7 50 DD 5C";

const target = { owner: "esp8266", repo: "Arduino", ref: "master" };

type OneTarget = Record<string, never> & ConfigFile & { status: TargetFile };

/** The example with one change. */
function changed(change: (config: OneTarget) => unknown): string {
  const config = JSON.parse(example) as OneTarget;
  change(config);
  return JSON.stringify(config, null, 2);
}

function complaint(text: string): string {
  try {
    checkConfigText(text, "config.json");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

describe("a config with a mistake gets one line that names the key and what is wrong", () => {
  const mistakes: [string, string, RegExp][] = [
    ["no ssid", changed((c) => delete (c.wifi as { ssid?: string }).ssid), /^config\.json:3: wifi\.ssid is missing$/],
    ["empty ssid", changed((c) => (c.wifi.ssid = "")), /^config\.json:4: wifi\.ssid must not be empty$/],
    [
      "ssid of 33 bytes in 17 characters",
      changed((c) => (c.wifi.ssid = `${"é".repeat(16)}x`)),
      /: wifi\.ssid must be at most 32 bytes long$/,
    ],
    ["control character in the ssid", changed((c) => (c.wifi.ssid = "a\nb")), /: wifi\.ssid is not right; it must be: The network's name/],
    ["short password", changed((c) => (c.wifi.password = "1234567")), /: wifi\.password is not right; it must be: 8 to 63 bytes/],
    [
      "key misspelt",
      changed((c) => ((c.wifi as Record<string, string>).pasword = "x")),
      /: wifi\.pasword is not a key that is known; did you mean password\?$/,
    ],
    [
      "required key misspelt",
      changed((c) => Object.assign(c, { servr: c.server, server: undefined })),
      /: servr is not a key that is known; did you mean server\?$/,
    ],
    [
      "key nobody knows",
      changed((c) => ((c as Record<string, unknown>).zzz = 1)),
      /: zzz is not a key that is known; known here: \$schema, wifi, server/,
    ],
    [
      "no trust",
      changed((c) => delete c.server.fingerprints),
      /^config\.json:7: server names nothing to trust: give fingerprints, caKeys or both/,
    ],
    ["empty list of fingerprints", changed((c) => (c.server.fingerprints = [])), /: server\.fingerprints must not be empty$/],
    [
      "fingerprint of 19 bytes",
      changed((c) => (c.server.fingerprints = [sha1.slice(3)])),
      /^config\.json:11: server\.fingerprints\.0 is not right; it must be: 20 bytes \(SHA-1\) or 32/,
    ],
    ["SHA-1 as a CA key", changed((c) => (c.server.caKeys = [sha1])), /: server\.caKeys\.0 is not right; it must be: 32 bytes/],
    [
      "waiting for a time that nothing needs",
      changed((c) => (c.server.waitForTime = true)),
      /: server\.caKeys is missing, waitForTime needs it$/,
    ],
    ["port 0", changed((c) => (c.server.port = 0)), /: server\.port must be 1 or more$/],
    ["port 65536", changed((c) => (c.server.port = 65536)), /: server\.port must be 65535 or less$/],
    ["port as text", changed((c) => ((c.server.port as unknown) = "443")), /: server\.port must be a whole number$/],
    [
      "one fingerprint, no list",
      changed((c) => ((c.server.fingerprints as unknown) = sha1)),
      /: server\.fingerprints must be a list: \[ … \]$/,
    ],
    ["number as password", changed((c) => ((c.wifi.password as unknown) = 12345678)), /: wifi\.password must be a text in "quotes"$/],
    ["text for true", changed((c) => ((c.light!.activeLow as unknown) = "true")), /: light\.activeLow must be true or false$/],
    [
      "scheme in the host",
      changed((c) => (c.server.host = "https://api.github.com")),
      /: server\.host is not right; it must be: The server.s name, without https:/,
    ],
    ["interval of 59 s", changed((c) => (c.status.intervalSeconds = 59)), /: status\.intervalSeconds must be 60 or more$/],
    [
      "interval shorter than GitHub's limit allows for both sources",
      changed((c) => (c.status.intervalSeconds = 119)),
      /: status\.intervalSeconds must be 120 or more: a poll makes 2 requests, and GitHub allows 60 requests an hour without a token \(2 x 3600 \/ 60 = 120\)$/,
    ],
    [
      "interval shorter than the limit allows for eight targets with a token",
      changed((c) => {
        (c as { status: unknown }).status = Array.from({ length: 8 }, (_, i) =>
          i ? target : { ...target, token: "x", intervalSeconds: 5 },
        );
      }),
      /: status\.0\.intervalSeconds must be 60 or more$/,
    ],
    ["no target", changed((c) => ((c as { status: unknown }).status = [])), /: status must not be empty$/],
    [
      "nine targets",
      changed((c) => ((c as { status: unknown }).status = Array.from({ length: 9 }, () => target))),
      /: status must have 8 entries or fewer$/,
    ],
    [
      "token of a later target",
      changed((c) => ((c as { status: unknown }).status = [target, { ...target, token: "x" }])),
      /: status\.1\.token holds for all targets: it belongs to the first one$/,
    ],
    ["source that is none", changed((c) => ((c.status.source as string) = "all")), /: status\.source /],
    [
      "check without check runs",
      changed((c) => Object.assign(c.status, { source: "statuses", check: "x" })),
      /: status\.check names a check run/,
    ],
    ["check of 78 bytes", changed((c) => (c.status.check = "é".repeat(39))), /: status\.check must be at most 76 bytes long$/],
    ["slash in the repo", changed((c) => (c.status.repo = "a/b")), /: status\.repo is not right; it must be: The repository.s name alone/],
    ["control character in the ref", changed((c) => (c.status.ref = "a\r\nHost: b")), /: status\.ref is not right/],
    ["line break in the token", changed((c) => (c.status.token = "a\nb")), /: status\.token is not right/],
    ["pin of the flash chip", changed((c) => (c.light!.pin = "D6")), /: light\.pin is not right; it must be: GPIO 0, 2, 4, 5 or/],
    ["pins of the serial port", changed((c) => (c.light!.pin = "D1")), /: light\.pin is not right; .*1 and 3 are the serial port/],
    ["pin that no ESP8266 has", changed((c) => (c.light!.pin = "D17")), /: light\.pin is not right/],
    [
      "certificate without key",
      changed((c) => (c.publish = { host: "a.b", path: "/", fingerprints: [sha1], certificate: "c.pem" })),
      /: publish\.key is missing, certificate needs it$/,
    ],
    ["syntax: no comma", '{\n  "wifi": {}\n  "server": {}\n}', /^config\.json:3: a comma or } is expected$/],
    ["syntax: comma too many", '{\n  "wifi": {},\n}', /^config\.json:3: a comma before } is too many$/],
    ["syntax: comment", "{\n  // here\n}", /^config\.json:2: a key in "quotes" is expected$/],
    ["syntax: comment for a value", '{ "a": /* here */ 1 }', /^config\.json:1: JSON has no comments$/],
    ["syntax: quote missing", '{\n  "wifi": "abc\n}', /^config\.json:2: a text is not well-formed/],
    ["syntax: cut off", '{\n  "wifi": ', /^config\.json:2: the file ends too early$/],
    ["key twice", '{\n  "wifi": 1,\n  "wifi": 2\n}', /^config\.json:3: the key wifi stands here twice$/],
    ["nothing in it", "", /^config\.json:1: the file ends too early$/],
    ["a list", "[1, 2]", /^config\.json:1: the config must be a section: \{ … \}$/],
  ];
  test.each(mistakes)("%s", (_name, text, message) => {
    expect(complaint(text)).toMatch(message);
    expect(complaint(text)).not.toContain("\n");
  });

  test("a file that is not there", () => {
    expect(() => loadConfig("/nowhere/config.json")).toThrow("/nowhere/config.json: there is no such file");
  });
});

describe("a right config", () => {
  test("the example is right", () => {
    expect(complaint(example)).toBe("");
    expect(loadConfig(exampleFile).status.target(0)).toEqual({
      label: "esp8266/Arduino",
      path: "/repos/esp8266/Arduino/commits/master",
      source: Source.auto,
    });
    expect(loadConfig(exampleFile)).toMatchObject({
      server: { host: "api.github.com", port: 443, address: null },
      status: { count: 1, token: null, intervalSeconds: 300 },
      light: { pins: [2], activeLow: true, brightness: 100, pixels: null },
      publish: null,
    });
  });

  test("fingerprints become bytes, with spaces, colons or nothing between them", () => {
    const forms = [sha1, sha1.replaceAll(" ", ":").toLowerCase(), sha1.replaceAll(" ", ""), "00".repeat(32)];
    const { server } = toBuildConfig(
      checkConfigText(
        changed((c) => (c.server.fingerprints = forms)),
        "c",
      ),
    );
    expect(server.fingerprints.map((bytes) => bytes.length)).toEqual([20, 20, 20, 32]);
    expect(new Set(server.fingerprints).size).toBe(2);
    expect(server.fingerprints[0]!.charCodeAt(0)).toBe(0xcf);
  });

  test("a CA key alone is trust enough, and an open network has an empty password", () => {
    const text = changed((c) => {
      delete c.server.fingerprints;
      c.server.caKeys = ["ab".repeat(32)];
      c.wifi.password = "";
    });
    expect(complaint(text)).toBe("");
    const before = Math.floor(Date.now() / 1000);
    const { server } = toBuildConfig(checkConfigText(text, "c"));
    expect(server).toMatchObject({ caKeys: ["\xab".repeat(32)], fingerprints: [], waitForTime: false });
    expect(server.built).toBeGreaterThanOrEqual(before);
    expect(
      toBuildConfig(
        checkConfigText(
          changed((c) => (c.server.caKeys = undefined)),
          "c",
        ),
      ).server.built,
    ).toBeUndefined();
  });

  test("targets: their paths, their own labels, the interval that all of their requests need", () => {
    const several: ConfigFile["status"] = [
      { ...target, ref: "feature/x", source: "checks", check: "build é" },
      ...Array.from({ length: 7 }, () => ({ ...target, label: "main" })),
    ];
    const { status } = toBuildConfig(
      checkConfigText(
        changed((c) => ((c as { status: unknown }).status = several)),
        "c",
      ),
    );
    const targets = allTargets(status);
    expect(targets).toHaveLength(8);
    expect(targets[0]).toEqual({
      label: "esp8266/Arduino",
      path: "/repos/esp8266/Arduino/commits/feature%2Fx",
      source: Source.checks,
      check: "build \xc3\xa9",
      checkQuery: "build%20%C3%A9",
    });
    expect(targets[1]!.label).toBe("main");
    // 15 requests, 60 an hour
    expect(status.intervalSeconds).toBe(900);
  });

  test("texts become UTF-8, NodeMCU's labels GPIO numbers, and what is left out has its default", () => {
    const text = changed((c) => {
      c.wifi.ssid = "café";
      c.light = { pin: "NodeMCU.D4" };
      delete c.server.port;
      delete c.status.intervalSeconds;
    });
    const config = toBuildConfig(checkConfigText(text, "c"));
    expect(config.wifi.ssid).toBe("caf\xc3\xa9");
    expect(config.light).toMatchObject({ pins: [2], activeLow: false });
    expect(config.server.port).toBe(443);
    expect(config.status.intervalSeconds).toBe(300);
  });
});
