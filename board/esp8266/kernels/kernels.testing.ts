/** The kernels behind the crypto interface for the conformance suite, with a way past TLS into their AEADs (struct aead_state in aead.c). */
import { readFileSync } from "node:fs";
import type { CryptoUnderTest } from "../../../src/crypto/byte-crypto.testing";
import { Op, Suite } from "../../../src/crypto/crypto";
import type { CryptoCall } from "../../../src/transport";
import { blobOf, GENERATED_FILE } from "../../../tools/kernels/generate";

/** Words of struct aead_state. */
enum State {
  chachaSum = 13,
  chachaSumEnd = 18,
  aesSum = 48,
  aesSumEnd = 52,
  iv = 57,
  sequence = 60,
  suite = 61,
  additional = 63,
}

export const trackedBlob = blobOf(readFileSync(GENERATED_FILE, "utf8"));

/** @param ram lies at a multiple of 4 within its buffer */
export function kernelsUnderTest(ram: Uint8Array, crypto: CryptoCall): CryptoUnderTest {
  const view = new DataView(ram.buffer, ram.byteOffset, ram.byteLength);
  const setWord = (state: number, word: number, value: number) => view.setUint32(state + 4 * word, value, true);
  return {
    ram,
    crypto,
    aead: {
      key(state, suite, key, iv) {
        ram.set(key, state);
        ram.set(iv, state + 4 * State.iv);
        setWord(state, State.suite, suite);
        setWord(state, State.sequence, 0);
      },
      start(state, at, length) {
        crypto(Op.openStart + state, at, length);
        if (length > 0) return;
        // The kernel took it for a record's header: as if there had been none.
        const aes = view.getUint32(state + 4 * State.suite, true) === Suite.TLS_AES_128_GCM_SHA256;
        for (let word: number = aes ? State.aesSum : State.chachaSum; word < (aes ? State.aesSumEnd : State.chachaSumEnd); word++)
          setWord(state, word, 0);
        setWord(state, State.additional, 0);
      },
    },
  };
}
