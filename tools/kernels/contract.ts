/** The numbers that the kernels share with the firmware, as a C header: operations, labels, suites, the workspace's map and the JSON scanner's state. */
import * as crypto from "../../src/crypto/crypto";
import * as workspace from "../../src/crypto/workspace";
import * as json from "../../src/status/json-state";

type Enum = Record<string, string | number>;

/** The names and values of a TypeScript enum, without the reverse mapping. */
function members(values: Enum): [string, number][] {
  return Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === "number");
}

/** The text of contract.h: for each enum E and member m a C constant E_m. */
export function contractHeader(): string {
  const enums = { ...crypto, ...workspace, ...json } as unknown as Record<string, Enum>;
  const blocks = Object.keys(enums).map((name) => {
    const lines = members(enums[name]).map(([member, value]) => `  ${name}_${member} = 0x${value.toString(16)},\n`);
    return `enum {\n${lines.join("")}};\n`;
  });
  return `#ifndef CONTRACT_H\n#define CONTRACT_H\n${blocks.join("")}#endif\n`;
}
