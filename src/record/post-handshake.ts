/**
 * Handshake messages after the handshake (RFC 8446 section 4.6): NewSessionTicket is stepped over, KeyUpdate (key-update.ts) obeyed,
 * all else refused.
 * A ticket may be as long as it likes (servers put the client's certificate into it), so it is walked by its length, never held.
 */
import { MAX_KEY_UPDATES } from "../bytes/limits";
import { ErrorCode } from "../errors/codes";
import { type Connection, Wait } from "./connection";

const enum HandshakeType {
  new_session_ticket = 4,
  key_update = 24,
}

const HEADER = 4;

/** Walks ram[at .. end) as messages; false if one is not a NewSessionTicket. Changes nothing but the walk's own state. */
function walkTickets(c: Connection): boolean {
  let at = c.at;
  while (at < c.end) {
    if (c.ticketHave < HEADER) {
      const byte = c.ram[at++];
      if (!c.ticketHave++ && byte !== HandshakeType.new_session_ticket) {
        c.ticketHave = 0;
        return false;
      }
      c.ticketHead = (c.ticketHead << 8) | byte;
      c.ticketLeft = c.ticketHead & 0xffffff;
    } else {
      const n = c.end - at < c.ticketLeft ? c.end - at : c.ticketLeft;
      c.ticketLeft -= n;
      at += n;
    }
    if (c.ticketHave === HEADER && !c.ticketLeft) c.ticketHave = 0;
  }
  return true;
}

/**
 * Step: takes the handshake bytes ram[at .. end) of an open connection: verified ones, or a piece of a long record that may still be data as well
 * and so goes to the sink, too, if there was one when the record began. Raises unexpected_message and too_many_messages.
 */
export function readPostHandshake(c: Connection): void {
  c.step = c.more;
  if (c.provisional) {
    c.isTickets = walkTickets(c);
    if (!c.isMarked) {
      // Data before anything was asked, which the sink has missed the beginning of.
      if (!c.isTickets) throw ErrorCode.unexpected_message;
    } else if (!c.blame) c.sink.bytes(c.at, c.end - c.at);
    return;
  }
  if (++c.useless > MAX_KEY_UPDATES) throw ErrorCode.too_many_messages;
  if (!c.midMessage && c.ram[c.at] === HandshakeType.key_update) {
    c.wait = Wait.work;
    import("./key-update").then((part) => c.resume(part.readKeyUpdate));
  } else if (!walkTickets(c)) throw ErrorCode.unexpected_message;
  c.midMessage = c.ticketHave > 0;
}
