/** The light as a script of its own, folded and minified as the firmware is: a global shows a state, `exec(glow)` (a name that the minifier leaves alone). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LightConfig } from "../../src/apps/config";
import { bundleFirmware } from "../../tools/build/bundle";
import { compileFirmware } from "../../tools/build/compile";
import { featuresPath } from "../../tools/build/features";
import { inlineFunctions } from "../../tools/build/inline/inline";
import { lightConstants } from "../../tools/build/light-constants";
import { minifyFirmware } from "../../tools/build/minify";

const entry = "board/esp8266/light-alone";
const source = `import { pinLight } from "./light";
const light = pinLight();
global.exec = light.show;
`;

/** @param light null for none */
export async function lightScript(light: LightConfig | null): Promise<string> {
  const folder = await compileFirmware();
  writeFileSync(join(folder, `${entry}.js`), source);
  const features = { usesLight: light !== null, usesColours: (light?.pins.length ?? 0) > 1, usesNeopixel: Boolean(light?.pixels) };
  const lines = Object.entries(features).map(([name, isOn]) => `export const ${name} = ${isOn};\n`);
  const virtual = new Map([["virtual:config", lightConstants(light)]]);
  const replace = new Map([[featuresPath, lines.join("")]]);
  return minifyFirmware(await inlineFunctions((await bundleFirmware({ folder, entry, virtual, replace })).code));
}
