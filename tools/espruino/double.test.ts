/**
 * The ESP8266's firmware on Espruino itself, booted from flash, with the crypto double in place of the kernels: on any build, and on one with
 * the board's limits.
 */
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { esp8266Shim } from "./esp8266-shim";
import { atRest, firstAndLast, pollDriver, restFigures } from "./poll-driver";
import type { Flight } from "./record";
import { type EspruinoRun, espruino1600Bin, espruinoBin, runEspruino, times } from "./run";
import { gitHub, type Replay, type ReplayOptions, replayStorage, type Stage, startReplay } from "./stage";

const patience = 60_000;
/** How many polls are as good as endless. */
const manyPolls = Number(process.env.POLLS ?? 30);
/** The longest that one of them may take, in milliseconds: some 800 by itself, 4 times that while both cores are busy. */
const pollTime = 10_000;
/** Seconds between two polls where nothing else is said. */
const interval = 300;
const alertRecordBytes = 5 + 2 + 1 + 16;

const running: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function replayOf(stage: () => Promise<Stage>, options?: ReplayOptions): Promise<Replay> {
  const replay = await startReplay(stage, options);
  running.push(replay.server);
  return replay;
}

/** A port behind which nobody answers, or that refuses. */
async function deadPort(refuses: boolean): Promise<number> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  if (refuses) await new Promise((resolve) => server.close(resolve));
  else running.push(server);
  return port;
}

/** Spoils the tag of the last record of the response, the one before close_notify. */
function spoilLastData(connections: Flight[][]): void {
  const { bytes } = connections[0]!.filter((flight) => flight.bytes.length > alertRecordBytes).at(-1)!;
  let at = 0;
  let last = 0;
  while (at < bytes.length) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end - at > alertRecordBytes) last = end;
    at = end;
  }
  bytes[last - 1]! ^= 1;
}

const successes: [string, () => Promise<Stage>][] = [
  ["ChaCha20, ECDSA, Content-Length", gitHub({ framing: "length", ciphers: "TLS_CHACHA20_POLY1305_SHA256" })],
  ["AES-GCM, RSA, chunked", gitHub({ framing: "chunked", ciphers: "TLS_AES_128_GCM_SHA256", leafKey: "rsa2048" })],
  ["after a HelloRetryRequest", gitHub({ groups: "P-256" })],
  ["records of 16 KB", gitHub({ recordSize: 16384, statuses: 30 })],
];
const wrongPin = gitHub({}, (standIn) => ({
  server: { host: "api.github.com", port: standIn.port, address: "127.0.0.1", fingerprints: ["00".repeat(20)] },
}));

const isOver = /closing connection\n|is unknown: .*\n|certificate doesn't match\n[^\n]*\n|MEMORY/;
const success = /certificate matches[\s\S]*CI successful!\n[\s\S]*closing connection\n/g;

