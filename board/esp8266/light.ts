/**
 * The light. Each state has a pattern of its own, so that it is told without colours: success is steady, failure blinks fast, pending pulses slowly,
 * unknown is two short blinks, starting one. Which kind of light there is stands in the config; the others are not in the bundle.
 */
import { usesColours, usesLight, usesNeopixel } from "../../src/features";
import type { Light } from "../../src/transport";
import { showColours, showLamp } from "./light-pins";
import { showPixels } from "./light-pixels";

/** The config's light; one that shows nothing if it has none. */
export function pinLight(): Light {
  if (!usesLight) return { show() {} };
  if (usesNeopixel) return { show: showPixels };
  return { show: usesColours ? showColours : showLamp };
}
