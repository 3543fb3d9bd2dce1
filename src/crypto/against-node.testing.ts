/** Random inputs, with Node's crypto as the oracle. */
import * as node from "node:crypto";
import { expect, test } from "vitest";
import type { ByteCrypto, Split } from "./byte-crypto.testing";
import { Label, Suite } from "./crypto";
import { SeededRandom } from "./random.testing";
import { At } from "./workspace";

/** How many random cases of each kind. */
export interface RandomCounts {
  hash: number;
  hmac: number;
  /** Records, in connections of up to 8. */
  aead: number;
  x25519: number;
  p256: number;
  signature: number;
  /** For each of 2048, 3072 and 4096 bits. */
  rsa: number;
  equal: number;
}

const suites = [
  { suite: Suite.TLS_AES_128_GCM_SHA256, name: "aes-128-gcm", keyBytes: 16 },
  { suite: Suite.TLS_CHACHA20_POLY1305_SHA256, name: "chacha20-poly1305", keyBytes: 32 },
] as const;

const labels = [
  { label: Label.derived, text: "derived", context: true },
  { label: Label.clientHandshakeTraffic, text: "c hs traffic", context: true },
  { label: Label.serverHandshakeTraffic, text: "s hs traffic", context: true },
  { label: Label.clientApplicationTraffic, text: "c ap traffic", context: true },
  { label: Label.serverApplicationTraffic, text: "s ap traffic", context: true },
  { label: Label.finished, text: "finished", context: false },
  { label: Label.trafficUpdate, text: "traffic upd", context: false },
];

function expandLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number): Buffer {
  const text = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, text.length]), text, Buffer.from([context.length]), context, Buffer.from([1])]);
  return node.createHmac("sha256", secret).update(info).digest().subarray(0, length);
}

function splits(random: SeededRandom): Split {
  const most = [1, 5, 64, 200, 500][random.below(5)]!;
  return () => 1 + random.below(most);
}

export function hashesAgainstNode(make: () => ByteCrypto, counts: RandomCounts): void {
  test(`${counts.hash} random messages: SHA-256 and SHA-1`, () => {
    const crypto = make();
    const random = new SeededRandom("hash");
    for (let i = 0; i < counts.hash; i++) {
      const message = random.bytes(random.below(i % 10 === 0 ? 700 : 200));
      expect(crypto.sha256(message, splits(random))).toEqual(node.createHash("sha256").update(message).digest());
      expect(crypto.sha1(message, splits(random))).toEqual(node.createHash("sha1").update(message).digest());
      expect(crypto.sha256InPlace(message)).toEqual(node.createHash("sha256").update(message).digest());
    }
  });
  test("SHA-256 goes on after each digest it gave", () => {
    const random = new SeededRandom("prefixes");
    const message = random.bytes(400);
    for (const { length, digest } of make().sha256Prefixes(message, () => 7))
      expect(digest).toEqual(node.createHash("sha256").update(message.subarray(0, length)).digest());
  });
  test(`${counts.hmac} random secrets: HMAC, HKDF-Expand-Label, MGF1`, () => {
    const crypto = make();
    const random = new SeededRandom("hmac");
    for (let i = 0; i < counts.hmac; i++) {
      const key = random.bytes(32);
      const message = random.bytes(32);
      expect(crypto.hmac32(key, message)).toEqual(node.createHmac("sha256", key).update(message).digest());
      const { label, text, context } = labels[i % labels.length]!;
      expect(crypto.expandLabel(key, label, message)).toEqual(expandLabel(key, text, context ? message : Buffer.alloc(0), 32));
      const masked = random.bytes(random.below(480));
      expect(crypto.mgf1Xor(key, masked)).toEqual(masked.map((byte, at) => byte ^ mgf1(key, at)));
    }
  });
}

function mgf1(seed: Buffer, at: number): number {
  return node
    .createHash("sha256")
    .update(seed)
    .update(Buffer.from([0, 0, 0, at >> 5]))
    .digest()[at & 31]!;
}

