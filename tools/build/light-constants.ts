/** The light's config as constants of "virtual:config" (board/config-here.d.ts). */
import type { LightConfig } from "../../src/apps/config";

const blinkMilliseconds = 100;
const brightestByte = 255;
/** Steps of brightness in the NeoPixels' patterns (board/esp8266/light-pixels.ts). */
const pixelSteps = 9;
/** The colours of a pixel's bytes. */
const bits: Record<string, number> = { R: 1, G: 2, B: 4 };

/** Stands in where there is none: then nothing that is in the bundle reads it. */
const noLight: LightConfig = { pins: [0], activeLow: false, brightness: 1, pixels: null };

/** @param config null for no light */
export function lightConstants(config: LightConfig | null): string {
  const light = config ?? noLight;
  const [lightPin, greenPin = 0, bluePin = 0] = light.pins;
  const bright = light.brightness / 100;
  const [pixelFirst, pixelSecond, pixelThird] = [...(light.pixels?.order ?? "RGB")].map((letter) => bits[letter]);
  const constants = {
    lightPin,
    greenPin,
    bluePin,
    lightDark: light.activeLow ? 1 : 0,
    lightSpan: light.activeLow ? -bright : bright,
    lightBlink: Math.max(1, Math.round(blinkMilliseconds * bright)),
    pixelCount: light.pixels?.count ?? 0,
    pixelFirst,
    pixelSecond,
    pixelThird,
    pixelLevel: Math.max(1, Math.floor((brightestByte * bright) / pixelSteps)),
  };
  return Object.entries(constants)
    .map(([name, value]) => `export const ${name} = ${value};\n`)
    .join("");
}
