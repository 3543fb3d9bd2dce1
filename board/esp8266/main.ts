/** The firmware on the ESP8266: what is switched off, what the rooms are given, and the job that is started. */
import { publishConfig, serverConfig, statusConfig, wifiConfig } from "virtual:config";
import { type BuildStatusOptions, startBuildStatus } from "../../src/apps/build-status";
import { Op } from "../../src/crypto/crypto";
import { At } from "../../src/crypto/workspace";
import { ErrorCode } from "../../src/errors/codes";
import { usesPublish } from "../../src/features";
import type { CryptoCall } from "../../src/transport";
import { espruinoBoard } from "../espruino-board";
import { pinLight } from "./light";
import { wifiNetwork } from "./network";

/**
 * Begins the job with the kernels as crypto.
 *
 * @once
 */
function startFirmware(ram: Uint8Array, crypto: CryptoCall): void {
  const board = espruinoBoard(ram, crypto, wifiNetwork(wifiConfig), pinLight());
  board.base = E.getAddressOf(ram, true);
  board.console.put = (text) => Serial1.write(text);
  board.random = (at, length) => {
    // The register is random only while Wi-Fi is on.
    if (!board.network.isUp()) return ErrorCode.wifi_lost;
    return board.crypto(Op.hardwareRandom + at, length) ? ErrorCode.none : ErrorCode.random_stuck;
  };
  const job: BuildStatusOptions = { board, abort: null, server: serverConfig, status: statusConfig, wifi: wifiConfig };
  if (usesPublish) job.publish = publishConfig;
  startBuildStatus(job);
}

/**
 * Without its kernels the firmware connects to nothing; it says why.
 *
 * @once
 */
function kernelsOpened(ram: Uint8Array, code: number, crypto: CryptoCall | null): void {
  if (crypto) startFirmware(ram, crypto);
  else import("../../src/apps/verdict").then((part) => print(part.faultLine(code)));
}

// First of all, while there is a contiguous run of variables for it.
const ram = new Uint8Array(At.end);

// Through these two anyone near could read the config's secrets.
require("TelnetServer").setOptions({ mode: "off" });
Modules.removeCached("TelnetServer");
require("Wifi").stopAP();

import("./kernel-store").then((part) => part.openKernels(ram, (code, crypto) => setTimeout(kernelsOpened, 0, ram, code, crypto)));
