/** The firmware on the ESP8266: what is switched off, what the rooms are given, and the job that is started. Nothing else runs at boot. */
import { lightConfig, serverConfig, statusConfig, wifiConfig } from "virtual:config";
import { startBuildStatus } from "../../src/apps/build-status";
import { Op } from "../../src/crypto/crypto";
import { portableCrypto } from "../../src/crypto/portable";
import { At } from "../../src/crypto/workspace";
import { ErrorCode } from "../../src/errors/codes";
import { scanJson } from "../../src/status/json-scan";
import { espruinoBoard } from "../espruino-board";
import { pinLight } from "./light";
import { wifiNetwork } from "./network";

// First of all, while there is a contiguous run of variables for it.
const ram = new Uint8Array(At.end);

// Through these two anyone near could read the config's secrets.
require("TelnetServer").setOptions({ mode: "off" });
require("Wifi").stopAP();

const board = espruinoBoard(ram, portableCrypto(ram, scanJson), wifiNetwork(wifiConfig), pinLight(lightConfig()));
board.console.put = (text) => Serial1.write(text);
board.random = (at, length) => {
  // The register is random only while Wi-Fi is on.
  if (!board.network.isUp()) return ErrorCode.wifi_lost;
  return board.crypto(Op.hardwareRandom + at, length) ? ErrorCode.none : ErrorCode.random_stuck;
};

startBuildStatus({
  board,
  abort: null,
  server: serverConfig,
  status: statusConfig,
  ssid() {
    return wifiConfig().ssid;
  },
});
