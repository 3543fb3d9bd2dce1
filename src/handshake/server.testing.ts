/**
 * A TLS 1.3 server (RFC 8446) for tests, on Node's crypto, that can be told to misbehave at every message and record. In memory: bytes in by
 * `receive`, bytes out by `send`.
 */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";

/** Messages and records by name, as the hooks see them. */
export type Sent =
  | "ServerHello"
  | "HelloRetryRequest"
  | "EncryptedExtensions"
  | "CertificateRequest"
  | "Certificate"
  | "CertificateVerify"
  | "Finished";

export interface ServerOptions {
  key: KeyObject;
  /** DER, leaf first. */
  chain: Uint8Array[];
  suite?: number;
  group?: number;
  /** Begin with a HelloRetryRequest for `group` (and this cookie). */
  retry?: boolean;
  cookie?: Uint8Array;
  alpn?: string;
  requestCertificate?: number[];
  /** Further extensions of the CertificateRequest. */
  requestExtensions?: Buffer[];
  /** All of the flight in one record. */
  coalesce?: boolean;
  /** Most content bytes of a record. */
  recordSize?: number;
  /** Zeros after each record's content. */
  padding?: number;
  /** Messages to send instead of this one; hashed unless `unhashed`. */
  alter?: (name: Sent, message: Buffer) => Buffer[];
  /** The record's bytes as they go out, counted from 0. */
  alterRecord?: (index: number, record: Buffer) => Buffer;
  /** Key that signs, instead of the leaf's. */
  signingKey?: KeyObject;
  /** Called when the client's Finished was right. */
  connected?: (server: TestServer) => void;
  request?: (server: TestServer, text: string) => void;
}

const HASH_LENGTH = 32;
const u16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255]);
const u24 = (n: number): Buffer => Buffer.from([n >> 16, (n >> 8) & 255, n & 255]);
const vec = (n: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([n === 1 ? Buffer.from([body.length]) : n === 2 ? u16(body.length) : u24(body.length), body]);
};
export const handshakeMessage = (type: number, ...body: Uint8Array[]): Buffer => Buffer.concat([Buffer.from([type]), vec(3, ...body)]);
export const helloExtension = (type: number, ...body: Uint8Array[]): Buffer => Buffer.concat([u16(type), vec(2, ...body)]);
const sha = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const hmac = (key: Uint8Array, data: Uint8Array): Buffer => createHmac("sha256", key).update(data).digest();

export function hkdfLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number): Buffer {
  const info = Buffer.concat([u16(length), vec(1, Buffer.from("tls13 " + label)), vec(1, context), Buffer.from([1])]);
  return hmac(secret, info).subarray(0, length);
}

/** Keys of one direction. */
class Protection {
  private sequence = 0;
  private readonly key: Buffer;
  private readonly iv: Buffer;
  constructor(
    private readonly suite: number,
    readonly secret: Buffer,
  ) {
    this.key = hkdfLabel(secret, "key", Buffer.alloc(0), suite === 0x1301 ? 16 : 32);
    this.iv = hkdfLabel(secret, "iv", Buffer.alloc(0), 12);
  }
  /** Typed as the one that has all methods: TypeScript knows them by the algorithm's literal name. */
  private get algorithm(): "chacha20-poly1305" {
    return (this.suite === 0x1301 ? "aes-128-gcm" : "chacha20-poly1305") as "chacha20-poly1305";
  }
  private nonce(): Buffer {
    const nonce = Buffer.from(this.iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.sequence++) >>> 0, 8);
    return nonce;
  }
  seal(inner: Buffer): Buffer {
    const header = Buffer.concat([Buffer.from([23, 3, 3]), u16(inner.length + 16)]);
    const cipher = createCipheriv(this.algorithm, this.key, this.nonce(), { authTagLength: 16 });
    cipher.setAAD(header, { plaintextLength: inner.length });
    const body = Buffer.concat([cipher.update(inner), cipher.final()]);
    return Buffer.concat([header, body, cipher.getAuthTag()]);
  }
  open(record: Buffer): { type: number; content: Buffer } {
    const decipher = createDecipheriv(this.algorithm, this.key, this.nonce(), { authTagLength: 16 });
    decipher.setAAD(record.subarray(0, 5), { plaintextLength: record.length - 21 });
    decipher.setAuthTag(record.subarray(-16));
    let inner = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()]);
    while (inner[inner.length - 1] === 0) inner = inner.subarray(0, -1);
    return { type: inner[inner.length - 1], content: inner.subarray(0, -1) };
  }
}

