/**
 * The crypto interface: one call with one of the operations below plus the place (offset into the workspace) that it mainly works on,
 * and up to two more integers: `crypto(Op.sha256Update + At.transcript, at, length)`. One entry point with three integers because a
 * native call costs an interpreter 10,000 instructions and a function object seven of 1600 variables.
 *
 * All places are byte offsets into Board.ram. Places of 32-bit structures (those in At) are multiples of 4; data places may have any
 * alignment. An operation returns 0 unless it says otherwise. None allocates, none throws.
 */
export const enum Op {
  // Hashes (FIPS 180-4). A state is 104 bytes for SHA-256, 92 for SHA-1.
  /** + state */
  sha256Init = 0x10000,
  /** + state, at, length */
  sha256Update = 0x20000,
  /** + state, out (32 bytes). The state itself is left as it was, so that hashing can go on. */
  sha256Final = 0x30000,
  /** + at, length, out (32 bytes): the hash of one stretch; out may overlap it. */
  sha256 = 0x40000,
  /** + state */
  sha1Init = 0x50000,
  /** + state, at, length */
  sha1Update = 0x60000,
  /** + state, out (20 bytes); the state is left as it was. */
  sha1Final = 0x70000,

  // RFC 2104, RFC 5869, RFC 8446 section 7.1. Constant time.
  /** + key (32 bytes), at (32 bytes of data), out (32 bytes): HMAC-SHA-256, which is also HKDF-Extract(salt = key, ikm = data). */
  hmac = 0x80000,
  /** + secret (32 bytes), label + context (a Label plus the place of a 32-byte context; no context for those whose Label says so), out */
  expandLabel = 0x90000,

  // Record protection (RFC 8446 section 5.2, RFC 8439, NIST SP 800-38D). Constant time. A state is 256 bytes (At.readState, At.writeState).
  /** + state, suite (Suite), secret: derives key and IV from the traffic secret, sequence number 0. */
  aeadInit = 0xa0000,
  /** + state, header: begins to open the record whose 5 header bytes (the additional data) lie at `header`; takes the next sequence number. */
  openStart = 0xb0000,
  /**
   * + state, at, length: decrypts ciphertext in place, any length. Gives how many zero bytes the plaintext made of it ends with: `length` if all
   * are zero. That count takes the longer the more they are, as any removal of padding does (RFC 8446 appendix E.3).
   */
  openUpdate = 0xc0000,
  /** + state, tag (16 bytes): 1 if the tag is right, else 0. */
  openFinish = 0xd0000,
  /** + state, at, length: seals one record in place. Its 5 header bytes lie at `at - 5`, complete; the 16-byte tag is written at `at + length`. */
  seal = 0xe0000,

  // Key agreement (RFC 7748; SEC 1). Constant time. Private keys are 32 bytes, public keys 32 (X25519) or 65 (P-256, uncompressed).
  /** + private, out: the X25519 public key. The private key is 32 random bytes. */
  x25519Public = 0xf0000,
  /** + private, peer, out (32 bytes): 1, or 0 if the result is all zeros (RFC 7748 section 6.1) and must be refused. */
  x25519 = 0x100000,
  /** + private, out: the P-256 public key: 1, or 0 if the private bytes are not in 1 .. n-1 (draw again). */
  p256Public = 0x110000,
  /** + private, peer, out (32 bytes, the x coordinate): 1, or 0 if the peer's point is not a point on the curve. */
  p256 = 0x120000,

  // Signatures (FIPS 186-5; RFC 8017).
  /** + public (65 bytes), hash (32 bytes), signature (64 bytes, r and s): 1 if valid. Variable time: public data only. */
  ecdsaVerify = 0x130000,
  /**
   * + private, hash, out (64 bytes, r and s): RFC 6979 nonce. 1, or 0 if the key is out of range. Constant time; in the kernels but for the
   * inversion of the nonce times a random number.
   */
  ecdsaSign = 0x140000,
  /**
   * + modulus, length (256 to 512, a multiple of 4), signature (same length): begins signature^65537 mod modulus. 1, or 0 if the modulus is
   * even or the signature is not below it. Both places stay untouched by others until rsaStep returned 0; modulus may be At.scratch.
   */
  rsaStart = 0x150000,
  /** + out: goes on for at most about 100 ms; 1 while there is more to do, 0 when the result (big-endian, length bytes) is at `out`. */
  rsaStep = 0x160000,
  /** + seed (32 bytes), at, length: XORs MGF1-SHA-256(seed, length) into at. For EMSA-PSS. */
  mgf1Xor = 0x170000,

  /** + a, b, length: 1 if equal. Constant time. */
  equal = 0x180000,
  /** + state (At.json), at, length: the JSON scanner of status/json-scan.ts. */
  jsonScan = 0x190000,
  /**
   * + at, length: on the ESP8266 fills with bytes of the hardware random register, many reads mixed through SHA-256; 0 if it is stuck, else 1.
   * The portable crypto does not have it (0).
   */
  hardwareRandom = 0x1a0000,
}

/** Numbers of the cipher suites (RFC 8446 appendix B.4). */
export const enum Suite {
  TLS_AES_128_GCM_SHA256 = 0x1301,
  TLS_CHACHA20_POLY1305_SHA256 = 0x1303,
}

/** HKDF-Expand-Label's labels, each with its output's length: 32 unless noted. Added to the place of the context. */
export const enum Label {
  /** "derived"; context: hash */
  derived = 0x10000,
  /** "c hs traffic" */
  clientHandshakeTraffic = 0x20000,
  /** "s hs traffic" */
  serverHandshakeTraffic = 0x30000,
  /** "c ap traffic" */
  clientApplicationTraffic = 0x40000,
  /** "s ap traffic" */
  serverApplicationTraffic = 0x50000,
  /** "finished"; no context */
  finished = 0x60000,
  /** "traffic upd"; no context */
  trafficUpdate = 0x70000,
}
