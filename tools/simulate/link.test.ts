import type { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { VirtualTime } from "../virtual-board/virtual-time";
import { type LinkFault, openLink } from "./link";

interface Seen {
  board: string[];
  server: string[];
}

/** A connection on which the server greets with 10 bytes, then 10 more, and ends when the board does; and what both ends see until a second is over. */
async function talk(fault?: LinkFault, faultAfter?: number): Promise<Seen> {
  const time = new VirtualTime();
  const seen: Seen = { board: [], server: [] };
  const note = (list: string[], end: Duplex): void => {
    end.on("data", (chunk: Buffer) => list.push(`${time.now()} ${chunk.toString("latin1")}`));
    end.on("end", () => list.push(`${time.now()} end`));
    end.on("error", (error: NodeJS.ErrnoException) => list.push(`${time.now()} ${error.code}`));
  };
  const options = { latency: 10, perKilobyte: 1000, ...(fault ? { fault } : {}), ...(faultAfter === undefined ? {} : { faultAfter }) };
  const board = openLink(time, options, (server) => {
    note(seen.server, server);
    server.write("0123456789");
    server.write("abcdefghij");
  });
  note(seen.board, board);
  board.on("connect", () => {
    seen.board.push(`${time.now()} connect`);
    board.write("hello");
    time.after(100, () => board.end());
  });
  await new Promise<void>((resolve) => time.rest(1000, resolve));
  return seen;
}

describe("a connection within the process", () => {
  it("takes its time: two ways to connect, one for the bytes, more for many", async () => {
    expect(await talk()).toEqual({
      board: ["20 connect", "40 0123456789", "50 abcdefghij", "140 end"],
      server: ["30 hello", "130 end"],
    });
  });

  it.each<[LinkFault, string[]]>([
    ["refused", ["20 ECONNREFUSED"]],
    ["blackhole", []],
    ["silence", ["20 connect", "40 0123456789", "45 abcde"]],
    ["reset", ["20 connect", "30 ECONNRESET"]],
    ["garbled", ["20 connect", "40 0123456789", `50 abcde${String.fromCharCode(0x66 ^ 0x80)}ghij`, "140 end"]],
  ])("goes wrong: %s", async (fault, board) => {
    expect((await talk(fault, 15)).board).toEqual(board);
  });

  it("is closed in the middle of what is sent", async () => {
    const { board } = await talk("close", 0);
    expect(board).toEqual(["20 connect", "30 end"]);
  });
});
