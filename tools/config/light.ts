/** The config's light: one LED, three, or NeoPixels. */
import type { LightConfig } from "../../src/apps/config";
import type { Problem } from "./check";
import type { LightFile } from "./config-file";

/** GPIO numbers of the labels D0 to D10 on a NodeMCU board. */
const nodeMcuPins = [16, 5, 4, 0, 2, 14, 12, 13, 15, 3, 1];

/** Its output is not in the register that NeoPixels are written by. */
const slowPin = 16;

const kinds = ["pin", "rgb", "neopixel"] as const;

/** NeoPixels are too bright to look at, and take 60 mA each at most. */
const pixelBrightness = 20;

/** What is wrong with the light beyond its form, or null. */
export function findLightProblem(light: LightFile | undefined): Problem | null {
  if (!light) return null;
  const given = kinds.filter((kind) => light[kind] !== undefined);
  if (given.length !== 1) {
    return { path: "light", message: `must have one of pin, rgb and neopixel, and has ${given.join(" and ") || "none of them"}` };
  }
  const { pins } = lightConfig(light);
  if (new Set(pins).size < pins.length) return { path: "light.rgb", message: "names a pin twice" };
  if (light.neopixel === undefined) {
    const key = (["count", "order"] as const).find((one) => light[one] !== undefined);
    return key ? { path: `light.${key}`, message: "is for NeoPixels only" } : null;
  }
  if (light.activeLow !== undefined) return { path: "light.activeLow", message: "is not for NeoPixels" };
  if (pins[0] === slowPin) return { path: "light.neopixel", message: "cannot be GPIO 16, which is too slow for NeoPixels" };
  return null;
}

/** @param light in which findLightProblem finds nothing */
export function lightConfig(light: LightFile): LightConfig {
  const { neopixel, count = 1, order = "GRB" } = light;
  const names = light.rgb ?? [neopixel ?? light.pin ?? ""];
  return {
    pins: names.map(pinNumber),
    activeLow: light.activeLow ?? false,
    brightness: light.brightness ?? (neopixel === undefined ? 100 : pixelBrightness),
    pixels: neopixel === undefined ? null : { count, order },
  };
}

/** D0 to D16 as Espruino names GPIO 0 to 16, or a NodeMCU board's label. */
function pinNumber(name: string): number {
  const label = /^NodeMCU\.D(\d+)$/.exec(name);
  return label ? nodeMcuPins[Number(label[1])]! : Number(name.slice(1));
}
