/**
 * The workspace: the one flat array that crypto, record and handshake work in, allocated once at boot. The first `arena` bytes belong to
 * crypto's states and temporaries, the rest to the records' bytes on their way.
 */
export const enum At {
  /** 16 bytes for the kernels' own book-keeping (what the scratch holds). */
  kernel = 0,
  /** SHA-256 state of the handshake's transcript, 104 bytes. */
  transcript = 16,
  /** A second SHA-256 state, 104 bytes: the certificate. */
  hash = 120,
  /** A SHA-1 state, 92 bytes, padded to 96. */
  sha1 = 224,
  /** Record protection states, 256 bytes each. */
  readState = 320,
  writeState = 576,
  /** Traffic secrets and the like, 32 bytes each. */
  clientSecret = 832,
  serverSecret = 864,
  mainSecret = 896,
  /** 32-byte digests and other short-lived values. */
  digest = 928,
  temp = 960,
  /** The ephemeral private key, 32 bytes, and the public key, 65 bytes, padded to 68. */
  privateKey = 992,
  publicKey = 1024,
  /**
   * What is known of an HTTP response (Answer in http/response.ts), 104 bytes: it lives after the handshake, in the transcript's place. With
   * `json`, which follows it, it is copied to `answerKept`, 196 bytes in the place of the handshake's short-lived values.
   */
  answer = 16,
  answerKept = 896,
  /** The JSON scanner's state, 92 bytes: it lives after the handshake, in the same place as the certificate's hash states. */
  json = 120,
  /** The keys that the JSON scanner looks for (JsonState.keys), up to 108 bytes. */
  jsonKeys = 212,
  /** The kernels' temporaries; what is here does not survive a call, except as an operation says. 1980 bytes. */
  scratch = 1092,
  /** The scratch's last 532 bytes: only the curves, RSA and what is derived from a private key use them; hashes and record protection leave them alone. */
  stored = 2540,
  arena = 3072,
  /** A record's 5 header bytes and up to 512 + 1 + 16 bytes of it, or the piece that streams through. 540 bytes. */
  record = 3072,
  /** A handshake message that spans records, or that must outlast the record. 528 bytes: RSA-4096's CertificateVerify takes 520. */
  message = 3612,
  /** A record being sent: 5 header bytes, up to 444 bytes, tag. Shares `message`'s place only where the handshake says so. */
  end = 4140,
}
