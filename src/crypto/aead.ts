/**
 * Record protection (RFC 8446 section 5.2): one state, either suite. Opening takes a record in pieces; sealing is one call.
 */
import { chachaCrypt, chachaMac, chachaStart, chachaTag } from "./chacha20-poly1305";
import { Suite } from "./crypto";
import { equalPlaces } from "./equal";
import { expandLabelText } from "./hkdf";
import { type CryptoMemory, Scratch } from "./memory";
import { nextNonce, RecordState } from "./record-state";

const enum Size {
  chachaKey = 32,
  aesKey = 16,
  iv = 12,
  tag = 16,
  header = 5,
}

/** Derives key and IV from the 32-byte traffic secret at `secret`; sequence number 0. */
export function aeadInit(m: CryptoMemory, state: number, suite: number, secret: number): void {
  expandLabelText(m, secret, "key", -1, suite === Suite.TLS_AES_128_GCM_SHA256 ? Size.aesKey : Size.chachaKey, state * 4);
  expandLabelText(m, secret, "iv", -1, Size.iv, (state + RecordState.iv) * 4);
  aeadKeyed(m, state, suite);
}

/** Begins with the raw key at the state's first byte and the IV at its place. */
export function aeadKeyed(m: CryptoMemory, state: number, suite: number): void {
  m.w[state + RecordState.suite] = suite;
  m.w[state + RecordState.sequence] = 0;
}

/** Begins the next record, with `length` bytes of additional data at `additional`. */
export function aeadStart(m: CryptoMemory, state: number, additional: number, length: number): void {
  nextNonce(m.w, state);
  m.w[state + RecordState.additional] = length;
  chachaStart(m, state, additional, length);
}

export function aeadOpenUpdate(m: CryptoMemory, state: number, at: number, length: number): void {
  chachaMac(m, state, at, length);
  chachaCrypt(m, state, at, length);
}

/** 1 if the 16 bytes at `tag` are the record's tag, else 0. */
export function aeadOpenFinish(m: CryptoMemory, state: number, tag: number): number {
  chachaTag(m, state, Scratch.digest * 4);
  return equalPlaces(m.b, tag, Scratch.digest * 4, Size.tag) ? 1 : 0;
}

/** Seals one record in place: header at `at - 5`, tag written at `at + length`. */
export function aeadSeal(m: CryptoMemory, state: number, at: number, length: number): void {
  aeadStart(m, state, at - Size.header, Size.header);
  chachaCrypt(m, state, at, length);
  chachaMac(m, state, at, length);
  chachaTag(m, state, at + length);
}
