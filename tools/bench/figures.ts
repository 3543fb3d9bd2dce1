/** The bench's figures as `--json` prints them and figures.json keeps them, their limits, and what counts as a regression. */
import type { Cost } from "./exchange";
import type { KernelFigures } from "./kernels";

export interface Figures extends KernelFigures {
  handshake: Cost;
  /** With a client certificate. */
  handshake_client_auth: Cost;
  response_8k: Cost;
  blob_bytes: number;
  bundle_bytes: number;
}

/** A line of the speed table. */
export interface Line {
  name: string;
  what: string;
  /** BearSSL's instructions on the same core, where there is such a figure. */
  bearssl?: number;
  limit: number;
}

export const LINES: readonly Line[] = [
  { name: "sha256_block", what: "SHA-256, 64 B", bearssl: 4_449, limit: 3_500 },
  { name: "chacha20_block", what: "ChaCha20 block, 64 B", bearssl: 2_655, limit: 1_900 },
  { name: "chacha20poly1305_1k", what: "ChaCha20-Poly1305, 1 KB", bearssl: 88_200, limit: 75_000 },
  { name: "aes128gcm_1k", what: "AES-128-GCM, 1 KB", bearssl: 350_000, limit: 150_000 },
  { name: "x25519", what: "X25519", bearssl: 8_380_000, limit: 5_000_000 },
  { name: "p256_mul", what: "P-256 scalar multiplication", bearssl: 18_500_000, limit: 9_000_000 },
  { name: "ecdsa_p256_verify", what: "ECDSA P-256 verify", bearssl: 33_800_000, limit: 13_000_000 },
  { name: "ecdsa_p256_sign", what: "ECDSA P-256 sign", bearssl: 16_700_000, limit: 9_000_000 },
  { name: "rsa2048_verify", what: "RSA-2048 verify (e=65537)", bearssl: 12_400_000, limit: 9_000_000 },
  { name: "handshake.total", what: "whole client handshake", bearssl: 54_100_000, limit: 54_000_000 },
];

/** By how much a figure may grow before that is a regression. */
const TOLERANCE = 0.03;

/** All numbers of the figures by name, those within others as "handshake.total". */
export function flatten(figures: Figures): Map<string, number> {
  const flat = new Map<string, number>();
  for (const [name, value] of Object.entries(figures) as [string, number | Cost][]) {
    if (typeof value === "number") flat.set(name, value);
    else for (const [part, number] of Object.entries(value)) flat.set(`${name}.${part}`, number);
  }
  return flat;
}

/** One sentence for each figure that is more than 3 % above the last one. */
export function regressions(last: Figures, now: Figures): string[] {
  const before = flatten(last);
  const found: string[] = [];
  for (const [name, value] of flatten(now)) {
    const old = before.get(name);
    if (old === undefined || value <= old * (1 + TOLERANCE)) continue;
    const growth = ((value / old - 1) * 100).toFixed(1);
    found.push(`${name} grew by ${growth} %: ${old.toLocaleString("en-US")} to ${value.toLocaleString("en-US")}`);
  }
  return found;
}
