/**
 * The crypto interface on plain byte arrays: puts what an operation needs where the firmware has it in the workspace, calls it, and takes the
 * result out. For tests and tools, whatever is behind the interface.
 */
import type { CryptoCall } from "../transport";
import { type Label, Op } from "./crypto";
import { At } from "./workspace";

/** Something behind the crypto interface. */
export interface CryptoUnderTest {
  /** The workspace, at least At.end bytes. Data go to At.arena and after, as the firmware's do. */
  ram: Uint8Array;
  crypto: CryptoCall;
  /** A way past TLS into its AEADs, for vectors that come with key, nonce and additional data of their own. */
  aead?: RawAead;
}

/** States are places (bytes), as for the operations. */
export interface RawAead {
  /** Prepares a state with key and IV as they are; sequence number 0. */
  key(state: number, suite: number, key: Uint8Array, iv: Uint8Array): void;
  /** Begins a record to open with `length` bytes of additional data at `at`. */
  start(state: number, at: number, length: number): void;
}

/** How many bytes an update takes next, at least 1. */
export type Split = () => number;

const data = At.arena;
const piece = 500;
const whole: Split = () => piece;

export class ByteCrypto {
  readonly ram: Uint8Array;

  constructor(readonly under: CryptoUnderTest) {
    this.ram = under.ram;
  }

  private call(op: number, b?: number, c?: number): number {
    return this.under.crypto(op, b, c);
  }

  private put(at: number, bytes: Uint8Array): void {
    this.ram.set(bytes, at);
  }

  private take(at: number, length: number): Buffer {
    return Buffer.from(this.ram.subarray(at, at + length));
  }

  /** Feeds `bytes` in pieces through the data area at all alignments. */
  private feed(bytes: Uint8Array, split: Split, update: (at: number, length: number) => void): void {
    let from = 0;
    while (from < bytes.length) {
      const length = Math.min(split(), piece, bytes.length - from);
      const at = data + (from & 3);
      this.put(at, bytes.subarray(from, from + length));
      update(at, length);
      from += length;
    }
  }

  sha256(bytes: Uint8Array, split: Split = whole): Buffer {
    this.call(Op.sha256Init + At.transcript);
    this.feed(bytes, split, (at, length) => this.call(Op.sha256Update + At.transcript, at, length));
    this.call(Op.sha256Final + At.transcript, At.digest);
    return this.take(At.digest, 32);
  }

  /** The digests of all prefixes that end where a piece does, from one running state. */
  sha256Prefixes(bytes: Uint8Array, split: Split): { length: number; digest: Buffer }[] {
    const digests: { length: number; digest: Buffer }[] = [];
    let total = 0;
    this.call(Op.sha256Init + At.hash);
    this.feed(bytes, split, (at, length) => {
      this.call(Op.sha256Update + At.hash, at, length);
      this.call(Op.sha256Final + At.hash, At.temp);
      total += length;
      digests.push({ length: total, digest: this.take(At.temp, 32) });
    });
    return digests;
  }

  sha1(bytes: Uint8Array, split: Split = whole): Buffer {
    this.call(Op.sha1Init + At.sha1);
    this.feed(bytes, split, (at, length) => this.call(Op.sha1Update + At.sha1, at, length));
    this.call(Op.sha1Final + At.sha1, At.temp);
    return this.take(At.temp, 20);
  }

  /** Up to 1000 bytes in one call, the digest written over them. */
  sha256InPlace(bytes: Uint8Array): Buffer {
    this.put(data, bytes);
    this.call(Op.sha256 + data, bytes.length, data);
    return this.take(data, 32);
  }

  /** Key and data of 32 bytes. */
  hmac32(key: Uint8Array, message: Uint8Array): Buffer {
    this.put(At.mainSecret, key);
    this.put(At.temp, message);
    this.call(Op.hmac + At.mainSecret, At.temp, At.digest);
    return this.take(At.digest, 32);
  }

  /** HMAC of anything: by Op.hmac where the sizes allow, a shorter key being the same as one filled up with zeros, else from its hashes. */
  hmac(key: Uint8Array, message: Uint8Array): Buffer {
    if (key.length <= 32 && message.length === 32) return this.hmac32(Buffer.concat([key, Buffer.alloc(32 - key.length)]), message);
    const block = Buffer.alloc(64);
    block.set(key.length > 64 ? this.sha256(key) : key);
    const pad = (value: number): Buffer => Buffer.from(block.map((byte) => byte ^ value));
    return this.sha256(Buffer.concat([pad(0x5c), this.sha256(Buffer.concat([pad(0x36), message]))]));
  }

  /** The context is 32 bytes, or nothing for labels that have none. */
  expandLabel(secret: Uint8Array, label: Label, context: Uint8Array = Buffer.alloc(32, 0xee)): Buffer {
    this.put(At.serverSecret, secret);
    this.put(At.digest, context);
    this.call(Op.expandLabel + At.serverSecret, label + At.digest, At.temp);
    return this.take(At.temp, 32);
  }

  startRecords(state: number, suite: number, secret: Uint8Array): void {
    this.put(At.clientSecret, secret);
    this.call(Op.aeadInit + state, suite, At.clientSecret);
  }

