/** A light of NeoPixels (WS2812 and the like), which hold the colour they were sent: so the patterns are sent step by step, and a steady one once. */
import { lightPin, pixelCount, pixelFirst, pixelLevel, pixelSecond, pixelThird } from "virtual:config";
import { Glow } from "../../src/transport";

const enum Step {
  milliseconds = 125,
  last = 15,
  /** Of the character after the steps: red 1, green 2, blue 4. */
  colour = 16,
  characters = 17,
  digit = 15,
}

/** Sixteen brightnesses, then the colour, of the state that is shown. */
let pattern = "";
let step = 0;
/** The interval; 0 in a steady state. */
let ticker = 0;

/** Shows a state in its colour: starting white, success green, failure red, pending blue, unknown magenta. */
export function showPixels(glow: Glow): void {
  // In the order of Glow.
  const patterns = "90000000900000007" + "99999999999999992" + "90909090909090901" + "00124699996421004" + "90900000000000005";
  pattern = patterns.substr(Step.characters * glow, Step.characters);
  step = Step.last;
  if (ticker) clearInterval(ticker);
  ticker = glow === Glow.success ? 0 : setInterval(sendPixels, Step.milliseconds);
  sendPixels();
}

function sendPixels(): void {
  step = (step + 1) & Step.last;
  const level = pixelLevel * (pattern.charCodeAt(step) & Step.digit);
  const colour = pattern.charCodeAt(Step.colour);
  const pixel = [colour & pixelFirst && level, colour & pixelSecond && level, colour & pixelThird && level];
  require("neopixel").write(lightPin, { data: pixel, count: pixelCount });
}
