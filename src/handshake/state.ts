/** What a handshake knows on its way (RFC 8446 section 4). It hangs on the connection until it is complete and is then let go. */
import type { Connection, Step } from "../record/connection";
import type { Bytes } from "../transport";
import type { CaVouched, LeafFacts } from "../trust/ca";
import type { PinMatched } from "../trust/pin";
import type { SignatureVerified } from "../trust/server-signature";
import type { PublicKey } from "../x509/public-key";

/** RFC 8446 section 4 */
export const enum HandshakeType {
  client_hello = 1,
  server_hello = 2,
  encrypted_extensions = 8,
  certificate = 11,
  certificate_request = 13,
  certificate_verify = 15,
  finished = 20,
  message_hash = 254,
}

/** RFC 8446 section 4.2 */
export const enum ExtensionType {
  server_name = 0,
  supported_groups = 10,
  signature_algorithms = 13,
  application_layer_protocol_negotiation = 16,
  supported_versions = 43,
  cookie = 44,
  key_share = 51,
}

/** RFC 8446 section 4.2.7 */
export const enum NamedGroup {
  secp256r1 = 0x17,
  x25519 = 0x1d,
}

/** The parts that are loaded one after the other. */
export const enum HandshakePart {
  none,
  parameters,
  request,
  certificate,
  leaf,
  leafRules,
  leafFacts,
  issuer,
  issuerRules,
  issuerKey,
  proof,
}

/** Bytes of a handshake message's header: type and 3 bytes of length. */
export const MESSAGE_HEADER = 4;

/** What an Identity gives out besides the pieces. */
export const enum IdentityPiece {
  /** The private key, 32 bytes. */
  key = -1,
}

/**
 * A client certificate and its key (P-256): a function, so that of a long chain only a piece is in memory. Gives piece `index` of our Certificate
 * message (its header included, the context empty, the leaf first), at most 128 bytes; "" after the last; or IdentityPiece.key.
 */
export type Identity = (index: number) => Bytes;

/** Whom to connect to, and how to know it: a fingerprint or a CA's key must match. */
export interface TlsPeer {
  host: string;
  /** SHA-1 (20 bytes) or SHA-256 (32 bytes) of the leaf certificate. */
  fingerprints: Bytes[];
  /** SHA-256 (32 bytes) of an issuing CA's SubjectPublicKeyInfo; and the time of the firmware's build in seconds since 1970. */
  caKeys?: Bytes[];
  built?: number;
  /** The one protocol to offer by ALPN (RFC 7301), or null. */
  alpn?: Bytes | null;
  identity?: Identity | null;
  /** Set by the handshake: the SHA-1 of the leaf that the server sent, if it is none of those. */
  seen: Bytes;
}

export interface HandshakeState {
  /** The message that must come next; certificate_request stands for "that or certificate". */
  expect: HandshakeType;
  /** The ClientHello's random, 32 bytes, until the ServerHello. */
  random: Bytes;
  group: NamedGroup;
  hasRetried: boolean;
  /** A HelloRetryRequest's cookie, else "". */
  cookie: Bytes;
  /** Where the server's key share lies in the workspace. */
  share: number;

  /** The part that is loaded, and its step that takes a message. */
  part: HandshakePart;
  take: Step;
  /** The step that takes handshake bytes between two messages: Connection.content, except while a Certificate streams in. */
  messages: Step;
  /** The step that loads the part that `part` names, in the place of the one that was there. */
  load: Step;

  /** Bytes of a message gathered at At.message. */
  have: number;
  /** The whole message being handled: its place in the workspace and its length with the header. */
  message: number;
  length: number;

  /** Certificate and CertificateRequest: body bytes still to come, those that belong to no field yet, and those of the present one. */
  bodyLeft: number;
  listLeft: number;
  fieldLeft: number;
  /** Where the field's next bytes go, if it is a head; 0 if it is a certificate. The last certificate was read. */
  headAt: number;
  isLast: boolean;
  /** The end of the piece that is being read. */
  stop: number;
  /** Certificates read. */
  count: number;
  /** The certificate that streams in, if it is to be judged: the leaf, or one that may be its issuer's; else null. */
  cert: Uint8Array | null;
  /** The leaf's key. */
  leaf: Uint8Array;
  key: PublicKey;
  /** The time that the leaf was checked for, as timeText gives it. */
  now: string;
  /** Where its subjectAltName's value begins in `cert`. */
  altName: number;
  /** What the leaf's issuer is to vouch for; there while it is looked for. */
  facts: LeafFacts | null;

  /** The place of the server's signature in the workspace. */
  signature: number;
  /** The server sent a CertificateRequest. */
  isAuthRequested: boolean;

  /** The proofs that an open connection needs; each is made only by its check. */
  trusted: PinMatched | CaVouched | 0;
  signed: SignatureVerified | 0;
  finished: FinishedVerified | 0;
}

/** Proof that the server's Finished was right. At run time the number 1; only readFinished makes it. */
export interface FinishedVerified {
  readonly isFinishedVerified: true;
}

/** A connection during its handshake. */
export interface Handshaking extends Connection {
  options: TlsPeer;
  handshake: HandshakeState;
  /** The step that sends the ClientHello, once there is a key and until it is sent. */
  begin: Step;
  /** Called when the ephemeral key is there: opens TCP and then goes on with `begin`. */
  ready(): void;
}
