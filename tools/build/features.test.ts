import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { BuildConfig } from "../../src/apps/config";
import { loadConfig } from "../config/load";
import { configFeatures } from "./features";
import { buildFirmware } from "./firmware";
import { projectRoot } from "./paths";

const HOOK_PATIENCE = 60_000;

let plain: BuildConfig;
let full: BuildConfig;

beforeAll(() => {
  plain = loadConfig(join(projectRoot, "board/config.example.json"));
  const publish = {
    ...plain.server,
    path: "/topics/a",
    alpn: "x-amzn-http-ca",
    retry: { base: 1, cap: 2, attempts: 3 },
    retryUnsafe: false,
    certificates: ["\x30"],
    key: "k".repeat(32),
  };
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
  let scripts: string[];
  beforeAll(async () => {
    scripts = [];
    for (const config of [plain, full]) scripts.push((await buildFirmware({ config, board: "esp8266", minify: false })).code);
  }, HOOK_PATIENCE);
  test.each([
    ["signing as a client", "TLS 1.3, client CertificateVerify"],
    ["what alerts say of a client certificate", "certificate_revoked"],
    ["ALPN", "bad_alpn: "],
    ["publishing", "publish: completed successfully"],
    ["the HTTP client", "http_request_too_large: "],
  ])("%s", (_name, mark) => {
    expect(scripts.map((script) => script.includes(mark))).toEqual([false, true]);
  });
});
