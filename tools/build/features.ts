/** What of the firmware a config uses, as the text that stands in for src/features.ts. */
import type { BuildConfig } from "../../src/apps/config";
import { Source } from "../../src/status/poll-target";
import { allTargets } from "../config/targets";

/** The module that is replaced, as bundleFirmware names it. */
export const featuresPath = "src/features";

export type Features = Record<keyof typeof import("../../src/features"), boolean>;

export function configFeatures(config: BuildConfig): Features {
  const { publish, status, light } = config;
  const targets = allTargets(status);
  const servers = [config.server, ...(publish ? [publish] : [])];
  return {
    usesPublish: publish !== null,
    usesClientCertificate: publish !== null && publish.key !== null,
    usesAlpn: publish !== null && publish.alpn !== null,
    usesFingerprints: servers.some((one) => one.fingerprints.length > 0),
    usesCaKeys: servers.some((one) => one.caKeys !== undefined),
    usesToken: status.token !== null,
    usesStatuses: targets.some((one) => one.source !== Source.checks),
    usesChecks: targets.some((one) => one.source !== Source.statuses),
    usesCheckName: targets.some((one) => one.check !== undefined),
    usesLight: light !== null,
    usesColours: light !== null && light.pins.length > 1,
    usesNeopixel: light !== null && light.pixels !== null,
  };
}

/** Constants, which rollup puts into the conditions that read them. */
export function featuresModule(features: Features): string {
  return Object.entries(features)
    .map(([name, isOn]) => `export const ${name} = ${isOn};\n`)
    .join("");
}
