/**
 * The portable twins behind the crypto interface: plain TypeScript for any engine, and the oracle for the native kernels.
 */
import type { CryptoCall } from "../transport";
import { aeadInit, aeadOpenFinish, aeadSeal, aeadStart, aeadUpdate } from "./aead";
import { Op } from "./crypto";
import { ecdsaSign, ecdsaVerify } from "./ecdsa";
import { equalPlaces } from "./equal";
import { expandLabel } from "./hkdf";
import { hmacSha256 } from "./hmac";
import { type CryptoMemory, Scratch } from "./memory";
import { mgf1Xor } from "./mgf1";
import { p256Public, p256Shared } from "./p256";
import { type RsaWork, rsaBegin, rsaContinue } from "./rsa";
import { sha1Final, sha1Init, sha1Update } from "./sha1";
import { sha256Constants, sha256Final, sha256Init, sha256Update } from "./sha256";
import { x25519Public, x25519Shared } from "./x25519";

/** The twin of Op.jsonScan: scanJson of status/json-scan.ts. */
export type JsonScan = (ram: Uint8Array, state: number, at: number, length: number) => number;

const enum Operand {
  operationMask = 0x1ff0000,
  placeMask = 0xffff,
  headerBytes = 5,
  hmacBytes = 32,
}

/**
 * Implements every Op on the workspace `ram` (its byteOffset a multiple of 4), except Op.hardwareRandom, which gives 0, as does Op.jsonScan
 * without `scan`.
 */
export function portableCrypto(ram: Uint8Array, scan?: JsonScan): CryptoCall {
  const m: CryptoMemory = { b: ram, w: new Int32Array(ram.buffer, ram.byteOffset, ram.length >> 2), k: sha256Constants() };
  let rsa: RsaWork | null = null;

  function hashes(operation: number, place: number, b: number, c: number): number {
    const state = place >> 2;
    if (operation === Op.sha256Update) sha256Update(m, state, b, c);
    else if (operation === Op.sha256Init) sha256Init(m, state);
    else if (operation === Op.sha256Final) sha256Final(m, state, b);
    else if (operation === Op.sha256) {
      sha256Init(m, Scratch.work);
      sha256Update(m, Scratch.work, place, b);
      sha256Final(m, Scratch.work, c);
    } else if (operation === Op.sha1Update) sha1Update(m, state, b, c);
    else if (operation === Op.sha1Init) sha1Init(m, state);
    else if (operation === Op.sha1Final) sha1Final(m, state, b);
    else if (operation === Op.hmac) hmacSha256(m, place, b, Operand.hmacBytes, c);
    else if (operation === Op.expandLabel) expandLabel(m, place, b, c);
    return 0;
  }

  function records(operation: number, place: number, b: number, c: number): number {
    const state = place >> 2;
    if (operation === Op.openUpdate) aeadUpdate(m, state, b, c, false);
    else if (operation === Op.openStart) aeadStart(m, state, b, Operand.headerBytes);
    else if (operation === Op.openFinish) return aeadOpenFinish(m, state, b);
    else if (operation === Op.seal) aeadSeal(m, state, b, c);
    else if (operation === Op.aeadInit) aeadInit(m, state, b, c);
    return 0;
  }

  function keys(operation: number, place: number, b: number, c: number): number {
    if (operation === Op.x25519Public) x25519Public(m, place, b);
    else if (operation === Op.x25519) return x25519Shared(m, place, b, c);
    else if (operation === Op.p256Public) return p256Public(m, place, b);
    else if (operation === Op.p256) return p256Shared(m, place, b, c);
    else if (operation === Op.ecdsaVerify) return ecdsaVerify(m, place, b, c);
    else if (operation === Op.ecdsaSign) return ecdsaSign(m, place, b, c);
    else if (operation === Op.rsaStart) {
      rsa = rsaBegin(m, place, b, c);
      return rsa ? 1 : 0;
    } else if (operation === Op.rsaStep) {
      if (rsa && rsaContinue(m, rsa, place)) return 1;
      rsa = null;
    } else if (operation === Op.mgf1Xor) mgf1Xor(m, place, b, c);
    return 0;
  }

  return function (opAndPlace: number, second?: number, third?: number): number {
    const operation = opAndPlace & Operand.operationMask;
    const place = opAndPlace & Operand.placeMask;
    const b = second as number;
    const c = third as number;
    if (operation < Op.aeadInit) return hashes(operation, place, b, c);
    if (operation < Op.x25519Public) return records(operation, place, b, c);
    if (operation < Op.equal) return keys(operation, place, b, c);
    if (operation === Op.equal) return equalPlaces(m.b, place, b, c) ? 1 : 0;
    if (operation === Op.jsonScan && scan) return scan(m.b, place, b, c);
    return 0;
  };
}
