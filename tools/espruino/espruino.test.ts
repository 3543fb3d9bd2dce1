/** The firmware on Espruino itself, with the portable crypto: each handshake takes its time there, so they are few. */

import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { buildFirmware } from "../build/firmware";
import { toBuildConfig } from "../config/build-config";
import { checkConfigText } from "../config/load";
import { type StandIn, type StandInOptions, startStandIn } from "../github-stand-in/server";
import { atRest, pollDriver, restFigures } from "./poll-driver";
import { type EspruinoRun, espruinoBin, runEspruino, times } from "./run";

const patience = 240_000;
/** Seconds between two polls: more than the patience of the Linux board. */
const interval = 900;
const pollsInARow = 3;
const isOver = /closing connection\n|is unknown: .*\n|certificate doesn't match\n[^\n]*\n/;
const wrongFingerprint = "00".repeat(20);

const running: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function standInWith(options: StandInOptions): Promise<StandIn> {
  const standIn = await startStandIn(options);
  running.push(standIn);
  return standIn;
}

/** Runs the Linux firmware against a server at `port` until one poll is over. @param prelude runs before it */
async function poll(
  port: number,
  fingerprint: string,
  until: EspruinoRun["until"] = isOver,
  timeout = patience,
  prelude = "",
): Promise<string> {
  const config = {
    wifi: { ssid: "sensor-net", password: "correct horse" },
    server: { host: "api.github.com", port, address: "127.0.0.1", fingerprints: [fingerprint] },
    status: { owner: "esp8266", repo: "Arduino", ref: "master", intervalSeconds: interval },
  };
  const { code } = await buildFirmware({ config: toBuildConfig(checkConfigText(JSON.stringify(config), "test")), board: "linux" });
  const { output } = await runEspruino({ bin: espruinoBin!, script: prelude + code, until, timeout });
  return output;
}

async function silentServer(): Promise<Server> {
  const server = createServer(() => {});
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const title = espruinoBin ? "on Espruino" : "on Espruino (skipped: ESPRUINO_BIN names no ordinary one)";

describe.skipIf(!espruinoBin)(title, { timeout: patience }, () => {
  function expectSuccess(output: string): void {
    expect(output).toContain("certificate matches");
    expect(output).toContain("esp8266/Arduino CI successful!");
    expect(output).toContain("state=success statuses=2");
  }

  test("the recorded answer: AES-GCM, RSA, chunked", async () => {
    const standIn = await standInWith({ framing: "chunked", ciphers: "TLS_AES_128_GCM_SHA256", leafKey: "rsa2048" });
    expectSuccess(await poll(standIn.port, standIn.fingerprintSha1));
  });

  const title = "three polls in a row leave the variables in use as they were: ChaCha20, ECDSA, Content-Length";
  test(title, { timeout: pollsInARow * patience }, async () => {
    const standIn = await standInWith({ framing: "length", ciphers: "TLS_CHACHA20_POLY1305_SHA256" });
    const until = times(pollsInARow, atRest);
    const output = await poll(standIn.port, standIn.fingerprintSha1, until, pollsInARow * patience, pollDriver(interval));
    expectSuccess(output);
    expect(output.match(/CI successful!/g)).toHaveLength(pollsInARow);
    const figures = restFigures(output);
    expect(figures).toHaveLength(pollsInARow);
    expect(new Set(figures)).toHaveProperty("size", 1);
  });

  test("a wrong fingerprint stops before any request", async () => {
    const standIn = await standInWith({});
    const output = await poll(standIn.port, wrongFingerprint);
    expect(output).toContain("certificate doesn't match");
    expect(output).not.toContain("requesting URL");
    expect(output).not.toContain("successful");
  });

  test("a server that refuses", async () => {
    const server = await silentServer();
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    running.splice(0);
    expect(await poll(port, wrongFingerprint)).toContain("CI is unknown: connection_refused");
  });
});
