/** The portable twins for the conformance suite, with the way to their AEADs that the vectors need. */
import { aeadKeyed, aeadStart } from "./aead";
import type { CryptoUnderTest } from "./byte-crypto.testing";
import type { CryptoMemory } from "./memory";
import { portableCrypto } from "./portable";
import { RecordState } from "./record-state";
import { sha256Constants } from "./sha256";
import { At } from "./workspace";

export function portableUnderTest(): CryptoUnderTest {
  const ram = new Uint8Array(At.end);
  const m: CryptoMemory = { b: ram, w: new Int32Array(ram.buffer), k: sha256Constants(), rsa: null };
  return {
    ram,
    crypto: portableCrypto(ram),
    aead: {
      key(state, suite, key, iv) {
        ram.set(key, state);
        ram.set(iv, state + RecordState.nonce * 4);
        aeadKeyed(m, state / 4, suite);
      },
      start(state, at, length) {
        aeadStart(m, state / 4, at, length);
      },
    },
  };
}
