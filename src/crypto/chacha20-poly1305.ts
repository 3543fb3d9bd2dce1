/**
 * AEAD_CHACHA20_POLY1305 (RFC 8439 section 2.8), one record at a time, in pieces of any size. Constant time in key and data.
 *
 * A state (word indices): key 0..7, key stream 8..23, Poly1305 24..44, then what record-state.ts says.
 */
import { chacha20Block } from "./chacha20";
import { type CryptoMemory, Scratch } from "./memory";
import { poly1305Finish, poly1305Init, poly1305Pad, poly1305Update } from "./poly1305";
import { RecordState, RecordStep } from "./record-state";

const enum ChaChaState {
  stream = 8,
  poly = 24,
}

const enum Bytes {
  block = 64,
  blockShift = 6,
  tag = 16,
}

/** Begins a record with the state's nonce and its additional data. */
function chachaStart(m: CryptoMemory, state: number, additional: number, length: number): void {
  const stream = state + ChaChaState.stream;
  chacha20Block(m, state, state + RecordState.nonce, 0, stream);
  poly1305Init(m, state + ChaChaState.poly, stream * 4);
  poly1305Update(m, state + ChaChaState.poly, additional, length);
  poly1305Pad(m, state + ChaChaState.poly);
}

/** XORs the key stream into b[at .. at+length). */
function chachaCrypt(m: CryptoMemory, state: number, at: number, length: number): void {
  const b = m.b;
  const stream = (state + ChaChaState.stream) * 4;
  const end = at + length;
  let count = m.w[state + RecordState.count];
  let offset = 0;
  let next = 0;
  while (at < end) {
    offset = count & (Bytes.block - 1);
    if (offset === 0) chacha20Block(m, state, state + RecordState.nonce, (count >> Bytes.blockShift) + 1, state + ChaChaState.stream);
    next = at + Bytes.block - offset;
    if (next > end) next = end;
    count += next - at;
    offset += stream;
    while (at < next) b[at++] ^= b[offset++];
  }
  m.w[state + RecordState.count] = count;
}

/** Decrypts b[at .. at+length) in place, or encrypts it where `sealing` is true, and takes the ciphertext into the MAC. */
function chachaUpdate(m: CryptoMemory, state: number, at: number, length: number, sealing: boolean): void {
  if (!sealing) poly1305Update(m, state + ChaChaState.poly, at, length);
  chachaCrypt(m, state, at, length);
  if (sealing) poly1305Update(m, state + ChaChaState.poly, at, length);
}

/** Writes the record's tag, 16 bytes, to byte offset `out`. */
function chachaTag(m: CryptoMemory, state: number, out: number): void {
  const lengths = Scratch.digest;
  const poly = state + ChaChaState.poly;
  poly1305Pad(m, poly);
  m.w.subarray(lengths, lengths + 4).fill(0);
  m.w[lengths] = m.w[state + RecordState.additional];
  m.w[lengths + 2] = m.w[state + RecordState.count];
  poly1305Update(m, poly, lengths * 4, Bytes.tag);
  poly1305Finish(m, poly, out);
}

/**
 * Does a step for the state at word index `state`.
 * @part
 */
export function chachaStep(m: CryptoMemory, state: number, step: number, at: number, length: number): void {
  if (step === RecordStep.start) chachaStart(m, state, at, length);
  else if (step === RecordStep.tag) chachaTag(m, state, at);
  else if (step !== RecordStep.key) chachaUpdate(m, state, at, length, step === RecordStep.seal);
}
