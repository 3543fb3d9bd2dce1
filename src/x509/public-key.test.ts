import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificate, keys } from "./certificates.testing";
import { readPublicKey } from "./public-key";

test("x", () => {
  for (const kind of ["P-256", 2048, 3072, 4096] as const) {
    const cert = certificate(keys(kind), keys("P-256"));
    const key = readPublicKey(cert);
    console.log(key, new X509Certificate(cert).subject);
    const jwk = keys(kind).publicKey.export({ format: "jwk" });
    const want =
      kind === "P-256"
        ? Buffer.concat([Buffer.from([4]), Buffer.from(jwk.x!, "base64url"), Buffer.from(jwk.y!, "base64url")])
        : Buffer.from(jwk.n!, "base64url");
    expect(cert.subarray(key.at, key.at + key.length).equals(want)).toBe(true);
  }
});
