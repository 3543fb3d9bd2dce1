/** The numbers that the kernels share with the firmware, as a C header: operations, labels, suites, the workspace's map and the JSON scanner's state. */
import { Label, Op, Suite } from "../../src/crypto/crypto";
import { At } from "../../src/crypto/workspace";
import { JsonEvent, JsonFlag, JsonLimit, JsonState, JsonStep } from "../../src/status/json-state";

/** The names and values of a TypeScript enum, without the reverse mapping. */
function members(values: Record<string, string | number>): [string, number][] {
  return Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === "number");
}

/** The text of contract.h: for each enum E and member m a C constant E_m. */
export function contractHeader(): string {
  const enums: Record<string, Record<string, string | number>> = {
    Op,
    Label,
    Suite,
    At,
    JsonState,
    JsonStep,
    JsonEvent,
    JsonFlag,
    JsonLimit,
  };
  const blocks = Object.entries(enums).map(([name, values]) => {
    const lines = members(values).map(([member, value]) => `  ${name}_${member} = 0x${value.toString(16)},\n`);
    return `enum {\n${lines.join("")}};\n`;
  });
  return `#ifndef CONTRACT_H\n#define CONTRACT_H\n${blocks.join("")}#endif\n`;
}
