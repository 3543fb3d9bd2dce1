import { expect, test } from "vitest";
import { findProblem } from "./check";
import type { ConfigFile, LightFile } from "./config-file";
import { lightConfig } from "./light";

const problemOf = (light: unknown) => {
  const config: ConfigFile = {
    wifi: { ssid: "net", password: "" },
    server: { host: "api.github.com", fingerprints: ["00".repeat(20)] },
    status: { owner: "a", repo: "b", ref: "c", intervalSeconds: 300 },
    light: light as LightFile,
  };
  const problem = findProblem(config);
  return problem && `${problem.path} ${problem.message}`;
};

const rgb = ["D12", "D13", "D14"];

test.each([
  [{}, "light must have one of pin, rgb and neopixel, and has none of them"],
  [{ activeLow: true }, "light must have one of pin, rgb and neopixel, and has none of them"],
  [{ pin: "D2", rgb }, "light must have one of pin, rgb and neopixel, and has pin and rgb"],
  [{ rgb: ["D12", "D13"] }, "light.rgb must have 3 entries"],
  [{ rgb: [...rgb, "D15"] }, "light.rgb must have 3 entries or fewer"],
  [{ rgb: ["D12", "NodeMCU.D6", "D14"] }, "light.rgb names a pin twice"],
  [{ rgb: ["D12", "D13", "D9"] }, /^light\.rgb\.2 is not right; it must be: GPIO 0, 2, 4, 5 or/],
  [{ rgb: ["D12", "D13", "NodeMCU.D9"] }, /^light\.rgb\.2 is not right/],
  [{ neopixel: "D3" }, /^light\.neopixel is not right/],
  [{ neopixel: "D7" }, /^light\.neopixel is not right/],
  [{ neopixel: "NodeMCU.D0" }, "light.neopixel cannot be GPIO 16, which is too slow for NeoPixels"],
  [{ neopixel: "D4", activeLow: true }, "light.activeLow is not for NeoPixels"],
  [{ neopixel: "D4", count: 65 }, "light.count must be 64 or less"],
  [{ neopixel: "D4", order: "BGR" }, "light.order must be one of GRB, RGB"],
  [{ pin: "D4", count: 2 }, "light.count is for NeoPixels only"],
  [{ rgb, order: "RGB" }, "light.order is for NeoPixels only"],
  [{ pin: "D4", brightness: 0 }, "light.brightness must be 1 or more"],
  [{ pin: "D4", brightnes: 9 }, /^light\.brightnes is not a key that is known.*brightness/],
])("%o is refused", (light, problem) => {
  expect(problemOf(light)).toEqual(problem instanceof RegExp ? expect.stringMatching(problem) : problem);
});

test.each([
  [
    { pin: "D2", activeLow: true },
    { pins: [2], activeLow: true, brightness: 100, pixels: null },
  ],
  [{ pin: "NodeMCU.D4" }, { pins: [2], activeLow: false, brightness: 100, pixels: null }],
  [
    { rgb: ["D12", "NodeMCU.D7", "D16"], brightness: 30 },
    { pins: [12, 13, 16], activeLow: false, brightness: 30, pixels: null },
  ],
  [{ neopixel: "D4" }, { pins: [4], activeLow: false, brightness: 20, pixels: { count: 1, order: "GRB" } }],
  [
    { neopixel: "D4", count: 8, order: "RGB", brightness: 100 },
    { pins: [4], activeLow: false, brightness: 100, pixels: { count: 8, order: "RGB" } },
  ],
])("%o is taken", (light, config) => {
  expect(problemOf(light)).toBeNull();
  expect(lightConfig(light as LightFile)).toEqual(config);
});

test("no light is fine", () => expect(problemOf(undefined)).toBeNull());