describe.each([
  ["an ordinary Espruino", espruinoBin],
  ["an Espruino with 1600 variables", espruino1600Bin],
])("on %s", (name, bin) => {
  async function boot(replay: Replay, until: EspruinoRun["until"] = isOver, timeout = patience, prelude = ""): Promise<string> {
    const storage = replayStorage(replay, esp8266Shim + prelude);
    return (await runEspruino({ bin: bin!, storage, until, timeout })).output;
  }

  const driver = pollDriver(interval);

  describe.skipIf(!bin)(bin ? "(with the double)" : "(skipped: ESPRUINO_BIN names none)", { timeout: 2 * patience }, () => {
    test.each(successes)("the recorded answer: %s", async (_name, stage) => {
      const output = await boot(await replayOf(stage));
      expect(output).toMatch(success);
      expect(output).toContain("state=success");
    });

    test("a bad tag in the response's last record: the success before it does not count", async () => {
      const output = await boot(await replayOf(gitHub({ recordSize: 512 }), { alter: spoilLastData }));
      expect(output).toContain("certificate matches");
      expect(output).toContain("CI is unknown: bad_record_mac");
      expect(output).not.toContain("success");
    });

    test("a wrong fingerprint stops before any request", async () => {
      const output = await boot(await replayOf(wrongPin));
      expect(output).toContain("certificate doesn't match");
      expect(output).not.toContain("requesting URL");
    });

    test("a server that refuses", async () => {
      expect(await boot(await replayOf(gitHub(), { port: await deadPort(true) }))).toContain("CI is unknown: connection_refused");
    });

    test("a server that is silent", async () => {
      expect(await boot(await replayOf(gitHub(), { port: await deadPort(false) }))).toContain("CI is unknown: handshake_timeout");
    });

    test("three polls in a row, a connection each", async () => {
      const replay = await replayOf(gitHub(), { intervalSeconds: interval });
      const output = await boot(replay, times(3, "closing connection\\n"), patience, driver);
      expect(output.match(/CI successful!/g)).toHaveLength(3);
      expect(replay.server.connections).toBe(3);
    });

    test(`${manyPolls} polls leave the variables in use as they were`, { timeout: patience + manyPolls * pollTime }, async () => {
      const replay = await replayOf(gitHub(), { intervalSeconds: interval });
      const output = await boot(replay, times(manyPolls, atRest), patience + manyPolls * pollTime, driver);
      const rest = restFigures(output);
      const { first, last } = firstAndLast(rest);
      console.log(`${name}: ${rest.length} polls, ${first} variables in use at rest at first, ${last} at last`);
      expect(rest).toHaveLength(manyPolls);
      expect(output.match(/CI successful!/g)).toHaveLength(manyPolls);
      expect(last).toBe(first);
    });

    // As Espruino does where memory runs out in one. What the server sends then piles up, and where it takes all memory the board restarts.
    test("after lost listeners the next poll comes", async () => {
      const deaf = `(function(n,f){if(f.read("deaf"))return;f.write("deaf","1");var c=n.connect,k=0;n.connect=function(o,f){
var s=c(o,f);if(!k++)setTimeout(function(){s.removeAllListeners("data");s.removeAllListeners("close")},1);return s}})(require("net"),require("Storage"));`;
      const output = await boot(await replayOf(gitHub(), { intervalSeconds: 4 }), /closing connection\n/, patience, deaf);
      expect(output).toMatch(/(CI is unknown: response_timeout|MEMORY[\s\S]*connecting to sensor-net)[\s\S]*CI successful!/);
    });
  });
});

const onBoard = espruino1600Bin
  ? "on 1600 variables"
  : "on 1600 variables (skipped: ESPRUINO_BIN names no Espruino with the board's limits)";

describe.skipIf(!espruino1600Bin)(onBoard, { timeout: 2 * patience }, () => {
  let replay: Replay;
  beforeAll(async () => {
    replay = await startReplay(gitHub(), { intervalSeconds: 3 });
    return () => replay.server.close();
  });

  /** Takes all memory when the firmware prints `line` for the first time, and gives it back so many milliseconds later. */
  const hog = (line: string, milliseconds: number): string => `var $h;(function(q,k){global.print=function(s){q(s);
if(s!=${JSON.stringify(line)}||k++)return;setTimeout(function(){$h=0},${milliseconds});$h=[];
while(process.memory(false).free>12)$h.push(1)}})(console.log,0);`;

  test.each([
    ["in the handshake", "connecting to api.github.com", 1000],
    ["before the request", "certificate matches", 1000],
    ["in the response", "headers received", 1000],
    ["when the next poll is due", "connecting to api.github.com", 4500],
  ])("memory runs out %s, and a later poll succeeds", async (_when, line, milliseconds) => {
    const storage = replayStorage(replay, esp8266Shim + hog(line, milliseconds));
    const until = /MEMORY[\s\S]*closing connection\n/;
    const { output } = await runEspruino({ bin: espruino1600Bin!, storage, until, timeout: patience });
    expect(output).toMatch(/MEMORY[\s\S]*CI successful!/);
  });

  /** Once, takes all memory from the end of the first poll on, and never gives it back. */
  const glutton = `var $h;(function(q,f){if(f.read("glutton"))return;f.write("glutton","1");global.print=function(s){q(s);
if(s!="closing connection")return;$h=[];setInterval($h.push.bind($h,1),1)}})(console.log,require("Storage"));`;

  test("memory runs out for good, even for the next poll's timer: the board restarts, and a poll succeeds", async () => {
    const storage = replayStorage(replay, esp8266Shim + glutton);
    const until = /MEMORY[\s\S]*closing connection\n/;
    const { output } = await runEspruino({ bin: espruino1600Bin!, storage, until, timeout: patience });
    expect(output).toMatch(/MEMORY[\s\S]*connecting to sensor-net[\s\S]*CI successful!/);
  });
});
