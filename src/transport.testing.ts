/** A board for tests in Node: memory, a console that remembers, a clock that is set by hand, and no network. */
import { Op } from "./crypto/crypto";
import { scanJson } from "./status/json-scan";
import type { Board, ByteSink, Bytes, Glow } from "./transport";

/** Where playPieces puts bytes, and how many at a time. */
export const piecePlace = 3072;
const pieceSize = 540;
/** Memory that nobody has written to holds this. */
const unset = 0xa5;

export interface FakeBoard extends Board {
  lines: string[];
  shown: Glow[];
}

/** Of crypto it has the JSON scanner only. @param randomByte gives 0 to 255 */
export function fakeBoard(randomByte: () => number = () => 0): FakeBoard {
  const ram = new Uint8Array(piecePlace + pieceSize).fill(unset);
  const lines: string[] = [];
  const shown: Glow[] = [];
  let started = "";
  return {
    ram,
    lines,
    shown,
    crypto(opAndPlace, b = 0, c = 0) {
      if ((opAndPlace & ~0xffff) !== Op.jsonScan) throw new Error(`no such operation: ${opAndPlace.toString(16)}`);
      return scanJson(ram, opAndPlace & 0xffff, b, c);
    },
    clock: { after: () => undefined, cancel() {} },
    network: {
      joinWifi() {},
      isUp: () => false,
      open() {
        throw new Error("no network");
      },
    },
    console: {
      line(text) {
        lines.push(started + text);
        started = "";
      },
      put(text) {
        started += text;
      },
    },
    light: { show: (glow) => void shown.push(glow) },
    patience: { join: 1000, tcp: 1000, handshake: 1000, response: 1000 },
    copyIn(chunk, at) {
      ram.set(Buffer.from(chunk, "latin1"), at);
    },
    copyOut: (from, to) => Buffer.from(ram.subarray(from, to)).toString("latin1"),
    time: () => Date.now() / 1000,
    random(at, length) {
      for (let i = 0; i < length; i++) ram[at + i] = randomByte();
      return 0;
    },
    restart() {},
  };
}

/** Brings one chunk to a sink as the record layer does: through the workspace, in pieces that fit it. */
export function playPiece(board: Board, sink: ByteSink, chunk: Bytes): void {
  for (let at = 0; at < chunk.length; at += pieceSize) {
    const piece = chunk.substring(at, at + pieceSize);
    board.copyIn(piece, piecePlace);
    sink.bytes(piecePlace, piece.length);
  }
}

/**
 * Brings chunks as records that stream: each is first forged, rolled back, and then comes as it is and is committed.
 * @param forgeries what comes before each chunk; "" for none
 */
export function playProvisional(board: Board, sink: ByteSink, chunks: Bytes[], forgeries: Bytes[]): void {
  chunks.forEach((chunk, i) => {
    sink.mark();
    try {
      playPiece(board, sink, forgeries[i] ?? "");
    } catch (error) {
      if (typeof error !== "number") throw error;
    }
    sink.rollback();
    sink.mark();
    playPiece(board, sink, chunk);
    sink.commit();
  });
}

/** Cuts bytes into chunks at random places. @param random gives whole numbers from 0 on */
export function cutAtRandom(bytes: Bytes, random: () => number): Bytes[] {
  const chunks: Bytes[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + (random() % 3 ? random() % 300 : random() % 4);
    chunks.push(bytes.substring(at, at + size));
    at += size;
  }
  return chunks;
}