/** Node's AEAD for record number `sequence` of a traffic secret. */
function sealByNode(kind: (typeof suites)[number], secret: Buffer, sequence: number, header: Buffer, plain: Buffer): Buffer {
  const none = Buffer.alloc(0);
  const nonce = expandLabel(secret, "iv", none, 12);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  const cipher = node.createCipheriv(kind.name as node.CipherGCMTypes, expandLabel(secret, "key", none, kind.keyBytes), nonce, {
    authTagLength: 16,
  });
  cipher.setAAD(header, { plaintextLength: plain.length });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function aeadAgainstNode(make: () => ByteCrypto, counts: RandomCounts): void {
  for (const kind of suites) {
    test(`${counts.aead} random records: ${kind.name}, opened in random pieces and sealed`, () => {
      const crypto = make();
      const random = new SeededRandom(kind.name);
      let sequence = 8;
      let secret: Buffer = Buffer.alloc(0);
      for (let i = 0; i < counts.aead; i++) {
        if (sequence++ === 8) {
          sequence = 0;
          secret = random.bytes(32);
          crypto.startRecords(At.readState, kind.suite, secret);
          crypto.startRecords(At.writeState, kind.suite, secret);
        }
        const header = random.bytes(5);
        const plain = random.bytes(i % 20 === 0 ? 1000 : random.below(120));
        if (i % 3 === 0) plain.fill(0, random.below(plain.length + 1));
        const sealed = sealByNode(kind, secret, sequence, header, plain);
        if (i % 5 === 4) {
          const spoiled = Buffer.from(sealed);
          spoiled[random.below(spoiled.length)]! ^= 1 << random.below(8);
          expect(crypto.open(At.readState, header, spoiled, splits(random)).ok).toBe(false);
        } else expect(crypto.open(At.readState, header, sealed, splits(random))).toEqual({ plain, ok: true });
        expect(crypto.seal(At.writeState, header, plain)).toEqual(sealed);
      }
    });
  }
  test(`${counts.equal} random comparisons`, () => {
    const crypto = make();
    const random = new SeededRandom("equal");
    for (let i = 0; i < counts.equal; i++) {
      const a = random.bytes(1 + random.below(64));
      const b = Buffer.from(a);
      expect(crypto.equal(a, b)).toBe(true);
      b[random.below(b.length)]! ^= 1 << random.below(8);
      expect(crypto.equal(a, b)).toBe(false);
    }
  });
}

function x25519PrivateKey(key: Buffer): node.KeyObject {
  return node.createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), key]),
    format: "der",
    type: "pkcs8",
  });
}

/** A P-256 private key of 32 bytes. */
function scalar(random: SeededRandom): Buffer {
  const key = random.bytes(32);
  key[0]! &= 0x7f;
  return key;
}

