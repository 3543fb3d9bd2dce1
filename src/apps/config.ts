/**
 * The checked config as the build embeds it (tools/config makes it of board/config.json): what is optional there is null here or has its
 * default. Texts are ASCII; fingerprints, keys and certificates are byte strings.
 */
import type { Identity } from "../handshake/state";
import type { BackoffOptions } from "../http/backoff";
import type { Target } from "../status/poll-target";
import type { Bytes } from "../transport";

export interface WifiConfig {
  ssid: Bytes;
  /** Empty for an open network. */
  password: Bytes;
}

export interface ServerConfig {
  /** For SNI, the Host header and, if `address` is null, for name resolution. */
  host: string;
  port: number;
  /** SHA-1 (20 bytes) or SHA-256 (32 bytes) of the leaf certificate's DER; may be empty if `caKeys` is not. */
  fingerprints: Bytes[];
  /** SHA-256 (32 bytes) of an issuing CA's SubjectPublicKeyInfo; may be absent if `fingerprints` is not empty. */
  caKeys?: Bytes[];
  /** With caKeys: when the firmware was built, in seconds since 1970, and whether connecting waits until the time is known. */
  built?: number;
  waitForTime?: boolean;
  /** Connect here instead of looking `host` up; null to look it up. */
  address: string | null;
}

export interface StatusConfig {
  /** How many targets there are, one to eight; and each of them, made anew, so that not all are in memory at once. */
  count: number;
  target(index: number): Target;
  /** Sent as `Authorization: Bearer`; null for none. */
  token: string | null;
  intervalSeconds: number;
}

export interface LightConfig {
  /** Numbers of GPIO: one LED's or the NeoPixels' alone, or those of red, green and blue. */
  pins: number[];
  activeLow: boolean;
  /** 1 to 100. */
  brightness: number;
  /** null where the pins are LEDs'. */
  pixels: { count: number; order: "RGB" | "GRB" } | null;
}

export interface PublishConfig extends ServerConfig {
  /** Path and query, percent-encoded. */
  path: string;
  alpn?: string | null;
  retry: BackoffOptions;
  /** A request that may have reached the server may be sent again. */
  retryUnsafe: boolean;
  /** null for none */
  identity?: Identity | null;
}

/** The same as tools/config hands it to the build, which makes an Identity of the last two. */
export interface PublishSettings extends Omit<PublishConfig, "identity"> {
  /** The client's certificates in DER, leaf first; empty for none. */
  certificates: Bytes[];
  /** The client's private key: 32 bytes, P-256; null for none. */
  key: Bytes | null;
}

/** All of it, as tools/config hands it to the build. The firmware reads it one section at a time: see board/config-here.d.ts. */
export interface BuildConfig {
  wifi: WifiConfig;
  server: ServerConfig;
  status: StatusConfig;
  light: LightConfig | null;
  publish: PublishSettings | null;
}
