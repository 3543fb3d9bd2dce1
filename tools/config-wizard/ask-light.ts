import { NO_LIGHT } from "./wizard";

const ON_BOARD = "D2:low";

/** Of these kinds the pins are asked for. */
const KINDS = {
  lamp: { name: "another LED", message: "Its pin (D5; D5:low if it is lit when the pin is low)", initial: "D5" },
  rgb: { name: "an RGB LED, a pin for each colour", message: "Pins of red, green, blue (and :low)", initial: "D12,D13,D15" },
  pixels: { name: "NeoPixels", message: "neopixel:PIN:HOW MANY", initial: "neopixel:D4:1" },
};

/** Asks which light there is; Enter keeps the present one. @param validate gives true or what is wrong */
export async function askLight(present = NO_LIGHT, validate: (answer: string) => string | true = () => true): Promise<string> {
  const { input, select } = await import("@inquirer/prompts");
  const kinds = Object.entries(KINDS).map(([value, { name }]) => ({ value, name }));
  const known = [ON_BOARD, NO_LIGHT].includes(present) ? [] : [{ value: present, name: `as it is: ${present}` }];
  const choices = [
    ...known,
    { value: ON_BOARD, name: "the LED on the board (D2, lit when low)" },
    ...kinds,
    { value: NO_LIGHT, name: "none" },
  ];
  const chosen = await select({ message: "Light", choices, default: present });
  const kind = KINDS[chosen as keyof typeof KINDS];
  return kind ? input({ message: kind.message, default: kind.initial, validate }) : chosen;
}
