/** The kernels' store as a script of its own, folded as the firmware is: opens the kernels, prints the code and what a call gives. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Op } from "../../src/crypto/crypto";
import { At } from "../../src/crypto/workspace";
import { bundleFirmware } from "../../tools/build/bundle";
import { compileFirmware } from "../../tools/build/compile";
import { withMachineCode } from "../../tools/build/machine-code";
import { minifyFirmware } from "../../tools/build/minify";
import { withWorkspaceAddress } from "../../tools/build/workspace-address";
import { trackedBlob } from "./kernels/kernels.testing";

const entry = "board/esp8266/kernel-boot";
const source = `const ram = new Uint8Array(${At.end});
import("./kernel-store").then((part) =>
  part.openKernels(ram, (code, call) => {
    print("opened", code, call && call(E.getAddressOf(ram, true), ${Op.equal + At.digest}, ${At.digest}, 32));
  }),
);
`;

let firmware: Promise<string> | undefined;

/** @returns the firmware, machine code included, the same one for all */
export function storeFirmware(): Promise<string> {
  firmware ??= buildFirmware();
  return firmware;
}

async function buildFirmware(): Promise<string> {
  const folder = await compileFirmware();
  writeFileSync(join(folder, `${entry}.js`), source);
  const { code } = await bundleFirmware({ folder, entry, virtual: new Map() });
  return withMachineCode(await minifyFirmware(withWorkspaceAddress(code)), trackedBlob);
}
