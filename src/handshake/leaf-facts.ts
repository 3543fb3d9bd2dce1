/** What the leaf's issuer has to vouch for. Loaded where no fingerprint matched and a CA's key may do. */
import { At } from "../crypto/workspace";
import { considerLeaf } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: checks all of the leaf but its signature. Raises considerLeaf's errors. */
export function takeLeafFacts(c: Handshaking): void {
  const hs = c.handshake;
  const options = c.options;
  hs.facts = considerLeaf(c.board, hs.cert as Uint8Array, options.host, c.board.time(), options.built as number, At.message);
  hs.cert = null;
  hs.part = HandshakePart.certificate;
  c.step = hs.load;
}
