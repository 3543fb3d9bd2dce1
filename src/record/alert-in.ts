/** Alerts that we receive (RFC 8446 section 6). */
import { Alert } from "../errors/alerts";
import { ErrorCode } from "../errors/codes";
import { type Connection, Wait } from "./connection";

/**
 * Step: reads the alert ram[at .. end). close_notify of an open connection ends it in order; user_canceled only announces one; every other alert ends
 * it with its own error (alert_received + AlertDescription), whatever level it claims. Raises connection_closed for a close_notify before there is a sink.
 */
export function readAlert(c: Connection): void {
  c.held = 0;
  if (c.end - c.at !== 2) throw ErrorCode.decode_error;
  if (c.midMessage) throw ErrorCode.unexpected_message;
  const description = c.ram[c.at + 1];
  if (description === Alert.user_canceled) {
    if (++c.useless > 1) throw ErrorCode.too_many_records;
    c.step = c.more;
    return;
  }
  if (description !== Alert.close_notify || !c.isOpen) throw ErrorCode.alert_received + description;
  if (!c.sink) throw ErrorCode.connection_closed;
  c.sink.end(true);
  c.wait = Wait.work;
  // In later turns, so that who is told can still look at the workspace.
  c.board.clock.after(c.taken.bind(c), 0);
  c.board.clock.after(c.finish.bind(c, ErrorCode.none), 0);
}
