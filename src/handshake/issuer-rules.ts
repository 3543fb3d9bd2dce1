/** Whether the issuer may be one. Loaded once it is known to be the leaf's. */
import { At } from "../crypto/workspace";
import { checkIssuer, type LeafFacts } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: checks dates, use and the like. Raises checkIssuer's errors. */
export function checkIssuerRules(c: Handshaking): void {
  const hs = c.handshake;
  checkIssuer(c.board, hs.facts as LeafFacts, hs.cert as Uint8Array, At.message);
  hs.part = HandshakePart.issuerKey;
  c.step = hs.load;
}
