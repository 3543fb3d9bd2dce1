/** board/config.json as a person writes it (board/config.schema.json). */

interface TrustedServer {
  host: string;
  port?: number;
  fingerprints?: string[];
  caKeys?: string[];
  address?: string;
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
  status: { owner: string; repo: string; ref: string; token?: string; intervalSeconds?: number };
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
