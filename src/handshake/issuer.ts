/** Whether a certificate of the chain is the CA's that the config names, and vouches for the leaf. Loaded for one certificate. */
import { At } from "../crypto/workspace";
import { Wait } from "../record/connection";
import type { Bytes } from "../transport";
import { considerIssuer, type LeafFacts, stepIssuer } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: looks at the certificate; goes on with the chain if it is another one's. Raises considerIssuer's errors. */
export function judgeIssuer(c: Handshaking): void {
  const hs = c.handshake;
  const isIssuer = considerIssuer(c.board, hs.facts as LeafFacts, hs.cert as Uint8Array, c.options.caKeys as Bytes[], At.message);
  hs.cert = null;
  hs.part = HandshakePart.certificate;
  c.step = isIssuer ? verifyLeaf : hs.load;
}

/** Step: goes on with the check of the leaf's signature, a turn at a time. */
function verifyLeaf(c: Handshaking): void {
  const hs = c.handshake;
  hs.trusted = stepIssuer(c.board, hs.facts as LeafFacts, At.message);
  if (hs.trusted) {
    hs.facts = null;
    c.step = hs.load;
  } else {
    c.wait = Wait.work;
    c.board.clock.after(c.resume.bind(c), 0);
  }
}
