/** Whether the leaf is for our host, and what its issuer has to vouch for. Loaded once the leaf is known to be good in itself. */
import { At } from "../crypto/workspace";
import { checkName, type LeafFacts, leafFacts, leafSignature } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: checks the name. Raises checkName's errors. */
export function checkLeafName(c: Handshaking): void {
  const hs = c.handshake;
  checkName(c.board, hs.cert as Uint8Array, hs.altName, c.options.host, At.message);
  c.step = takeLeafFacts;
}

/** Step: keeps of the leaf what its issuer is looked for by, and what it has to have signed. Raises leafFacts's errors. */
function takeLeafFacts(c: Handshaking): void {
  const hs = c.handshake;
  hs.facts = leafFacts(c.board, hs.cert as Uint8Array, hs.now, At.message);
  c.step = takeLeafSignature;
}

/** Step: the leaf's signature. Raises leafSignature's errors. */
function takeLeafSignature(c: Handshaking): void {
  const hs = c.handshake;
  const facts = hs.facts as LeafFacts;
  facts.signature = leafSignature(c.board, hs.cert as Uint8Array, facts, At.message);
  hs.cert = null;
  hs.part = HandshakePart.certificate;
  c.step = hs.load;
}