  /** Opens the next record: plaintext, and whether the tag was right. */
  open(state: number, header: Uint8Array, sealed: Uint8Array, split: Split = whole): { plain: Buffer; ok: boolean } {
    this.put(data, header);
    this.call(Op.openStart + state, data);
    return this.openRest(state, sealed, split);
  }

  /** Opens with any additional data (up to 500 bytes). */
  openRaw(state: number, additional: Uint8Array, sealed: Uint8Array): { plain: Buffer; ok: boolean } {
    this.put(data, additional);
    this.under.aead!.start(state, data, additional.length);
    return this.openRest(state, sealed, whole);
  }

  /** Throws if a piece was opened with another count of the zeros at its end than there are. */
  private openRest(state: number, sealed: Uint8Array, split: Split): { plain: Buffer; ok: boolean } {
    const plain: Buffer[] = [];
    this.feed(sealed.subarray(0, sealed.length - 16), split, (at, length) => {
      const zeros = this.call(Op.openUpdate + state, at, length);
      const opened = this.take(at, length);
      let zerosThere = 0;
      while (opened.at(-1 - zerosThere) === 0) zerosThere++;
      if (zeros !== zerosThere) throw new Error(`${zeros} zeros at the end, not ${zerosThere}`);
      plain.push(opened);
    });
    this.put(data + 1, sealed.subarray(sealed.length - 16));
    const ok = this.call(Op.openFinish + state, data + 1) === 1;
    return { plain: Buffer.concat(plain), ok };
  }

  /** Seals the next record, up to 1000 bytes: ciphertext and tag. */
  seal(state: number, header: Uint8Array, plain: Uint8Array): Buffer {
    this.put(data, header);
    this.put(data + 5, plain);
    this.call(Op.seal + state, data + 5, plain.length);
    return this.take(data + 5, plain.length + 16);
  }

  x25519Public(key: Uint8Array): Buffer {
    this.put(At.privateKey, key);
    this.call(Op.x25519Public + At.privateKey, At.publicKey);
    return this.take(At.publicKey, 32);
  }

  /** null where the result must be refused. */
  x25519(key: Uint8Array, peer: Uint8Array): Buffer | null {
    this.put(At.privateKey, key);
    this.put(data + 3, peer);
    const ok = this.call(Op.x25519 + At.privateKey, data + 3, At.temp);
    return ok ? this.take(At.temp, 32) : null;
  }

  p256Public(key: Uint8Array): Buffer | null {
    this.put(At.privateKey, key);
    const ok = this.call(Op.p256Public + At.privateKey, At.publicKey);
    return ok ? this.take(At.publicKey, 65) : null;
  }

  p256(key: Uint8Array, peer: Uint8Array): Buffer | null {
    this.put(At.privateKey, key);
    this.put(data + 3, peer);
    const ok = this.call(Op.p256 + At.privateKey, data + 3, At.temp);
    return ok ? this.take(At.temp, 32) : null;
  }

  /** The signature is r and s, 32 bytes each. */
  ecdsaVerify(publicKey: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean {
    this.put(data + 1, publicKey);
    this.put(At.digest, hash);
    this.put(data + 70, signature);
    return this.call(Op.ecdsaVerify + data + 1, At.digest, data + 70) === 1;
  }

  ecdsaSign(key: Uint8Array, hash: Uint8Array): Buffer | null {
    this.put(data + 2, key);
    this.put(At.digest, hash);
    const ok = this.call(Op.ecdsaSign + data + 2, At.digest, data + 70);
    return ok ? this.take(data + 70, 64) : null;
  }

  /** signature^65537 mod modulus, both of the same length; null where it is refused. The modulus lies in the scratch, as in the handshake. */
  rsa(modulus: Uint8Array, signature: Uint8Array): Buffer | null {
    this.put(At.scratch, modulus);
    this.put(data, signature);
    if (this.call(Op.rsaStart + At.scratch, modulus.length, data) === 0) return null;
    while (this.call(Op.rsaStep + data + 512) !== 0);
    return this.take(data + 512, modulus.length);
  }

  mgf1Xor(seed: Uint8Array, bytes: Uint8Array): Buffer {
    this.put(At.temp, seed);
    this.put(data + 1, bytes);
    this.call(Op.mgf1Xor + At.temp, data + 1, bytes.length);
    return this.take(data + 1, bytes.length);
  }

  equal(a: Uint8Array, b: Uint8Array): boolean {
    this.put(data + 1, a);
    this.put(data + 502, b);
    return this.call(Op.equal + data + 1, data + 502, a.length) === 1;
  }

  /** EMSA-PSS with SHA-256 and a salt of 32 bytes (RFC 8017 section 9.1.2). */
  verifyPss(modulus: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== modulus.length) return false;
    const encoded = this.rsa(modulus, signature);
    if (encoded?.at(-1) !== 0xbc) return false;
    const hash = encoded.subarray(-33, -1);
    if (encoded[0]! & 0x80) return false;
    const block = this.mgf1Xor(hash, encoded.subarray(0, -33));
    block[0]! &= 0x7f;
    const salt = block.subarray(-32);
    const padding = block.subarray(0, -32);
    if (padding[padding.length - 1] !== 1 || padding.subarray(0, -1).some((byte) => byte !== 0)) return false;
    return this.sha256(Buffer.concat([Buffer.alloc(8), this.sha256(message), salt])).equals(hash);
  }
}
