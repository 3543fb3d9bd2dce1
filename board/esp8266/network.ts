/** Wi-Fi and TCP on the ESP8266, by Espruino's Wifi and net modules. */

import type { WifiConfig } from "../../src/apps/config";
import { ErrorCode } from "../../src/errors/codes";
import { usesCaKeys } from "../../src/features";
import type { Network } from "../../src/transport";
import { openSocket } from "../socket";

/**
 * Joins when asked; afterwards the SDK joins again by itself, and isUp follows its events.
 *
 * @once
 */
export function wifiNetwork(config: () => WifiConfig): Network {
  const wifi = require("Wifi");
  let isUp = false;
  wifi.on("connected", () => {
    isUp = true;
    // Asks from now on, again and again; Espruino sets its clock to UTC by the answers.
    if (usesCaKeys) wifi.setSNTP("pool.ntp.org", "0");
  });
  wifi.on("disconnected", () => {
    isUp = false;
  });
  return {
    joinWifi(done) {
      const settings = config();
      wifi.connect(settings.ssid, { password: settings.password }, (error) => {
        isUp = !error;
        done(error ? ErrorCode.wifi_refused : ErrorCode.none, error || wifi.getIP().ip);
      });
    },
    isUp() {
      return isUp;
    },
    open: openSocket,
  };
}
