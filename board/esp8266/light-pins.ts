/**
 * A light of one LED, or of three for red, green and blue. Its patterns run in Espruino's software PWM, that is, in the chip's timer interrupt: they
 * take no turn of the interpreter, and keep their pace during a long one. Only the two blinks of unknown are begun anew every other second.
 * Less brightness is a shorter time lit, in a blink too. No edge may be more than 1.6 s from the next: the chip's timer has 23 bits.
 */
import { bluePin, greenPin, lightBlink, lightDark, lightPin, lightSpan } from "virtual:config";
import { Glow } from "../../src/transport";

const enum Timing {
  betweenBlinks = 150,
  unknownEvery = 2000,
}

const enum Colour {
  red = 1,
  green = 2,
  blue = 4,
}

/** The interval that begins the blinks of unknown; 0 in other states. */
let blinker = 0;

/** Shows a state with one LED. */
export function showLamp(glow: Glow): void {
  shine(lightPin, 1, glow);
  keepBlinking(glow, blinkLamp);
}

/** Shows a state in its colour: starting white, success green, failure red, pending blue, unknown magenta. */
export function showColours(glow: Glow): void {
  // A Colour for each Glow.
  const colour = "72145".charCodeAt(glow);
  shine(lightPin, colour & Colour.red, glow);
  shine(greenPin, colour & Colour.green, glow);
  shine(bluePin, colour & Colour.blue, glow);
  keepBlinking(glow, blinkMagenta);
}

/** Sets the pattern of a state at a pin that is lit in it; unknown's is blinkTwice. */
function shine(pin: number, isLit: number, glow: Glow): void {
  // This ends whatever runs at the pin.
  analogWrite(pin, lightDark);
  if (!isLit || glow === Glow.unknown) return;
  analogWrite(pin, lightDark + lightSpan * [0.1, 1, 0.5, 0.5][glow]!, { freq: [1, 100, 4, 0.625][glow]! });
}

function keepBlinking(glow: Glow, blink: () => void): void {
  if (blinker) clearInterval(blinker);
  blinker = 0;
  if (glow !== Glow.unknown) return;
  blinker = setInterval(blink, Timing.unknownEvery);
  blink();
}

function blinkLamp(): void {
  digitalPulse(lightPin, !lightDark, [lightBlink, Timing.betweenBlinks, lightBlink]);
}

function blinkMagenta(): void {
  blinkLamp();
  digitalPulse(bluePin, !lightDark, [lightBlink, Timing.betweenBlinks, lightBlink]);
}
