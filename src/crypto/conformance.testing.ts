/**
 * What anything behind the crypto interface must pass: the standards' vectors and random inputs against Node's crypto. Wycheproof's vectors are in
 * wycheproof.testing.ts. The portable twins run it in full, the kernels on the emulator with smaller counts.
 */
import { describe } from "vitest";
import { aeadAgainstNode, curvesAgainstNode, hashesAgainstNode, type RandomCounts, signaturesAgainstNode } from "./against-node.testing";
import { ByteCrypto, type CryptoUnderTest } from "./byte-crypto.testing";
import { aeadVectors, curveVectors, hashVectors, keyScheduleVectors, type VectorCounts } from "./rfc-vectors.testing";

export type { CryptoUnderTest, RawAead } from "./byte-crypto.testing";
export { wycheproof } from "./wycheproof.testing";

export type Counts = RandomCounts & VectorCounts;

/** Declares the tests. `makeCrypto` is called once for each. */
export function conformance(name: string, makeCrypto: () => CryptoUnderTest, counts: Counts): void {
  const make = (): ByteCrypto => new ByteCrypto(makeCrypto());
  describe(`${name}: vectors`, () => {
    hashVectors(make, counts);
    keyScheduleVectors(make);
    aeadVectors(make);
    curveVectors(make, counts);
  });
  describe(`${name}: against Node`, () => {
    hashesAgainstNode(make, counts);
    aeadAgainstNode(make, counts);
    curvesAgainstNode(make, counts);
    signaturesAgainstNode(make, counts);
  });
}
