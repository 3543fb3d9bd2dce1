/**
 * Record protection (RFC 8446 section 5.2): one state, either suite. Opening takes a record in pieces; sealing is one call.
 */
import { gcmKey, gcmStart, gcmTag, gcmUpdate } from "./aes-128-gcm";
import { chachaStart, chachaTag, chachaUpdate } from "./chacha20-poly1305";
import { Suite } from "./crypto";
import { equalPlaces } from "./equal";
import { expandLabelText } from "./hkdf";
import { type CryptoMemory, Scratch } from "./memory";
import { nextNonce, RecordState, startSequence } from "./record-state";

const enum Size {
  chachaKey = 32,
  aesKey = 16,
  iv = 12,
  tag = 16,
  header = 5,
  noContext = -1,
}

function isGcm(w: Int32Array, state: number): boolean {
  return w[state + RecordState.suite] === Suite.TLS_AES_128_GCM_SHA256;
}

/** Derives key and IV from the 32-byte traffic secret at `secret`; sequence number 0. */
export function aeadInit(m: CryptoMemory, state: number, suite: number, secret: number): void {
  const keyBytes = suite === Suite.TLS_AES_128_GCM_SHA256 ? Size.aesKey : Size.chachaKey;
  expandLabelText(m, secret, "key", Size.noContext, keyBytes, state * 4);
  expandLabelText(m, secret, "iv", Size.noContext, Size.iv, (state + RecordState.nonce) * 4);
  aeadKeyed(m, state, suite);
}

/** Begins with the raw key at the state's first byte and the IV at the nonce's place. */
export function aeadKeyed(m: CryptoMemory, state: number, suite: number): void {
  m.w[state + RecordState.suite] = suite;
  startSequence(m.w, state);
  if (isGcm(m.w, state)) gcmKey(m, state);
}

/** Begins the next record, with `length` bytes of additional data at `additional`. */
export function aeadStart(m: CryptoMemory, state: number, additional: number, length: number): void {
  nextNonce(m.w, state);
  m.w[state + RecordState.additional] = length;
  if (isGcm(m.w, state)) gcmStart(m, state, additional, length);
  else chachaStart(m, state, additional, length);
}

/** Decrypts b[at .. at+length) in place, or encrypts it where `sealing` is true. */
export function aeadUpdate(m: CryptoMemory, state: number, at: number, length: number, sealing: boolean): void {
  if (isGcm(m.w, state)) gcmUpdate(m, state, at, length, sealing);
  else chachaUpdate(m, state, at, length, sealing);
}

/** Writes the record's tag, 16 bytes, to byte offset `out`. */
export function aeadTag(m: CryptoMemory, state: number, out: number): void {
  if (isGcm(m.w, state)) gcmTag(m, state, out);
  else chachaTag(m, state, out);
}

/** 1 if the 16 bytes at `tag` are the record's tag, else 0. */
export function aeadOpenFinish(m: CryptoMemory, state: number, tag: number): number {
  aeadTag(m, state, Scratch.digest * 4);
  return equalPlaces(m.b, tag, Scratch.digest * 4, Size.tag) ? 1 : 0;
}

/** Seals one record in place: header at `at - 5`, tag written at `at + length`. */
export function aeadSeal(m: CryptoMemory, state: number, at: number, length: number): void {
  aeadStart(m, state, at - Size.header, Size.header);
  aeadUpdate(m, state, at, length, true);
  aeadTag(m, state, at + length);
}
