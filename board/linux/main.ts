/** The firmware for Espruino on Linux: no Wi-Fi to join, /dev/urandom, and the portable crypto. */
import { publishConfig, serverConfig, statusConfig, wifiConfig } from "virtual:config";
import { type BuildStatusOptions, startBuildStatus } from "../../src/apps/build-status";
import { portableCrypto } from "../../src/crypto/portable";
import { At } from "../../src/crypto/workspace";
import { ErrorCode } from "../../src/errors/codes";
import { usesPublish } from "../../src/features";
import { scanJson } from "../../src/status/json-scan";
import { espruinoBoard } from "../espruino-board";
import { openSocket } from "../socket";

/** The interpreted crypto takes a minute where the kernels take a second. */
const PATIENCE = { join: 1_000, tcp: 10_000, handshake: 300_000, response: 300_000 };

const ram = new Uint8Array(At.end);
const board = espruinoBoard(
  ram,
  portableCrypto(ram, scanJson),
  {
    joinWifi(done) {
      done(ErrorCode.none, "127.0.0.1");
    },
    isUp() {
      return true;
    },
    open: openSocket,
  },
  { show() {} },
);
board.patience = PATIENCE;
board.console.put = (text) => USB.write(text);
board.random = (at, length) => {
  const source = E.openFile("/dev/urandom", "r");
  if (!source) return ErrorCode.random_stuck;
  const bytes = source.read(length);
  source.close();
  if (bytes.length !== length) return ErrorCode.random_stuck;
  ram.set(bytes, at);
  return ErrorCode.none;
};

const job: BuildStatusOptions = { board, abort: null, server: serverConfig, status: statusConfig, wifi: wifiConfig };
if (usesPublish) job.publish = publishConfig;
startBuildStatus(job);
