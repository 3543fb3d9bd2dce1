/** The light at a pin: lit for success, dark for all else. */
import type { LightConfig } from "../../src/apps/config";
import { Glow, type Light } from "../../src/transport";

/** @param config null for no light */
export function pinLight(config: LightConfig | null): Light {
  if (!config) return { show() {} };
  const pin = new Pin(config.pin);
  const lit = !config.activeLow;
  digitalWrite(pin, !lit);
  return {
    show(glow) {
      digitalWrite(pin, glow === Glow.success ? lit : !lit);
    },
  };
}
