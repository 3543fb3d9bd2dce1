import { conformance, wycheproof } from "./conformance.testing";
import { portableUnderTest } from "./portable.testing";

conformance("portable", portableUnderTest, {
  hash: 2000,
  hmac: 1000,
  aead: 1000,
  x25519: 100,
  p256: 100,
  signature: 100,
  rsa: 20,
  equal: 1000,
  x25519Iterations: 1000,
  millionA: 1_000_000,
});
wycheproof("portable", portableUnderTest);
