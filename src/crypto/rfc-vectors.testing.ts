/** Vectors of the standards themselves. */
import { expect, test } from "vitest";
import type { ByteCrypto } from "./byte-crypto.testing";
import { Label, Suite } from "./crypto";
import { At } from "./workspace";

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ""), "hex");
const ascii = (text: string): Buffer => Buffer.from(text, "latin1");

export interface VectorCounts {
  /** RFC 7748's iterations of X25519: 1 or 1000. */
  x25519Iterations: number;
  /** Bytes of FIPS 180's million times "a" that are hashed: 1,000,000, or 0 to leave it out. */
  millionA: number;
}

export function hashVectors(make: () => ByteCrypto, counts: VectorCounts): void {
  const message = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  test("FIPS 180: SHA-256", () => {
    const crypto = make();
    expect(crypto.sha256(ascii("abc")).toString("hex")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(crypto.sha256(ascii(message)).toString("hex")).toBe("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect(crypto.sha256(ascii("")).toString("hex")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(crypto.sha256InPlace(ascii(message)).toString("hex")).toBe("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  });
  test("FIPS 180: SHA-1", () => {
    const crypto = make();
    expect(crypto.sha1(ascii("abc")).toString("hex")).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
    expect(crypto.sha1(ascii(message)).toString("hex")).toBe("84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    expect(crypto.sha1(ascii("")).toString("hex")).toBe("da39a3ee5e6b4b0d3255bfef95601890afd80709");
  });
  test.runIf(counts.millionA > 0)("FIPS 180: a million times a", () => {
    const crypto = make();
    const million = Buffer.alloc(1_000_000, "a");
    expect(crypto.sha256(million).toString("hex")).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    expect(crypto.sha1(million).toString("hex")).toBe("34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  });
}

export function keyScheduleVectors(make: () => ByteCrypto): void {
  test("RFC 4231: HMAC-SHA-256", () => {
    const crypto = make();
    expect(crypto.hmac(Buffer.alloc(20, 0x0b), ascii("Hi There")).toString("hex")).toBe(
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    expect(crypto.hmac(ascii("Jefe"), ascii("what do ya want for nothing?")).toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });
  test("RFC 5869 A.1: HKDF-SHA-256", () => {
    const crypto = make();
    const extracted = crypto.hmac(hex("000102030405060708090a0b0c"), Buffer.alloc(22, 0x0b));
    expect(extracted.toString("hex")).toBe("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    const info = hex("f0f1f2f3f4f5f6f7f8f9");
    const first = crypto.hmac(extracted, Buffer.concat([info, Buffer.from([1])]));
    const second = crypto.hmac(extracted, Buffer.concat([first, info, Buffer.from([2])]));
    expect(Buffer.concat([first, second]).subarray(0, 42).toString("hex")).toBe(
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
  });
  test("RFC 8448 section 3: the key schedule", () => {
    const crypto = make();
    const early = crypto.hmac32(Buffer.alloc(32), Buffer.alloc(32));
    expect(early.toString("hex")).toBe("33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
    const empty = crypto.sha256(Buffer.alloc(0));
    const derived = crypto.expandLabel(early, Label.derived, empty);
    expect(derived.toString("hex")).toBe("6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba");
    const handshake = crypto.hmac32(derived, hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"));
    expect(handshake.toString("hex")).toBe("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
    const hello = hex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8");
    const client = crypto.expandLabel(handshake, Label.clientHandshakeTraffic, hello);
    const server = crypto.expandLabel(handshake, Label.serverHandshakeTraffic, hello);
    expect(client.toString("hex")).toBe("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
    expect(server.toString("hex")).toBe("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
    expect(crypto.expandLabel(server, Label.finished).toString("hex")).toBe(
      "008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8",
    );
    const main = crypto.hmac32(crypto.expandLabel(handshake, Label.derived, empty), Buffer.alloc(32));
    expect(main.toString("hex")).toBe("18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919");
  });
}

export function aeadVectors(make: () => ByteCrypto): void {
  const hasRaw = make().under.aead !== undefined;
  test.skipIf(!hasRaw)(`RFC 8439 2.8.2: ChaCha20-Poly1305${hasRaw ? "" : " (no raw AEAD)"}`, () => {
    const crypto = make();
    crypto.under.aead!.key(
      At.readState,
      Suite.TLS_CHACHA20_POLY1305_SHA256,
      hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
      hex("070000004041424344454647"),
    );
    const opened = crypto.openRaw(
      At.readState,
      hex("50515253c0c1c2c3c4c5c6c7"),
      hex(`d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
        1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
        3ff4def08e4b7a9de576d26586cec64b 6116 1ae10b594f09e26a7e902ecbd0600691`),
    );
    expect(opened.ok).toBe(true);
    expect(opened.plain.toString("latin1")).toBe(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    );
  });
  test.skipIf(!hasRaw)(`SP 800-38D test case 4: AES-128-GCM${hasRaw ? "" : " (no raw AEAD)"}`, () => {
    const crypto = make();
    const key = hex("feffe9928665731c6d6a8f9467308308");
    crypto.under.aead!.key(At.readState, Suite.TLS_AES_128_GCM_SHA256, key, hex("cafebabefacedbaddecaf888"));
    const opened = crypto.openRaw(
      At.readState,
      hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
      hex(`42831ec2217774244b7221b784d0d49c e3aa212f2c02a4e035c17e2329aca12e 21d514b25466931c7d8f6a5aac84aa05
        1ba30b396a0aac973d58e091 5bc94fbc3221a5db94fae95ae7121a47`),
    );
    expect(opened.ok).toBe(true);
    expect(opened.plain.toString("hex")).toBe(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
  });
}

export function curveVectors(make: () => ByteCrypto, counts: VectorCounts): void {
  test("RFC 7748 5.2: X25519", () => {
    const crypto = make();
    const first = crypto.x25519(
      hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
      hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
    );
    expect(first?.toString("hex")).toBe("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    const second = crypto.x25519(
      hex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
      hex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"),
    );
    expect(second?.toString("hex")).toBe("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
  });
  test(`RFC 7748 5.2: X25519, ${counts.x25519Iterations} iterations`, () => {
    const crypto = make();
    let key: Buffer = Buffer.alloc(32);
    key[0] = 9;
    let point: Buffer = key;
    for (let i = 0; i < counts.x25519Iterations; i++) {
      const next = crypto.x25519(key, point)!;
      point = key;
      key = next;
    }
    const expected: Record<number, string> = {
      1: "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
      1000: "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
    };
    expect(key.toString("hex")).toBe(expected[counts.x25519Iterations]);
  });
  test("RFC 7748 6.1: X25519 key agreement", () => {
    const crypto = make();
    const bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    const alice = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    expect(crypto.x25519Public(bob).toString("hex")).toBe("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    expect(crypto.x25519(bob, alice)?.toString("hex")).toBe("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  });
  test("RFC 6979 A.2.5: ECDSA, P-256 with SHA-256", () => {
    const crypto = make();
    const key = hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    const publicKey = crypto.p256Public(key)!;
    expect(publicKey.toString("hex").toUpperCase()).toBe(
      "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
    );
    const signatures: Record<string, string> = {
      sample:
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
      test: "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    };
    for (const [message, expected] of Object.entries(signatures)) {
      const hash = crypto.sha256(ascii(message));
      const signature = crypto.ecdsaSign(key, hash)!;
      expect(signature.toString("hex").toUpperCase()).toBe(expected);
      expect(crypto.ecdsaVerify(publicKey, hash, signature)).toBe(true);
    }
  });
}
