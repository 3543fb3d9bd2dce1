/**
 * Record protection (RFC 8446 section 5.2): one state, either suite. Opening takes a record in pieces; sealing is one call.
 */
import { gcmStep } from "./aes-128-gcm";
import { chachaStep } from "./chacha20-poly1305";
import { Op, Suite } from "./crypto";
import { equalPlaces } from "./equal";
import { expandLabelText } from "./hkdf";
import { type CryptoMemory, Scratch } from "./memory";
import { nextNonce, RecordState, RecordStep, startSequence } from "./record-state";

const enum Size {
  chachaKey = 32,
  aesKey = 16,
  iv = 12,
  tag = 16,
  header = 5,
  noContext = -1,
}

/** Does a step of the suite that the state is for. */
function aeadStep(m: CryptoMemory, state: number, step: number, at: number, length: number): void {
  if (m.w[state + RecordState.suite] === Suite.TLS_AES_128_GCM_SHA256) gcmStep(m, state, step, at, length);
  else chachaStep(m, state, step, at, length);
}

/**
 * Derives key and IV from the 32-byte traffic secret at `secret` to their places in the state.
 * @part
 */
function deriveRecordKey(m: CryptoMemory, state: number, suite: number, secret: number): void {
  const keyBytes = suite === Suite.TLS_AES_128_GCM_SHA256 ? Size.aesKey : Size.chachaKey;
  expandLabelText(m, secret, "key", Size.noContext, keyBytes, state * 4);
  expandLabelText(m, secret, "iv", Size.noContext, Size.iv, (state + RecordState.nonce) * 4);
}

/** Begins with the raw key at the state's first byte and the IV at the nonce's place; sequence number 0. */
export function aeadKeyed(m: CryptoMemory, state: number, suite: number): void {
  m.w[state + RecordState.suite] = suite;
  startSequence(m.w, state);
  aeadStep(m, state, RecordStep.key, 0, 0);
}

/** Begins the next record, with `length` bytes of additional data at `additional`. */
export function aeadStart(m: CryptoMemory, state: number, additional: number, length: number): void {
  nextNonce(m.w, state);
  m.w[state + RecordState.additional] = length;
  aeadStep(m, state, RecordStep.start, additional, length);
}

/** How many zero bytes b[at .. at+length) ends with. */
function trailingZeros(b: Uint8Array, at: number, length: number): number {
  let zeros = 0;
  while (zeros < length && b[at + length - 1 - zeros] === 0) zeros++;
  return zeros;
}

/**
 * Does Op.openStart, Op.openUpdate, Op.openFinish, Op.seal or Op.aeadInit. `state` is a word index.
 * @part
 */
export function recordOperation(m: CryptoMemory, operation: number, state: number, b: number, c: number): number {
  const tag = Scratch.digest * 4;
  if (operation === Op.openUpdate) {
    aeadStep(m, state, RecordStep.open, b, c);
    return trailingZeros(m.b, b, c);
  }
  if (operation === Op.openStart) aeadStart(m, state, b, Size.header);
  else if (operation === Op.openFinish) {
    aeadStep(m, state, RecordStep.tag, tag, 0);
    return equalPlaces(m.b, b, tag, Size.tag) ? 1 : 0;
  } else if (operation === Op.seal) {
    aeadStart(m, state, b - Size.header, Size.header);
    aeadStep(m, state, RecordStep.seal, b, c);
    aeadStep(m, state, RecordStep.tag, b + c, 0);
  } else {
    deriveRecordKey(m, state, b, c);
    aeadKeyed(m, state, b);
  }
  return 0;
}
