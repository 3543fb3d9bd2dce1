/** Publishing by the very script that is flashed, kernels included, on the virtual board. */
import { buildFirmware } from "../build/firmware";
import { toBuildConfig } from "../config/build-config";
import type { ConfigFile } from "../config/config-file";
import { checkConfigText } from "../config/load";
import type { Identity } from "../github-stand-in/certificates";
import type { StandIn } from "../github-stand-in/server";
import { clientFiles } from "./publish.testing";

/** The line that a publication ends with. */
export const over = /^publish: (completed|failed)/;

/** The firmware that polls `gitHub` and publishes as `client` does. @param publish the config's section */
export async function publishingFirmware(gitHub: StandIn, client: Identity, publish: ConfigFile["publish"]): Promise<string> {
  const config = {
    wifi: { ssid: "sensor-net", password: "correct horse" },
    server: { host: "api.github.com", port: gitHub.port, address: "127.0.0.1", fingerprints: [gitHub.fingerprintSha1] },
    status: { owner: "esp8266", repo: "Arduino", ref: "master", source: "statuses", intervalSeconds: 60 },
    publish,
  };
  const checked = checkConfigText(JSON.stringify(config), "config");
  return (await buildFirmware({ config: toBuildConfig(checked, clientFiles(client)), board: "esp8266" })).code;
}
