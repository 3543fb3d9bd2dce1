/** Whether a certificate of the chain is the CA's that the config names. Loaded for one certificate. */
import { At } from "../crypto/workspace";
import type { Bytes } from "../transport";
import { isIssuer, type LeafFacts } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: looks at the certificate; goes on with the chain if it is another one's. Raises isIssuer's errors. */
export function judgeIssuer(c: Handshaking): void {
  const hs = c.handshake;
  hs.part = HandshakePart.issuerRules;
  if (!isIssuer(c.board, hs.facts as LeafFacts, hs.cert as Uint8Array, c.options.caKeys as Bytes[], At.message)) {
    hs.cert = null;
    hs.part = HandshakePart.certificate;
  }
  c.step = hs.load;
}
