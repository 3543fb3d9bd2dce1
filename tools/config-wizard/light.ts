import type { LightFile } from "../config/config-file";
import { ToolError } from "../serial/tool-error";

/** The light in a few words: `D2`, `D2:low` (lit when low), `D12,D13,D15` (red, green, blue; perhaps `:low`), `neopixel:D4`, `neopixel:D4:8`, `none`. */
export const LIGHT_FORMS = "D2, D2:low, D12,D13,D15 (red, green, blue), neopixel:D4:8 or none";

const LOW = "low";
const NEOPIXEL = "neopixel";
const COLOURS = 3;

/** @returns undefined for none; pins and numbers are not checked. @throws ToolError for words of another form */
export function parseLight(text: string): LightFile | undefined {
  if (text === "none") return undefined;
  const light = lightOf(text.split(":"));
  if (!light) throw new ToolError(`the light "${text}" is not understood: it may be ${LIGHT_FORMS}`);
  return light;
}

function lightOf([first = "", ...rest]: string[]): LightFile | undefined {
  if (first === NEOPIXEL) {
    const [pin, count] = rest;
    if (!pin || rest.length > 2) return undefined;
    return count === undefined ? { neopixel: pin } : { neopixel: pin, count: Number(count) };
  }
  if (rest.length > 1 || (rest.length === 1 && rest[0] !== LOW)) return undefined;
  const pins = first.split(",").map((pin) => pin.trim());
  const level = rest.length ? { activeLow: true } : {};
  if (pins.length === COLOURS) return { rgb: pins, ...level };
  return pins.length === 1 && first ? { pin: first, ...level } : undefined;
}

/** The same words for a config's light; undefined for one that is not there. */
export function lightText(light: LightFile | undefined): string | undefined {
  if (!light) return undefined;
  if (light.neopixel) return [NEOPIXEL, light.neopixel, ...(light.count ? [light.count] : [])].join(":");
  return `${light.rgb?.join(",") ?? light.pin}${light.activeLow ? `:${LOW}` : ""}`;
}
