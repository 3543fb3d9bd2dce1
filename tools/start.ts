/**
 * `npm start`: builds the firmware as it would be flashed and runs it on the virtual board, against the GitHub stand-in or, with --config, against the
 * server that the config names. Standard output is what the serial port says; everything else goes to standard error.
 */
import { Command } from "commander";
import pc from "picocolors";
import { instrument } from "./bench/instrument";
import { BuildError } from "./build/build-error";
import { buildFirmware } from "./build/firmware";
import { toBuildConfig } from "./config/build-config";
import { ConfigError, checkConfigText, loadConfig } from "./config/load";
import { type StandIn, startStandIn } from "./github-stand-in/server";
import { VirtualBoard } from "./virtual-board/board";
import { type PollOutcome, pollOutcome } from "./virtual-board/poll-outcome";

interface Options {
  config?: string;
  watch?: boolean;
  turns?: boolean;
}

type BuildConfig = ReturnType<typeof toBuildConfig>;

/** Seconds between two polls of the stand-in that are watched: the shortest that a config without a token may say. */
const WATCHED_INTERVAL = 120;
/** Milliseconds that may go by until a poll begins: what a config may say, and more. */
const MAX_INTERVAL = 2 * 86_400_000;
/** The line that a publication ends with. */
const PUBLISHED = /^publish: (completed|failed|not yet)/;

const colours = pc.createColors(process.stderr.isTTY === true && pc.isColorSupported);

function note(text: string): void {
  console.error(colours.dim(text));
}

/** The config of board/config.example.json, but for the stand-in's server and, where someone waits for the next poll, its interval. */
function standInConfig(standIn: StandIn, watch: boolean): BuildConfig {
  const config = {
    wifi: { ssid: "sensor-net", password: "correct horse" },
    server: { host: "api.github.com", port: standIn.port, address: "127.0.0.1", fingerprints: [standIn.fingerprintSha1] },
    status: { owner: "esp8266", repo: "Arduino", ref: "master", intervalSeconds: watch ? WATCHED_INTERVAL : 300 },
    light: { pin: "D2", activeLow: true },
  };
  return toBuildConfig(checkConfigText(JSON.stringify(config), "the stand-in's config"));
}

/** What is said when Ctrl-C ends it. */
function farewell(polls: number): string {
  return `\nstopped after ${polls} ${polls === 1 ? "poll" : "polls"}`;
}

/** Waits for the end of the next poll, and of the publication that follows it. @param from index of the first serial line that counts */
async function nextPoll(board: VirtualBoard, from: number, publishes: boolean): Promise<PollOutcome> {
  // The poll itself has its limits; until it begins, the config's interval goes by. A publication is ended by the next poll at the latest.
  await board.waitForLine(/^connecting to /, { timeout: MAX_INTERVAL, from });
  const outcome = await pollOutcome(board, from);
  if (publishes) await board.waitForLine(PUBLISHED, { timeout: MAX_INTERVAL, from });
  return { ...outcome, next: board.lines.length };
}

/** Runs the board until one poll is over, or with --watch until Ctrl-C. True if the last poll found a status out. */
async function run(source: string, publishes: boolean, { watch, turns }: Options): Promise<boolean> {
  const board = await VirtualBoard.create({
    source,
    onSerial: (text) => process.stdout.write(text),
    ...(turns ? { instrument } : {}),
  });
  const interrupted = new Promise<null>((resolve) => process.once("SIGINT", () => resolve(null)));
  board.boot();
  let isKnown = false;
  let polls = 0;
  let from = 0;
  do {
    const outcome = await Promise.race([nextPoll(board, from, publishes), interrupted]);
    if (!outcome) {
      note(farewell(polls));
      break;
    }
    polls++;
    isKnown = outcome.isKnown;
    from = outcome.next;
  } while (watch);
  if (turns) note(board.report());
  board.stop();
  return isKnown;
}

async function main(): Promise<void> {
  const options = new Command("npm start --")
    .description(
      "Runs the firmware on the virtual board: one poll of a stand-in for GitHub. Ends with 0 if a status was found out, else with 1.",
    )
    .option("--config <file>", "poll the server that this config names, no stand-in")
    .option("--watch", "go on polling until Ctrl-C; ends as the last poll did")
    .option("--turns", "count statements and report the longest turn of the event loop")
    .parse()
    .opts<Options>();
  const given = options.config === undefined ? undefined : loadConfig(options.config);
  const standIn = given ? undefined : await startStandIn();
  try {
    const config = given ?? standInConfig(standIn!, options.watch ?? false);
    if (standIn) note(`a stand-in for api.github.com listens on port ${standIn.port}`);
    note("building the firmware …");
    const { code, size } = await buildFirmware({ config, board: "esp8266" });
    note(`${size.toLocaleString("en-US")} bytes; on the virtual board they print:\n`);
    process.exitCode = (await run(code, config.publish !== null, options)) ? 0 : 1;
  } finally {
    await standIn?.close();
  }
}

main().catch((error: unknown) => {
  if (!(error instanceof BuildError || error instanceof ConfigError)) throw error;
  console.error(colours.red(error.message));
  process.exitCode = 1;
});
