/** For the end-to-end tests: one build of the firmware a file, and boards that run it against the stand-in. */

import { buildFirmware } from "../build/firmware";
import { toBuildConfig } from "../config/build-config";
import type { ConfigFile } from "../config/config-file";
import { checkConfigText } from "../config/load";
import { type StandIn, startStandIn } from "../github-stand-in/server";
import { type BoardOptions, FlashStorage, VirtualBoard } from "../virtual-board/board";
import { type PollOutcome, pollOutcome } from "../virtual-board/poll-outcome";

type Identity = StandIn["identity"];

/** The stand-in with the certificates that the firmware trusts, and one that it does not. */
export interface Stage {
  standIn: StandIn;
  trusted: { p256: Identity; rsa2048: Identity; rsa4096: Identity };
  stranger: Identity;
  firmware: string;
  /** The flash that the boards share: only the first one installs the kernels. */
  storage: FlashStorage;
}

export const INTERVAL_SECONDS = 120;

/** Starts a stand-in and builds the firmware for it. @param changes to the config's sections */
export async function setStage(changes: Partial<ConfigFile> = {}): Promise<Stage> {
  const standIn = await startStandIn({ sha: "8cd331a2e8fd2a5c0e1d1b6d1ad5e0b3c5b3a1f7" });
  const [rsa2048, rsa4096, stranger] = await Promise.all([
    standIn.makeIdentity({ leafKey: "rsa2048" }),
    standIn.makeIdentity({ leafKey: "rsa4096" }),
    standIn.makeIdentity({}),
  ]);
  const trusted = { p256: standIn.identity, rsa2048, rsa4096 };
  const fingerprints = [trusted.p256.fingerprintSha1, rsa2048.fingerprintSha1, rsa4096.fingerprintSha256];
  const config: ConfigFile = {
    wifi: { ssid: "sensor-net", password: "correct horse" },
    server: { host: "api.github.com", port: standIn.port, address: "127.0.0.1", fingerprints },
    status: { owner: "esp8266", repo: "Arduino", ref: "master", source: "statuses", intervalSeconds: INTERVAL_SECONDS },
    light: { pin: "D2", activeLow: true },
    ...changes,
  };
  const { code } = await buildFirmware({ config: toBuildConfig(checkConfigText(JSON.stringify(config), "config")), board: "esp8266" });
  return { standIn, trusted, stranger, firmware: code, storage: new FlashStorage() };
}

/** Puts the stand-in back as it was. */
export async function resetStage({ standIn, trusted }: Stage): Promise<void> {
  standIn.tune({
    framing: undefined,
    chunkSize: undefined,
    recordSize: undefined,
    ciphers: undefined,
    groups: undefined,
    keepAlive: undefined,
  });
  standIn.use(trusted.p256);
  standIn.setVariant("success");
  standIn.resetLimits();
  standIn.disconnectAll();
  standIn.requests.length = 0;
}

export interface Poller {
  board: VirtualBoard;
  /** Waits for the end of the next poll. Gives its serial lines as well. */
  poll(): Promise<PollOutcome & { lines: string[] }>;
}

/** A board that runs the stage's firmware. Its time skips to the next poll when that is asked for, and is real within it. */
export async function startBoard({ firmware, storage }: Stage, options: BoardOptions = {}): Promise<Poller> {
  const board = await VirtualBoard.create({ source: firmware, storage, ...options });
  board.boot();
  let from = 0;
  return {
    board,
    async poll() {
      if (from > 0) board.skipping = true;
      await board.waitForLine(/^connecting to /, { from });
      board.skipping = false;
      const outcome = await pollOutcome(board, from);
      const lines = board.lines.slice(from, outcome.next);
      from = outcome.next;
      return { ...outcome, lines };
    },
  };
}
