/** board/config.json as a person writes it (board/config.schema.json). */

interface TrustedServer {
  host: string;
  port?: number;
  fingerprints?: string[];
  caKeys?: string[];
  /** Only with caKeys. */
  waitForTime?: boolean;
  address?: string;
}

export interface TargetFile {
  owner: string;
  repo: string;
  ref: string;
  label?: string;
  source?: "statuses" | "checks" | "auto";
  check?: string;
  /** Of a list, only the first one has these two; they hold for all. */
  token?: string;
  intervalSeconds?: number;
}

/** Of `pin`, `rgb` and `neopixel` one is there. */
export interface LightFile {
  pin?: string;
  /** Red, green, blue. */
  rgb?: string[];
  neopixel?: string;
  activeLow?: boolean;
  brightness?: number;
  count?: number;
  order?: "RGB" | "GRB";
}

export interface ConfigFile {
  $schema?: string;
  wifi: { ssid: string; password: string };
  server: TrustedServer;
  status: TargetFile | TargetFile[];
  light?: LightFile;
  publish?: TrustedServer & {
    path: string;
    alpn?: string;
    certificate?: string;
    key?: string;
    retry?: { attempts?: number; baseMilliseconds?: number; capMilliseconds?: number };
    retryUnsafe?: boolean;
  };
}
