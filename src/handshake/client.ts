/**
 * The client's handshake of TLS 1.3 (RFC 8446 section 2): where to begin reading. This part is loaded for the whole of it, the others,
 * because a function costs memory as long as it is there, only while they are needed:
 *
 *   hello.ts            the ephemeral key, ClientHello, and a second one after a HelloRetryRequest
 *   server-hello.ts     ServerHello or HelloRetryRequest, and the handshake keys
 *   parameters.ts       EncryptedExtensions, CertificateRequest, Certificate: the leaf's fingerprint and key (../trust, ../x509)
 *   proof.ts            CertificateVerify signed by that key, Finished, our answer, and the connection is open
 *
 * messages.ts brings the messages and loads the part that takes them. Left out on purpose: early data, resumption, external pre-shared keys,
 * compression, exporters.
 */
import { Wait } from "../record/connection";
import { readHandshake } from "./messages";
import { type HandshakeState, HandshakeType, type Handshaking, NamedGroup, type TlsPeer } from "./state";

/**
 * Draws the ephemeral key (Wi-Fi must be up), then calls c.ready; what is then at c.begin sends the ClientHello and lets the connection wait
 * for input. Ends the connection with the random source's ErrorCode if that fails.
 */
export function prepareHandshake(c: Handshaking, peer: TlsPeer): void {
  c.handshake = {
    peer,
    random: "",
    group: NamedGroup.x25519,
    hasRetried: false,
    isAuthRequested: false,
    expect: HandshakeType.server_hello,
    part: 0,
    have: 0,
    bodyLeft: 0,
    trusted: 0,
    signed: 0,
    finished: 0,
  } as unknown as HandshakeState;
  c.content = readHandshake;
  import("./hello").then((part) => {
    if (c.wait === Wait.over) return;
    try {
      part.drawFirstKey(c);
      c.begin = part.sendFirstHello;
      c.ready();
    } catch (error) {
      if (typeof error !== "number") throw error;
      c.finish(error);
    }
  });
}
