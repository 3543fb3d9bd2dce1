/**
 * The layout of a record protection state (256 bytes): its last words are the same for both suites, the 56 before belong to the suite.
 */

export const enum RecordState {
  /** The present record's nonce, 3 words: the IV XORed with the sequence number (RFC 8446 section 5.3). */
  nonce = 56,
  /** The last word of the IV from the traffic secret; in the other two it is the nonce. */
  ivLast = 59,
  /** The next sequence number. Its 32 bits of TLS's 64 last for 64 TB of full records. */
  sequence = 60,
  suite = 61,
  /** Bytes of ciphertext in the present record so far. */
  count = 62,
  /** Bytes of additional data in the present record. */
  additional = 63,
}

/** What a suite is asked to do with its state. */
export const enum RecordStep {
  /** Prepare the state from the key at its start. */
  key,
  /** Begin a record with `length` bytes of additional data at `at`. */
  start,
  /** Decrypt b[at .. at+length) in place. */
  open,
  /** Encrypt b[at .. at+length) in place. */
  seal,
  /** Write the record's tag, 16 bytes, to `at`. */
  tag,
}

/** Takes the IV that was written to the nonce's place; sequence number 0. */
export function startSequence(w: Int32Array, state: number): void {
  w[state + RecordState.ivLast] = w[state + RecordState.nonce + 2];
  w[state + RecordState.sequence] = 0;
}

/** Takes the next sequence number and makes the nonce of its record. */
export function nextNonce(w: Int32Array, state: number): void {
  const n = w[state + RecordState.sequence];
  w[state + RecordState.nonce + 2] = w[state + RecordState.ivLast] ^ swapBytes(n);
  w[state + RecordState.sequence] = n + 1;
  w[state + RecordState.count] = 0;
}

/** The word with its four bytes in the other order. */
export function swapBytes(x: number): number {
  return (x << 24) | ((x & 0xff00) << 8) | ((x >> 8) & 0xff00) | (x >>> 24);
}
