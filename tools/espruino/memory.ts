/** Measures the memory of the ESP8266's firmware on Espruino itself, booted from flash, with the crypto double in place of the kernels. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildFirmware } from "../build/firmware";
import { projectRoot } from "../build/paths";
import { toBuildConfig } from "../config/build-config";
import { checkConfigText } from "../config/load";
import { type StandInOptions, startStandIn } from "../github-stand-in/server";
import { esp8266Shim } from "./esp8266-shim";
import { type Recording, recordPoll } from "./record";
import { startReplayServer } from "./replay-server";
import { runEspruino } from "./run";
import { mark, samplerPrelude, withSamples } from "./sampler";

/** Variables in use, of 12 bytes each, the workspace's array included. */
export interface MemoryFigures {
  /** Between two polls. */
  rest: number;
  /** From the poll's beginning until the certificate matches. */
  handshake: number;
  /** From then on until the connection closes. */
  response: number;
}

export interface MemoryCase {
  name: string;
  standIn: StandInOptions;
}

const timeout = 120_000;
const restAfter = 3000;

/** Records a poll of a stand-in, builds the firmware for its replay, and measures one poll. Throws what Espruino printed if it did not end well. */
export async function measureMemory(bin: string, memoryCase: MemoryCase): Promise<MemoryFigures> {
  const { code, recording, close } = await replayFirmware(memoryCase.standIn);
  try {
    const rest = `setTimeout(function(){console.log("${mark}rest",process.memory().usage)},${restAfter});`;
    const prelude = samplerPrelude(esp8266Shim, ["certificate matches", "closing connection"], rest);
    const storage = { ".bootcde": prelude + withSamples(code), double: recording.double };
    const { output, isMatched } = await runEspruino({ bin, storage, until: /@rest \d+\n|MEMORY|is unknown/, timeout });
    const figures = [...output.matchAll(/@(?:cost|phase|rest) (\d+)(?: (\d+))?/g)].map((found) => [Number(found[1]), Number(found[2])]);
    if (!isMatched || figures.length !== 4) throw new Error(`the poll did not end well:\n${output}`);
    const [cost, handshake, response, atRest] = figures as [number[], number[], number[], number[]];
    const own = cost[0]!;
    const perSample = cost[1]!;
    return { rest: atRest[0]! - own, handshake: handshake[0]! - own - perSample, response: response[0]! - own - perSample };
  } finally {
    close();
  }
}

interface ReplayFirmware {
  code: string;
  recording: Recording;
  close(): void;
}

/** The esp8266 bundle with the crypto double, for a server that replays a recorded poll. */
export async function replayFirmware(options: StandInOptions): Promise<ReplayFirmware> {
  const standIn = await startStandIn(options);
  const configFor = (port: number) =>
    toBuildConfig(
      checkConfigText(
        JSON.stringify({
          wifi: { ssid: "sensor-net", password: "correct horse" },
          server: { host: "api.github.com", port, address: "127.0.0.1", fingerprints: [standIn.fingerprintSha1] },
          status: { owner: "esp8266", repo: "Arduino", ref: "master", intervalSeconds: 300 },
          light: { pin: "D2", activeLow: true },
        }),
        "the replay's config",
      ),
    );
  const recording = await recordPoll(configFor(standIn.port));
  await standIn.close();
  const server = await startReplayServer(recording.flights);
  const double = readFileSync(join(projectRoot, "tools/espruino/double.js"), "utf8");
  const replace = new Map([["board/esp8266/kernel-store", double]]);
  const { code } = await buildFirmware({ config: configFor(server.port), board: "esp8266", replace });
  return { code, recording, close: () => server.close() };
}