export class TestServer {
  /** Alerts that the client sent, as AlertDescription. */
  readonly alerts: number[] = [];
  /** Application data that came. */
  text = "";
  /** What the client answered to a CertificateRequest. */
  clientMessages: Buffer[] = [];
  private input: Buffer = Buffer.alloc(0);
  private transcript: Buffer = Buffer.alloc(0);
  private records = 0;
  private hellos = 0;
  private write: Protection | null = null;
  private read: Protection | null = null;
  private clientFinishedKey: Buffer = Buffer.alloc(0);
  private applicationSecrets: { client: Buffer; server: Buffer } | null = null;
  private isOpen = false;

  constructor(
    readonly options: ServerOptions,
    private readonly send: (bytes: Buffer) => void,
  ) {}

  receive(bytes: Uint8Array): void {
    this.input = Buffer.concat([this.input, bytes]);
    while (this.input.length >= 5 && this.input.length >= 5 + this.input.readUInt16BE(3)) {
      const record = this.input.subarray(0, 5 + this.input.readUInt16BE(3));
      this.input = this.input.subarray(record.length);
      const { type, content } = this.read && record[0] === 23 ? this.read.open(record) : { type: record[0], content: record.subarray(5) };
      if (type === 21) this.alerts.push(content[1]);
      else if (type === 22 && !this.read) this.hello(content);
      else if (type === 22 && this.isOpen) this.read = this.pendingRead;
      else if (type === 22) this.clientMessage(content);
      else if (type === 23) {
        this.text += content.toString("latin1");
        this.options.request?.(this, content.toString("latin1"));
      }
    }
  }

  /** Sends one record of the present keys, or several if the content is longer than `size`. */
  record(type: number, content: Uint8Array, size = type === 21 ? 16384 : (this.options.recordSize ?? 16384)): void {
    for (let from = 0; from < content.length || from === 0; from += size)
      this.oneRecord(type, Buffer.from(content.subarray(from, from + size)));
  }

  private oneRecord(type: number, content: Buffer): void {
    const inner = Buffer.concat([content, Buffer.from([type]), Buffer.alloc(this.options.padding ?? 0)]);
    const record = this.write ? this.write.seal(inner) : Buffer.concat([Buffer.from([type, 3, 3]), u16(content.length), content]);
    this.send(this.options.alterRecord?.(this.records, record) ?? record);
    this.records++;
  }

  /** Bytes past all keys. */
  raw(bytes: Uint8Array): void {
    this.send(Buffer.from(bytes));
  }

  closeNotify(): void {
    this.record(21, Buffer.from([1, 0]));
  }

  updateKeys(isRequested: boolean): void {
    this.record(22, handshakeMessage(24, Buffer.from([isRequested ? 1 : 0])));
    const next = (p: Protection | null): Protection => new Protection(this.suite, hkdfLabel(p!.secret, "traffic upd", Buffer.alloc(0), 32));
    this.write = next(this.write);
    if (isRequested) this.pendingRead = next(this.read);
  }
  private pendingRead: Protection | null = null;

  private get suite(): number {
    return this.options.suite ?? 0x1303;
  }
  private get group(): number {
    return this.options.group ?? 0x1d;
  }

  private messages(name: Sent, message: Buffer): Buffer {
    const out = Buffer.concat(this.options.alter?.(name, message) ?? [message]);
    this.transcript = Buffer.concat([this.transcript, out]);
    return out;
  }

  private hello(message: Buffer): void {
    this.hellos++;
    if (this.options.retry && this.hellos === 1) {
      this.transcript = handshakeMessage(254, sha(message));
      const extensions = [helloExtension(43, u16(0x304))];
      if (this.group !== 0x1d) extensions.push(helloExtension(51, u16(this.group)));
      if (this.options.cookie) extensions.push(helloExtension(44, vec(2, this.options.cookie)));
      const random = Buffer.from("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c", "hex");
      this.record(22, this.messages("HelloRetryRequest", this.serverHello(random, extensions)));
      return;
    }
    this.transcript = Buffer.concat([this.transcript, message]);
    const { share, secret } = this.agree(message);
    const extensions = [helloExtension(43, u16(0x304)), helloExtension(51, u16(this.group), vec(2, share))];
    this.record(22, this.messages("ServerHello", this.serverHello(randomBytes(32), extensions)));
    this.flight(secret);
  }

