/** KeyUpdate (RFC 8446 section 4.6.3). Loaded for one message. */
import { Label, Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import type { Connection } from "./connection";
import { ContentType } from "./record-out";

/** Bytes of the message: a header, and whether an answer is asked for. */
const KEY_UPDATE = 5;

/** Step: the message at ram[at .. end), which it must fill: the next record has another key. Raises unexpected_message, illegal_parameter. */
export function readKeyUpdate(c: Connection): void {
  const ram = c.ram;
  const at = c.at;
  if (c.end - at !== KEY_UPDATE || ram[at + 1] | ram[at + 2] || ram[at + 3] !== 1) throw ErrorCode.unexpected_message;
  const isRequested = ram[at + KEY_UPDATE - 1];
  c.step = c.more;
  if (isRequested > 1) throw ErrorCode.illegal_parameter;
  updateKey(c, At.serverSecret, At.readState);
  if (isRequested) {
    c.send(ContentType.handshake, "\x18\x00\x00\x01\x00");
    updateKey(c, At.clientSecret, At.writeState);
  }
}

function updateKey(c: Connection, secret: number, state: number): void {
  c.crypto(Op.expandLabel + secret, Label.trafficUpdate, secret);
  c.crypto(Op.aeadInit + state, c.suite, secret);
}
