/** A board for the tests of x509 and trust: a workspace with the portable crypto. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { portableCrypto } from "../crypto/portable";
import { At } from "../crypto/workspace";
import type { Board } from "../transport";
import { fakeBoard } from "../transport.testing";

/** Where the tests put messages. */
export const messagePlace = At.message;

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

/** signature^65537 mod modulus, of the modulus's length. */
export function openRsa(signature: Uint8Array, modulus: Uint8Array): Buffer {
  const m = numberOf(modulus);
  const s = numberOf(signature);
  let result = s;
  for (let i = 0; i < 16; i++) result = (result * result) % m;
  result = (result * s) % m;
  return Buffer.from(result.toString(16).padStart(modulus.length * 2, "0"), "hex");
}

export function mgf1(seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++)
    blocks.push(
      createHash("sha256")
        .update(seed)
        .update(Buffer.from([0, 0, 0, i]))
        .digest(),
    );
  return Buffer.concat(blocks).subarray(0, length);
}

export function cryptoBoard(): Board {
  const ram = new Uint8Array(At.end);
  return {
    ...fakeBoard(),
    ram,
    crypto: portableCrypto(ram),
    copyIn(chunk, at) {
      ram.set(Buffer.from(chunk, "latin1"), at);
    },
    copyOut: (from, to) => Buffer.from(ram.subarray(from, to)).toString("latin1"),
  };
}

/** Offsets outside the places of the trust checks (At.hash, sha1, digest, temp, scratch, and messagePlace to `messageEnd`) that no longer hold 0x5a. */
export function touchedElsewhere(board: Board, messageEnd: number): number[] {
  const others = [
    [At.transcript, At.hash],
    [At.readState, At.digest],
    [At.privateKey, At.scratch],
    [At.record, At.message],
    [messageEnd, At.end],
  ];
  return others.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)).filter((at) => board.ram[at] !== 0x5a);
}

/** What a function that should throw an ErrorCode threw; 0 if it threw nothing. Anything but a number is thrown on. */
export function codeOf(f: () => unknown): number {
  try {
    f();
  } catch (e) {
    if (typeof e !== "number") throw e;
    return e;
  }
  return 0;
}

interface WycheproofGroup {
  publicKey: { uncompressed: string; modulus: string };
  tests: { tcId: number; comment: string; msg: string; sig: string; result: "valid" | "invalid" }[];
}

const wycheproofFolder = new URL("../../../shared/wycheproof/", import.meta.url);
export const hasWycheproof = existsSync(wycheproofFolder);

export function readWycheproof(name: string): { numberOfTests: number; testGroups: WycheproofGroup[] } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, wycheproofFolder), "utf8"));
}
