import { beforeAll, describe, expect, it } from "vitest";
import { recordOnEspruino, recordOnVirtualBoard, type SocketRecord } from "./record-socket-events";

const binary = process.env.ESPRUINO_BIN;

/** Where the ESP8266's network layer (which the virtual board follows) is not that of Linux; README.md says why. */
const DIFFERENT: Record<string, { espruino: string[] | null; virtual: string[] }> = {
  reset: {
    espruino: ["connect", "drain", "drain", "end", "close false"],
    virtual: ["connect", "drain", "drain", "error -9", "end", "close true"],
  },
  refuse: { espruino: ["connect threw object"], virtual: ["error -9", "end", "close true"] },
  unknownHost: { espruino: ["connect threw object"], virtual: ["error -6", "end", "close true"] },
  // On Linux it depends on the moment whether everything was handed to the kernel before the end was seen.
  closedWhileSending: { espruino: null, virtual: ["connect", "drain", "data 6", "error -8", "end", "close true"] },
};

/** Data events that follow each other as one: an ordinary Linux build reads 536 bytes at a time. */
function summed({ client, server }: SocketRecord[string]): SocketRecord[string] {
  const text = client.join();
  const total = (run: string): string => "data " + run.split(",").reduce((sum, event) => sum + Number(event.slice(5)), 0);
  return { client: text.replace(/data \d+(,data \d+)*/g, total).split(","), server };
}

describe("socket events of the virtual board", () => {
  let virtual: SocketRecord;
  beforeAll(async () => {
    virtual = await recordOnVirtualBoard();
  });

  it("come in Espruino's order, in chunks of 268 bytes", () => {
    const data = [...Array(18).fill("data 268"), "data 176"];
    expect(virtual.big!.client).toEqual(["connect", "drain", "drain", ...data, "end", "close false"]);
    expect(virtual.queuedEnd!.server).toEqual(["end after 1000", "close"]);
  });

  it.each(Object.keys(DIFFERENT))("are the chip's where Linux differs: %s", (name) => {
    expect(virtual[name]!.client).toEqual(DIFFERENT[name]!.virtual);
  });

  it.skipIf(!binary)("are those of a real Espruino (needs ESPRUINO_BIN)", async () => {
    const real = await recordOnEspruino(binary!);
    expect(Object.keys(real)).toEqual(Object.keys(virtual));
    const sameChunks = real.big!.client.includes("data 268");
    for (const name of Object.keys(real).filter((one) => sameChunks || one !== "lateListener")) {
      const shown = (record: SocketRecord): unknown => [name, sameChunks ? record[name] : summed(record[name]!)];
      const different = DIFFERENT[name];
      if (different?.espruino) expect([name, real[name]!.client]).toEqual([name, different.espruino]);
      if (!different) expect(shown(real)).toEqual(shown(virtual));
    }
  });
});
