/**
 * The config that the build embeds. Each function makes its section anew, so that none takes memory at rest; a section that the config
 * does not have is null. The light's numbers are constants, which the minifier puts where they are used.
 */
declare module "virtual:config" {
  export function wifiConfig(): import("../src/apps/config").WifiConfig;
  export function serverConfig(): import("../src/apps/config").ServerConfig;
  export function statusConfig(): import("../src/apps/config").StatusConfig;
  /** The light's pin, a GPIO number: of one LED, of NeoPixels, or of red. */
  export const lightPin: number;
  export const greenPin: number;
  export const bluePin: number;
  /** What a pin has when its LED is dark: 0 or 1. */
  export const lightDark: number;
  /** What is added to that for an LED that is lit: 0 to 1, or 0 to -1. */
  export const lightSpan: number;
  /** Milliseconds that a short blink is lit. */
  export const lightBlink: number;
  /** Pixels on the strip; the colour of each of a pixel's three bytes (1 red, 2 green, 4 blue); and of nine steps of brightness, one. */
  export const pixelCount: number;
  export const pixelFirst: number;
  export const pixelSecond: number;
  export const pixelThird: number;
  export const pixelLevel: number;
  export function publishConfig(): import("../src/apps/config").PublishConfig | null;
}