export function curvesAgainstNode(make: () => ByteCrypto, counts: RandomCounts): void {
  test(`${counts.x25519} random keys: X25519`, () => {
    const crypto = make();
    const random = new SeededRandom("x25519");
    for (let i = 0; i < counts.x25519; i++) {
      const key = random.bytes(32);
      const peer = node.createPublicKey(x25519PrivateKey(random.bytes(32)));
      const privateKey = x25519PrivateKey(key);
      const raw = (one: node.KeyObject): Buffer => one.export({ format: "der", type: "spki" }).subarray(-32);
      expect(crypto.x25519Public(key)).toEqual(raw(node.createPublicKey(privateKey)));
      expect(crypto.x25519(key, raw(peer))).toEqual(node.diffieHellman({ privateKey, publicKey: peer }));
    }
  });
  test("X25519 refuses peers of small order", () => {
    const crypto = make();
    const random = new SeededRandom("small order");
    const one = Buffer.alloc(32);
    one[0] = 1;
    const prime = Buffer.alloc(32, 0xff);
    prime[0] = 0xed;
    prime[31] = 0x7f;
    for (const peer of [Buffer.alloc(32), one, prime]) expect(crypto.x25519(random.bytes(32), peer)).toBeNull();
  });
  test(`${counts.p256} random keys: P-256 key agreement`, () => {
    const crypto = make();
    const random = new SeededRandom("p256");
    for (let i = 0; i < counts.p256; i++) {
      const key = scalar(random);
      const own = node.createECDH("prime256v1");
      const peer = node.createECDH("prime256v1");
      own.setPrivateKey(key);
      peer.setPrivateKey(scalar(random));
      expect(crypto.p256Public(key)).toEqual(own.getPublicKey());
      expect(crypto.p256(key, peer.getPublicKey())).toEqual(own.computeSecret(peer.getPublicKey()));
    }
  });
  test("P-256 refuses keys out of range and points off the curve", () => {
    const crypto = make();
    const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
    const key = scalar(new SeededRandom("off the curve"));
    const below = Buffer.from(order);
    below[31]! -= 1;
    for (const bad of [Buffer.alloc(32), order, Buffer.alloc(32, 0xff)]) {
      expect(crypto.p256Public(bad)).toBeNull();
      expect(crypto.ecdsaSign(bad, Buffer.alloc(32, 1))).toBeNull();
    }
    const point = crypto.p256Public(below)!;
    expect(point.subarray(1, 33).toString("hex")).toBe("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
    for (const at of [0, 1, 32, 33, 64]) {
      const off = Buffer.from(point);
      off[at]! ^= 1;
      expect(crypto.p256(key, off)).toBeNull();
    }
    expect(crypto.p256(key, Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 0xff)]))).toBeNull();
  });
}

export function signaturesAgainstNode(make: () => ByteCrypto, counts: RandomCounts): void {
  test(`${counts.signature} random signatures: ECDSA both ways, and spoiled ones`, () => {
    const crypto = make();
    const random = new SeededRandom("ecdsa");
    for (let i = 0; i < counts.signature; i++) {
      const own = node.createECDH("prime256v1");
      const secret = scalar(random);
      own.setPrivateKey(secret);
      const point = own.getPublicKey();
      const jwk = {
        kty: "EC",
        crv: "P-256",
        d: secret.toString("base64url"),
        x: point.subarray(1, 33).toString("base64url"),
        y: point.subarray(33).toString("base64url"),
      };
      const key = { key: node.createPrivateKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" as const };
      const message = random.bytes(40);
      const hash = node.createHash("sha256").update(message).digest();
      const signature = node.sign("sha256", message, key);
      expect(crypto.ecdsaVerify(point, hash, signature)).toBe(true);
      signature[random.below(64)]! ^= 1 << random.below(8);
      expect(crypto.ecdsaVerify(point, hash, signature)).toBe(false);
      expect(node.verify("sha256", message, key, crypto.ecdsaSign(secret, hash)!)).toBe(true);
    }
  });
  for (const bits of [2048, 3072, 4096]) {
    test(`${counts.rsa} random signatures: RSA, ${bits} bits`, () => {
      const crypto = make();
      const random = new SeededRandom(`rsa ${bits}`);
      const { publicKey } = node.generateKeyPairSync("rsa", { modulusLength: bits });
      const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url");
      for (let i = 0; i < counts.rsa; i++) {
        const signature = random.bytes(bits / 8);
        signature[0]! &= 0x7f;
        const expected = node.publicEncrypt({ key: publicKey, padding: node.constants.RSA_NO_PADDING }, signature);
        expect(crypto.rsa(modulus, signature)).toEqual(expected);
      }
      const less = Buffer.from(modulus);
      less[less.length - 1]! -= 1;
      // (n - 1)^65537 is n - 1.
      expect(crypto.rsa(modulus, less)).toEqual(less);
      expect(crypto.rsa(modulus, modulus)).toBeNull();
      expect(crypto.rsa(less, Buffer.alloc(bits / 8, 1))).toBeNull();
    });
  }
}
