/** What the leaf's issuer has to vouch for. Loaded once the leaf is known to be good, but for its signature. */
import { At } from "../crypto/workspace";
import { leafFacts } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: keeps of the leaf what its issuer is looked for by, and what it has to have signed. Raises leafFacts's errors. */
export function takeLeafFacts(c: Handshaking): void {
  const hs = c.handshake;
  hs.facts = leafFacts(c.board, hs.cert as Uint8Array, hs.now, At.message);
  hs.cert = null;
  hs.part = HandshakePart.certificate;
  c.step = hs.load;
}
