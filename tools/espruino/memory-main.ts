/** npm run memory: what the ESP8266's firmware takes of its 1600 variables, measured on an Espruino with the board's limits. */

import { type MemoryCase, measureMemory } from "./memory";
import { espruino1600Bin, howToGetEspruino } from "./run";

const cases: MemoryCase[] = [
  { name: "512-byte records", standIn: { recordSize: 512 } },
  { name: "16 KB records", standIn: { recordSize: 16384 } },
  { name: "16 KB records, chunked", standIn: { recordSize: 16384, framing: "chunked" } },
  { name: "16 KB records, RSA-2048", standIn: { recordSize: 16384, leafKey: "rsa2048" } },
];
const columns = [10, 10, 10];

async function main(): Promise<void> {
  if (!espruino1600Bin) {
    console.error(howToGetEspruino("ESPRUINO_1600_BIN"));
    process.exitCode = 1;
    return;
  }
  console.log(
    `${"variables in use, arena included".padEnd(34)}${["at rest", "handshake", "response"].map((text, i) => text.padStart(columns[i]!)).join("")}`,
  );
  for (const one of cases) {
    try {
      const { rest, handshake, response } = await measureMemory(espruino1600Bin, one);
      console.log(`${one.name.padEnd(34)}${[rest, handshake, response].map((figure, i) => String(figure).padStart(columns[i]!)).join("")}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(
        `${one.name.padEnd(34)} ${(error as Error).message.includes("OUT OF MEMORY") ? "out of memory" : (error as Error).message}`,
      );
    }
  }
}

await main();
process.exit();
