import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { BuildConfig } from "../../src/apps/config";
import { loadConfig } from "../config/load";
import { configFeatures } from "./features";
import { buildFirmware } from "./firmware";
import { projectRoot } from "./paths";

let plain: BuildConfig;
let full: BuildConfig;

beforeAll(() => {
  plain = loadConfig(join(projectRoot, "board/config.example.json"));
  const publish = { ...plain.server, path: "/topics/a", alpn: "x-amzn-http-ca", certificates: ["\x30"], key: "k".repeat(32) };
  full = { ...plain, publish } as BuildConfig;
});

test("a config uses what stands in it", () => {
  expect(configFeatures(plain)).toMatchObject({ usesPublish: false, usesClientCertificate: false, usesAlpn: false, usesLight: true });
  expect(configFeatures(full)).toMatchObject({ usesPublish: true, usesClientCertificate: true, usesAlpn: true, usesToken: false });
  expect(configFeatures({ ...plain, status: { ...plain.status, token: "t" }, light: null })).toMatchObject({
    usesToken: true,
    usesLight: false,
  });
  const byCa = { ...plain.server, fingerprints: [], caKeys: ["\x01".repeat(32)] };
  expect(configFeatures({ ...plain, server: byCa })).toMatchObject({ usesCaKeys: true, usesFingerprints: false });
});

describe("what the config does not use is not in the bundle", () => {
  test.each([
    ["signing as a client", "derInteger"],
    ["what alerts say of a client certificate", "certificate_revoked"],
    ["ALPN", "alpnEntry"],
  ])("%s", async (_name, mark) => {
    const [without, withIt] = await Promise.all(
      [plain, full].map(async (config) => (await buildFirmware({ config, board: "esp8266", minify: false })).code),
    );
    expect([without!.includes(mark), withIt!.includes(mark)]).toEqual([false, true]);
  });
});
