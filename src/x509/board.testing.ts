/** A board for this room's tests: a workspace with the portable crypto, and RSA by Node, which takes three steps. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { Op } from "../crypto/crypto";
import { portableCrypto } from "../crypto/portable";
import { At } from "../crypto/workspace";
import type { Board } from "../transport";
import { fakeBoard } from "../transport.testing";

/** Where the tests put messages. */
export const messagePlace = At.message;

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

/** base^exponent mod modulus, of the modulus's length. */
export function power(base: Uint8Array, exponent: bigint, modulus: Uint8Array): Buffer {
  const m = numberOf(modulus);
  let result = 1n;
  for (let b = numberOf(base) % m, e = exponent; e > 0n; e >>= 1n, b = (b * b) % m) if (e & 1n) result = (result * b) % m;
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
  const portable = portableCrypto(ram);
  let steps = 0;
  let modulus = ram;
  let signature = ram;
  return {
    ...fakeBoard(),
    ram,
    crypto(opAndPlace, b = 0, c = 0) {
      const op = opAndPlace & 0x1ff0000;
      const place = opAndPlace & 0xffff;
      if (op === Op.rsaStart) {
        modulus = ram.subarray(place, place + b);
        signature = ram.subarray(c, c + b);
        steps = 3;
        return modulus[b - 1] & 1 && numberOf(signature) < numberOf(modulus) ? 1 : 0;
      }
      if (op === Op.rsaStep) {
        if (--steps) return 1;
        ram.set(power(signature, 65537n, modulus), place);
        return 0;
      }
      if (op === Op.mgf1Xor) {
        mgf1(ram.subarray(place, place + 32), c).forEach((byte, i) => {
          ram[b + i] ^= byte;
        });
        return 0;
      }
      return portable(opAndPlace, b, c);
    },
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
