/** Whether the leaf is good, but for its signature. Loaded where no fingerprint matched and a CA's key may do. */
import { At } from "../crypto/workspace";
import { considerLeaf } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/** Step: checks name, dates, use and the like. Raises considerLeaf's errors. */
export function checkLeaf(c: Handshaking): void {
  const hs = c.handshake;
  const options = c.options;
  hs.now = considerLeaf(c.board, hs.cert as Uint8Array, options.host, c.board.time(), options.built as number, At.message);
  hs.part = HandshakePart.leafFacts;
  c.step = hs.load;
}
