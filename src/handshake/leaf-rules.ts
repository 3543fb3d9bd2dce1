/**
 * Whether the leaf is good, but for its name and its signature. Loaded where no fingerprint matched and a CA's key may do. Each step is a function of its own
 * because its variables are gone when the next one needs memory.
 */
import { At } from "../crypto/workspace";
import { checkLeaf, checkTime } from "../trust/ca";
import { HandshakePart, type Handshaking } from "./state";

/**
 * Step: is the time known? Raises checkTime's errors.
 *
 * @once
 */
export function takeTime(c: Handshaking): void {
  c.handshake.now = checkTime(c.board.time(), c.options.built as number);
  c.step = checkLeafRules;
}

/** Step: checks dates, use and the like. Raises checkLeaf's errors. */
function checkLeafRules(c: Handshaking): void {
  const hs = c.handshake;
  hs.altName = checkLeaf(c.board, hs.cert as Uint8Array, hs.now, At.message);
  hs.part = HandshakePart.leafFacts;
  c.step = hs.load;
}