  private serverHello(random: Buffer, extensions: Buffer[]): Buffer {
    return handshakeMessage(2, u16(0x303), random, vec(1), u16(this.suite), Buffer.from([0]), vec(2, ...extensions));
  }

  /** The shared secret with the client's key share. */
  private agree(hello: Buffer): { share: Buffer; secret: Buffer } {
    const at = hello.indexOf(Buffer.concat([u16(this.group), u16(this.group === 0x1d ? 32 : 65)]));
    const peer = hello.subarray(at + 4, at + 4 + (this.group === 0x1d ? 32 : 65));
    if (this.group === 0x17) {
      const ecdh = createECDH("prime256v1");
      const share = ecdh.generateKeys();
      return { share, secret: ecdh.computeSecret(peer) };
    }
    const { publicKey, privateKey } = generateKeyPairSync("x25519");
    const spki = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), peer]);
    const share = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
    return { share, secret: diffieHellman({ privateKey, publicKey: createPublicKey({ key: spki, format: "der", type: "spki" }) }) };
  }

  private flight(shared: Buffer): void {
    const zero = Buffer.alloc(HASH_LENGTH);
    const derived = hkdfLabel(hmac(zero, zero), "derived", sha(Buffer.alloc(0)), 32);
    const secret = hmac(derived, shared);
    const hash = sha(this.transcript);
    const client = hkdfLabel(secret, "c hs traffic", hash, 32);
    const server = hkdfLabel(secret, "s hs traffic", hash, 32);
    this.clientFinishedKey = hkdfLabel(client, "finished", Buffer.alloc(0), 32);
    this.write = new Protection(this.suite, server);
    this.read = new Protection(this.suite, client);
    const out: Buffer[] = [];
    const add = (name: Sent, message: Buffer): void => {
      const bytes = this.messages(name, message);
      if (this.options.coalesce) out.push(bytes);
      else if (bytes.length) this.record(22, bytes);
    };
    const extensions = this.options.alpn ? [helloExtension(16, vec(2, vec(1, Buffer.from(this.options.alpn))))] : [];
    add("EncryptedExtensions", handshakeMessage(8, vec(2, ...extensions)));
    const schemes = this.options.requestCertificate;
    const others = this.options.requestExtensions ?? [];
    if (schemes)
      add("CertificateRequest", handshakeMessage(13, vec(1), vec(2, ...others, helloExtension(13, vec(2, ...schemes.map(u16))))));
    const entries = this.options.chain.map((der) => Buffer.concat([vec(3, der), vec(2)]));
    add("Certificate", handshakeMessage(11, vec(1), vec(3, ...entries)));
    add("CertificateVerify", this.certificateVerify());
    const finishedKey = hkdfLabel(server, "finished", Buffer.alloc(0), 32);
    add("Finished", handshakeMessage(20, hmac(finishedKey, sha(this.transcript))));
    if (this.options.coalesce) this.record(22, Buffer.concat(out));
    const main = hmac(hkdfLabel(secret, "derived", sha(Buffer.alloc(0)), 32), zero);
    const after = sha(this.transcript);
    this.applicationSecrets = { client: hkdfLabel(main, "c ap traffic", after, 32), server: hkdfLabel(main, "s ap traffic", after, 32) };
    this.write = new Protection(this.suite, this.applicationSecrets.server);
  }

  private certificateVerify(): Buffer {
    const content = Buffer.concat([Buffer.alloc(64, 0x20), Buffer.from("TLS 1.3, server CertificateVerify\0"), sha(this.transcript)]);
    const key = this.options.signingKey ?? this.options.key;
    if (key.asymmetricKeyType === "rsa") {
      const signature = sign("sha256", content, { key, padding: 6, saltLength: 32 });
      return handshakeMessage(15, u16(0x804), vec(2, signature));
    }
    return handshakeMessage(15, u16(0x403), vec(2, sign("sha256", content, key)));
  }

  private clientMessage(bytes: Buffer): void {
    if (bytes[0] !== 20) {
      this.clientMessages.push(Buffer.from(bytes));
      this.transcript = Buffer.concat([this.transcript, bytes]);
      return;
    }
    if (!bytes.subarray(4).equals(hmac(this.clientFinishedKey, sha(this.transcript)))) throw new Error("the client's Finished is wrong");
    this.isOpen = true;
    this.read = new Protection(this.suite, this.applicationSecrets!.client);
    this.options.connected?.(this);
  }
}
