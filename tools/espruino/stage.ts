/** Servers to record polls of, and the firmware that polls the recording. */
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildConfig } from "../../src/apps/config";
import { buildFirmware } from "../build/firmware";
import { projectRoot } from "../build/paths";
import { toBuildConfig } from "../config/build-config";
import type { ConfigFile } from "../config/config-file";
import type { ClientIdentity } from "../config/identity";
import { checkConfigText } from "../config/load";
import { SLOT_NAMES } from "../flash/loader";
import { makeAuthorities, makeIdentity } from "../github-stand-in/certificates";
import { startPublishStandIn } from "../github-stand-in/publish";
import { type StandIn, type StandInOptions, startStandIn } from "../github-stand-in/server";
import { type Flight, type Recording, recordPoll } from "./record";
import { type ReplayServer, startReplayServer } from "./replay-server";

/** id-kp-clientAuth */
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/** Servers that run, and a config for them. */
export interface Stage {
  config: ConfigFile;
  /** The client's certificate for `publish`. */
  identity?: ClientIdentity;
  close(): Promise<void>;
}

/** A stand-in for GitHub. @param changes to the config's sections */
export function gitHub(
  options: StandInOptions = {},
  changes: (standIn: StandIn) => Partial<ConfigFile> = () => ({}),
): () => Promise<Stage> {
  return async () => {
    const standIn = await startStandIn(options);
    const config: ConfigFile = {
      wifi: { ssid: "sensor-net", password: "correct horse" },
      server: { host: "api.github.com", port: standIn.port, address: "127.0.0.1", fingerprints: [standIn.fingerprintSha1] },
      status: { owner: "esp8266", repo: "Arduino", ref: "master", intervalSeconds: 300 },
      light: { pin: "D2", activeLow: true },
      ...changes(standIn),
    };
    return { config, close: () => standIn.close() };
  };
}

/** A stand-in for GitHub, and one for AWS IoT to which the state is published with a client certificate. */
export function gitHubAndPublish(options: StandInOptions = {}): () => Promise<Stage> {
  return async () => {
    const now = new Date();
    const client = await makeIdentity(await makeAuthorities(now), now, { usages: [CLIENT_AUTH] });
    const server = await startPublishStandIn({ clientCa: client.chain });
    const publish = {
      host: "a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com",
      address: "127.0.0.1",
      port: server.port,
      path: "/topics/builds?qos=1",
      alpn: "x-amzn-http-ca",
      fingerprints: [server.identity.fingerprintSha1],
    };
    const stage = await gitHub(options, () => ({ publish }))();
    const { d } = createPrivateKey(client.key).export({ format: "jwk" });
    const identity = { certificates: [client.leaf.toString("latin1")], key: Buffer.from(d!, "base64url").toString("latin1") };
    return { config: stage.config, identity, close: () => Promise.all([stage.close(), server.close()]).then(() => undefined) };
  };
}

export function checked(config: ConfigFile, identity: ClientIdentity | null = null): BuildConfig {
  return toBuildConfig(checkConfigText(JSON.stringify(config), "the recorded config"), identity);
}

export interface Replay {
  /** The esp8266 bundle with the crypto double, for the server. */
  code: string;
  recording: Recording;
  server: ReplayServer;
}

export interface ReplayOptions {
  /** Changes what the server sent before it is played. */
  alter?: (connections: Flight[][]) => void;
  /** Seconds between two polls, less than a config may say. */
  intervalSeconds?: number;
  /** Connect to this port instead of the replaying server's. */
  port?: number;
  /** Changes the script before its parts are packed. */
  prepare?: (script: string) => string;
}

/** Records a poll of a stage, starts a server that plays it, and builds the firmware for that. */
export async function startReplay(stage: () => Promise<Stage>, options: ReplayOptions = {}): Promise<Replay> {
  const { config, identity, close } = await stage();
  const recording = await recordPoll(checked(config, identity), options.alter).finally(close);
  const server = await startReplayServer(recording.connections);
  const double = readFileSync(join(projectRoot, "tools/espruino/double.js"), "utf8");
  const replace = new Map([["board/esp8266/kernel-store", double]]);
  const { prepare } = options;
  const { code } = await buildFirmware({
    config: replayConfig(checked(config, identity), server.port, options),
    board: "esp8266",
    replace,
    ...(prepare ? { prepare } : {}),
  });
  return { code, recording, server };
}

/** The Storage of a board that runs `prelude` and then the firmware of a replay, from a slot, as the loader does. */
export function replayStorage({ code, recording }: Replay, prelude: string): Record<string, Buffer | string> {
  const boot = `${prelude}\nvar t=require("Storage").read("${SLOT_NAMES[0]}");eval(t)`;
  return { ".bootcde": boot, [SLOT_NAMES[0]]: code, double: recording.double, seals: recording.seals };
}

function replayConfig(built: BuildConfig, port: number, options: ReplayOptions): BuildConfig {
  for (const section of [built.server, built.publish]) if (section) section.port = options.port ?? port;
  built.status.intervalSeconds = options.intervalSeconds ?? built.status.intervalSeconds;
  return built;
}
