/**
 * The layout of a record protection state (256 bytes): its last words are the same for both suites, the ones before belong to the suite.
 */

export const enum RecordState {
  /** The present record's nonce, 3 words: the IV XORed with the sequence number (RFC 8446 section 5.3). */
  nonce = 54,
  /** The IV from the traffic secret, 3 words. */
  iv = 57,
  /** The next sequence number. Its 32 bits of TLS's 64 last for 64 TB of full records. */
  sequence = 60,
  suite = 61,
  /** Bytes of ciphertext in the present record so far. */
  count = 62,
  /** Bytes of additional data in the present record. */
  additional = 63,
}

/** Takes the next sequence number and makes the nonce of its record. */
export function nextNonce(w: Int32Array, state: number): void {
  const n = w[state + RecordState.sequence];
  w[state + RecordState.nonce] = w[state + RecordState.iv];
  w[state + RecordState.nonce + 1] = w[state + RecordState.iv + 1];
  w[state + RecordState.nonce + 2] = w[state + RecordState.iv + 2] ^ ((n << 24) | ((n & 0xff00) << 8) | ((n >> 8) & 0xff00) | (n >>> 24));
  w[state + RecordState.sequence] = n + 1;
  w[state + RecordState.count] = 0;
}
