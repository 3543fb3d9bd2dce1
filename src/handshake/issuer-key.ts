/** Whether the issuer has signed the leaf. Loaded once it is known to be good. */
import { At } from "../crypto/workspace";
import { Wait } from "../record/connection";
import { queueStored } from "../record/stored";
import { type LeafFacts, startIssuer, stepIssuer } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: takes the issuer's key. Raises startIssuer's errors. */
export function takeIssuerKey(c: Handshaking): void {
  const hs = c.handshake;
  queueStored(c);
  startIssuer(c.board, hs.facts as LeafFacts, hs.cert as Uint8Array, At.message);
  hs.cert = null;
  hs.part = HandshakePart.certificate;
  c.step = verifyLeaf;
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
