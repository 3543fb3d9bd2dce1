/**
 * AES-128-GCM with nonces of 96 bits (NIST SP 800-38D section 7), one record at a time, in pieces of any size. Constant time in key and data.
 *
 * A state (word indices): key schedule 0..43, hash key 44..47, GHASH so far 48..51, key stream 52..55, then what record-state.ts says.
 */
import { aesEncryptPair, aesSchedule } from "./aes";
import { ghashMultiply } from "./ghash";
import { type CryptoMemory, Scratch } from "./memory";
import { RecordState, RecordStep, swapBytes } from "./record-state";

const enum GcmState {
  hashKey = 44,
  hash = 48,
  stream = 52,
}

const enum Gcm {
  blockBytes = 16,
  blockWords = 4,
  blockShift = 4,
  /** Two blocks of key stream, 8 words, past what aes.ts uses of the scratch. */
  pair = Scratch.fields + 16,
  nonceWords = 3,
  /** The counter's first value is for the tag, the data begin with the next (section 7.1). */
  tagCounter = 1,
  dataCounter = 2,
}

/**
 * Prepares the state from the 16 key bytes at its start.
 * @part
 */
function gcmKey(m: CryptoMemory, state: number): void {
  const w = m.w;
  aesSchedule(m, state);
  w.subarray(Gcm.pair, Gcm.pair + 2 * Gcm.blockWords).fill(0);
  aesEncryptPair(m, state, Gcm.pair);
  w.set(w.subarray(Gcm.pair, Gcm.pair + Gcm.blockWords), state + GcmState.hashKey);
}

/** Two blocks of key stream at Gcm.pair, those of `counter` and the next. */
function gcmStream(m: CryptoMemory, state: number, counter: number): void {
  const w = m.w;
  const nonce = w.subarray(state + RecordState.nonce, state + RecordState.nonce + Gcm.nonceWords);
  w.set(nonce, Gcm.pair);
  w[Gcm.pair + Gcm.nonceWords] = swapBytes(counter);
  w.set(nonce, Gcm.pair + Gcm.blockWords);
  w[Gcm.pair + Gcm.blockWords + Gcm.nonceWords] = swapBytes(counter + 1);
  aesEncryptPair(m, state, Gcm.pair);
}

/** Begins a record with the state's nonce and its additional data. */
function gcmStart(m: CryptoMemory, state: number, additional: number, length: number): void {
  const b = m.b;
  const hash = (state + GcmState.hash) * 4;
  let i = 0;
  b.subarray(hash, hash + Gcm.blockBytes).fill(0);
  while (i < length) {
    b[hash + (i & (Gcm.blockBytes - 1))] ^= b[additional + i];
    i++;
    if (i === length || (i & (Gcm.blockBytes - 1)) === 0) ghashMultiply(m.w, state + GcmState.hash, state + GcmState.hashKey);
  }
}

/** Decrypts b[at .. at+length) in place, or encrypts it where `sealing` is true, and takes the ciphertext into the hash. */
function gcmUpdate(m: CryptoMemory, state: number, at: number, length: number, sealing: boolean): void {
  const b = m.b;
  const w = m.w;
  const hash = (state + GcmState.hash) * 4;
  const stream = (state + GcmState.stream) * 4;
  const end = at + length;
  let count = w[state + RecordState.count];
  let hasNext = false;
  let offset = 0;
  let x = 0;
  let y = 0;
  while (at < end) {
    offset = count & (Gcm.blockBytes - 1);
    if (offset === 0) {
      if (!hasNext) gcmStream(m, state, (count >> Gcm.blockShift) + Gcm.dataCounter);
      x = hasNext ? Gcm.pair + Gcm.blockWords : Gcm.pair;
      w.set(w.subarray(x, x + Gcm.blockWords), state + GcmState.stream);
      hasNext = !hasNext;
    }
    x = b[at];
    y = x ^ b[stream + offset];
    b[hash + offset] ^= sealing ? y : x;
    b[at++] = y;
    count++;
    if (offset === Gcm.blockBytes - 1) ghashMultiply(w, state + GcmState.hash, state + GcmState.hashKey);
  }
  w[state + RecordState.count] = count;
}

/** Writes the record's tag, 16 bytes, to byte offset `out`. */
function gcmTag(m: CryptoMemory, state: number, out: number): void {
  const b = m.b;
  const w = m.w;
  const hash = state + GcmState.hash;
  const count = w[state + RecordState.count];
  let i = 0;
  if (count & (Gcm.blockBytes - 1)) ghashMultiply(w, hash, state + GcmState.hashKey);
  w[hash + 1] ^= swapBytes(w[state + RecordState.additional] << 3);
  w[hash + 3] ^= swapBytes(count << 3);
  ghashMultiply(w, hash, state + GcmState.hashKey);
  gcmStream(m, state, Gcm.tagCounter);
  for (i = 0; i < Gcm.blockBytes; i++) b[out + i] = b[hash * 4 + i] ^ b[Gcm.pair * 4 + i];
}

/**
 * Does a step for the state at word index `state`.
 * @part
 */
export function gcmStep(m: CryptoMemory, state: number, step: number, at: number, length: number): void {
  if (step === RecordStep.key) gcmKey(m, state);
  else if (step === RecordStep.start) gcmStart(m, state, at, length);
  else if (step === RecordStep.tag) gcmTag(m, state, at);
  else gcmUpdate(m, state, at, length, step === RecordStep.seal);
}
