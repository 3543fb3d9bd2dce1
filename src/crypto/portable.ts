/**
 * The portable twins behind the crypto interface: plain TypeScript for any engine, and the oracle for the native kernels.
 *
 * Where a twin says constant time, no branch and no index in its source depends on a secret. What an engine makes of that is its own affair: an
 * interpreter turns integers into doubles when they grow, a compiler guesses types, both collect garbage. An attacker who can time a JavaScript
 * process on its own machine is not kept out by this.
 */
import type { CryptoCall } from "../transport";
import { recordOperation } from "./aead";
import { Op } from "./crypto";
import { equalPlaces } from "./equal";
import { expandLabel } from "./hkdf";
import { hmacSha256 } from "./hmac";
import { keyOperation } from "./keys";
import { type CryptoMemory, Scratch } from "./memory";
import { sha1Final, sha1Init, sha1Update } from "./sha1";
import { sha256Constants, sha256Final, sha256Init, sha256Update } from "./sha256";

/** The twin of Op.jsonScan: scanJson of status/json-scan.ts. */
export type JsonScan = (ram: Uint8Array, state: number, at: number, length: number) => number;

const enum Operand {
  operationMask = 0x1ff0000,
  placeMask = 0xffff,
  hmacBytes = 32,
}

/** @part */
function sha1Operation(m: CryptoMemory, operation: number, state: number, b: number, c: number): void {
  if (operation === Op.sha1Update) sha1Update(m, state, b, c);
  else if (operation === Op.sha1Init) sha1Init(m, state);
  else sha1Final(m, state, b);
}

/** @part */
function secretOperation(m: CryptoMemory, operation: number, place: number, b: number, c: number): void {
  if (operation === Op.hmac) hmacSha256(m, place, b, Operand.hmacBytes, c);
  else expandLabel(m, place, b, c);
}

/** Does any of the operations from Op.sha256Init to Op.expandLabel. */
function hashOperation(m: CryptoMemory, operation: number, place: number, b: number, c: number): void {
  const state = place >> 2;
  if (operation === Op.sha256Update) sha256Update(m, state, b, c);
  else if (operation === Op.sha256Init) sha256Init(m, state);
  else if (operation === Op.sha256Final) sha256Final(m, state, b);
  else if (operation === Op.sha256) {
    sha256Init(m, Scratch.work);
    sha256Update(m, Scratch.work, place, b);
    sha256Final(m, Scratch.work, c);
  } else if (operation >= Op.hmac) secretOperation(m, operation, place, b, c);
  else sha1Operation(m, operation, state, b, c);
}

/**
 * Implements every Op on the workspace `ram` (its byteOffset a multiple of 4), except Op.hardwareRandom, which gives 0, as does Op.jsonScan
 * without `scan`.
 */
export function portableCrypto(ram: Uint8Array, scan?: JsonScan): CryptoCall {
  const m: CryptoMemory = { b: ram, w: new Int32Array(ram.buffer, ram.byteOffset, ram.length >> 2), k: sha256Constants(), rsa: null };
  return function (opAndPlace: number, b?: number, c?: number): number {
    const operation = opAndPlace & Operand.operationMask;
    const place = opAndPlace & Operand.placeMask;
    if (operation < Op.aeadInit) {
      hashOperation(m, operation, place, b as number, c as number);
      return 0;
    }
    if (operation < Op.x25519Public) return recordOperation(m, operation, place >> 2, b as number, c as number);
    if (operation < Op.equal) return keyOperation(m, operation, place, b as number, c as number);
    if (operation === Op.equal) return equalPlaces(m.b, place, b as number, c as number) ? 1 : 0;
    if (operation === Op.jsonScan && scan) return scan(m.b, place, b as number, c as number);
    return 0;
  };
}
