/** A checked config file -> what the build embeds: defaults filled in, texts and fingerprints as byte strings. */
import type { BuildConfig, PublishSettings, ServerConfig } from "../../src/apps/config";
import { defaultBackoff } from "../../src/http/backoff";
import type { ConfigFile } from "./config-file";
import type { ClientIdentity } from "./identity";
import { lightConfig } from "./light";
import { statusConfig } from "./targets";

const defaultPort = 443;

/** @param identity what the files hold that `publish` names; null for none */
export function toBuildConfig(file: ConfigFile, identity: ClientIdentity | null = null): BuildConfig {
  const { wifi } = file;
  return {
    wifi: { ssid: utf8(wifi.ssid), password: utf8(wifi.password) },
    server: server(file.server),
    status: statusConfig(file.status),
    light: file.light ? lightConfig(file.light) : null,
    publish: file.publish ? publish(file.publish, identity) : null,
  };
}

function server(file: ConfigFile["server"]): ServerConfig {
  return {
    host: file.host,
    port: file.port ?? defaultPort,
    fingerprints: (file.fingerprints ?? []).map(bytesOfHex),
    address: file.address ?? null,
    ...(file.caKeys ? { caKeys: file.caKeys.map(bytesOfHex), built: secondsNow(), waitForTime: file.waitForTime ?? false } : {}),
  };
}

function publish(file: NonNullable<ConfigFile["publish"]>, identity: ClientIdentity | null): PublishSettings {
  const usual = defaultBackoff();
  const { attempts = usual.attempts, baseMilliseconds: base = usual.base, capMilliseconds: cap = usual.cap } = file.retry ?? {};
  return {
    ...server(file),
    path: file.path,
    alpn: file.alpn ?? null,
    retry: { base, cap, attempts },
    retryUnsafe: file.retryUnsafe ?? false,
    certificates: identity?.certificates ?? [],
    key: identity?.key ?? null,
  };
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}

function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** "CF 05:98…" -> its bytes. */
export function bytesOfHex(hex: string): string {
  return Buffer.from(hex.replace(/[ :]/g, ""), "hex").toString("latin1");
}
