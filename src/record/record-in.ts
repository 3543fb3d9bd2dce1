/**
 * Records that come in (RFC 8446 sections 5.1 and 5.2), as steps of the connection's loop. A record of up to 512 content bytes is held until
 * its tag is verified. A longer one streams in pieces of 512: they are decrypted as they arrive and handed on provisionally, and only the last
 * non-zero byte and a count of the zeros after it are held back, because the record's type and padding come last. Never more than At.record's
 * 540 bytes of a record are here, whatever its size.
 */
import { MAX_KEY_UPDATES, MAX_USELESS_RECORDS } from "../bytes/limits";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { type Connection, Wait } from "./connection";
import { loadControl } from "./control";
import { ContentType, RecordSize } from "./record-out";

const enum Place {
  /** Where a record's content begins. */
  content = At.record + RecordSize.header,
  /** Where zeros are made when they turn out to be content: behind the piece. */
  zeros = content + RecordSize.held,
}
const MAX_ZEROS = At.message - Place.zeros;
/** Bytes of an alert. */
const ALERT = 2;
/** What the first message of a record begins with if it is a NewSessionTicket. */
const TICKET = 4;

/** Step: a record's 5 header bytes, and with them what has come of its body; or what is to be done before. */
export function readRecord(c: Connection): void {
  if (c.pending) {
    c.step = c.pending;
    c.pending = null;
    return;
  }
  if (!gatherRecord(c, RecordSize.header, RecordSize.header + RecordSize.heldCiphertext)) return;
  const ram = c.ram;
  const type = ram[At.record];
  const length = (ram[At.record + 3] << 8) | ram[At.record + 4];
  if (type < ContentType.change_cipher_spec || type > ContentType.application_data) throw ErrorCode.not_tls;
  if (ram[At.record + 1] !== 3 || length > RecordSize.maxCiphertext)
    throw ram[At.record + 1] === 3 ? ErrorCode.record_overflow : ErrorCode.record_version_wrong;
  const isProtected = c.canOpen && type !== ContentType.change_cipher_spec;
  if (isProtected && (type !== ContentType.application_data || length <= RecordSize.tag))
    throw type === ContentType.application_data ? ErrorCode.record_overflow : ErrorCode.record_type_unexpected;
  c.left = length;
  c.step = readHeldRecord;
  let most = length;
  if (length > (isProtected ? RecordSize.heldCiphertext : RecordSize.held)) {
    if (!isProtected) throw ErrorCode.message_too_large;
    most = RecordSize.held;
    startLongRecord(c);
  }
  // What was gathered beyond goes back: it is of the chunk that is still there.
  const beyond = c.have - RecordSize.header - most;
  if (beyond > 0) {
    c.pos -= beyond;
    c.have -= beyond;
  }
}

/** Gathers at At.record up to `room` bytes as far as they are there; false if less than `total` are, so that more input is awaited first. */
function gatherRecord(c: Connection, total: number, room: number): boolean {
  const n = room - c.have < c.input.length - c.pos ? room - c.have : c.input.length - c.pos;
  if (n > 0) {
    c.board.copyIn(n === c.input.length ? c.input : c.input.substr(c.pos, n), At.record + c.have);
    c.have += n;
    c.pos += n;
  }
  if (c.have >= total) return true;
  if (c.queue) {
    c.input = c.queue;
    c.queue = "";
    c.pos = 0;
  } else {
    c.total = total;
    c.wait = Wait.input;
  }
  return false;
}

/** Step: a record that is held whole: one of before there are keys, a change_cipher_spec, or a protected one until its tag is verified. */
function readHeldRecord(c: Connection): void {
  const total = RecordSize.header + c.left;
  if (!gatherRecord(c, total, total)) return;
  const ram = c.ram;
  let type = ram[At.record];
  let end = At.record + total;
  if (c.canOpen && type !== ContentType.change_cipher_spec) {
    end -= RecordSize.tag;
    c.crypto(Op.openStart + At.readState, At.record);
    const zeros = c.crypto(Op.openUpdate + At.readState, Place.content, end - Place.content);
    if (!c.crypto(Op.openFinish + At.readState, end)) throw ErrorCode.bad_record_mac;
    end -= zeros + 1;
    if (end < Place.content) throw ErrorCode.record_type_unexpected;
    type = ram[end];
  }
  c.have = 0;
  c.at = Place.content;
  c.end = end;
  takeRecord(c, type, end - Place.content);
}

/** Hands the verified bytes to where their type belongs. */
function takeRecord(c: Connection, type: number, length: number): void {
  if (type === ContentType.handshake) {
    if (!length) throw ErrorCode.record_empty;
    c.step = c.content;
  } else if (type === ContentType.alert) {
    c.held = type;
    loadControl(c);
  } else {
    c.step = readRecord;
    if (c.midMessage) throw ErrorCode.unexpected_message;
    if (!c.isOpen || type !== ContentType.application_data) {
      // A change_cipher_spec is there for middleboxes only, never protected, and dropped (section 5).
      if (c.ram[At.record] !== ContentType.change_cipher_spec || length !== 1 || c.ram[Place.content] !== 1 || c.isOpen)
        throw ErrorCode.record_type_unexpected;
      length = 0;
    }
    if (length) {
      c.useless = 0;
      c.isTickets = false;
      c.step = offerPiece;
    } else if (++c.useless > MAX_USELESS_RECORDS) throw ErrorCode.too_many_records;
  }
}

/** Begins a long record. From here to its tag everything is provisional. */
function startLongRecord(c: Connection): void {
  c.crypto(Op.openStart + At.readState, At.record);
  c.left -= RecordSize.tag;
  c.inner = c.left;
  c.held = -1;
  c.zeros = 0;
  c.blame = 0;
  c.provisional = true;
  c.step = readLongRecord;
  if (c.isOpen && c.sink) {
    c.isMarked = true;
    c.sink.mark();
  }
}

/** Step: decrypts the next piece of a long record in place, and hands on all of it that cannot be type or padding. */
function readLongRecord(c: Connection): void {
  const total = RecordSize.header + (c.left < RecordSize.held ? c.left : RecordSize.held);
  if (!gatherRecord(c, total, total)) return;
  const ram = c.ram;
  const n = total - RecordSize.header;
  c.have = RecordSize.header;
  c.left -= n;
  c.more = c.left ? readLongRecord : finishLongRecord;
  const zeros = c.crypto(Op.openUpdate + At.readState, Place.content, n);
  if (zeros === n) {
    c.zeros += n;
    c.step = c.more;
    return;
  }
  c.at = Place.content;
  c.end = Place.content + n - 1 - zeros;
  if (c.held < 0) {
    c.first = (ram[Place.content] << 8) | ram[Place.content + 1];
    c.isTickets = c.isOpen && !c.zeros && (c.midMessage || ram[Place.content] === TICKET);
  } else {
    c.at--;
    ram[Place.content - 1] = c.held;
  }
  c.held = ram[c.end];
  c.step = c.isOpen || c.blame || c.zeros ? offerPiece : c.content;
  if (c.zeros) {
    c.zerosDue = c.zeros;
    c.pieceEnd = c.end;
    c.end = Place.content;
    c.more = releaseZeros;
  }
  c.zeros = zeros;
}

/** Step: zeros that were held back turned out to be content. Hands them on, then the piece that came after them. */
function releaseZeros(c: Connection): void {
  const n = c.zerosDue < MAX_ZEROS ? c.zerosDue : MAX_ZEROS;
  c.zerosDue -= n;
  c.step = offerPiece;
  if (n) {
    c.ram.subarray(Place.zeros, Place.zeros + n).fill(0);
    c.at = Place.zeros;
    c.end = Place.zeros + n;
  } else {
    c.more = c.left ? readLongRecord : finishLongRecord;
    c.at = Place.content;
    c.end = c.pieceEnd;
  }
}

/** Step: offers ram[at .. end), provisional in a long record, to whom it may belong; to the sink once there is one. */
function offerPiece(c: Connection): void {
  if (!c.isMarked && c.isOpen && !c.isTickets && c.at < c.end) {
    if (!c.sink) {
      c.wait = Wait.sink;
      return;
    }
    c.isMarked = true;
    if (c.provisional) c.sink.mark();
  }
  c.step = c.more;
  if (c.at === c.end) return;
  if (c.isOpen && !c.isTickets) {
    if (!c.blame) c.sink.bytes(c.at, c.end - c.at);
  } else if (c.isOpen || !c.blame) c.step = c.content;
}

/** Step: a long record's tag, its type, and what both mean for the bytes handed on before. */
function finishLongRecord(c: Connection): void {
  const total = RecordSize.header + RecordSize.tag;
  if (!gatherRecord(c, total, total)) return;
  c.provisional = false;
  if (!c.crypto(Op.openFinish + At.readState, Place.content)) throw ErrorCode.bad_record_mac;
  c.have = 0;
  c.more = readRecord;
  c.step = readRecord;
  if (c.held === ContentType.alert && c.inner - c.zeros === ALERT + 1) {
    // As a server that pads every record sends it.
    if (c.isMarked) c.sink.rollback();
    c.ram[Place.content] = c.first >> 8;
    c.ram[Place.content + 1] = c.first;
    c.at = Place.content;
    c.end = Place.content + ALERT;
    loadControl(c);
    return;
  }
  const isHandshake = c.held === ContentType.handshake;
  if (!isHandshake && (c.held !== ContentType.application_data || !c.isOpen || c.midMessage)) throw ErrorCode.record_type_unexpected;
  if (c.isOpen && isHandshake) {
    if (!c.isTickets) throw ErrorCode.unexpected_message;
    if (++c.useless > MAX_KEY_UPDATES) throw ErrorCode.too_many_messages;
    if (c.isMarked) c.sink.rollback();
    c.isTickets = false;
    c.blame = 0;
    c.midMessage = c.ticketHave > 0;
  } else {
    if (c.blame) throw c.blame;
    // Of data that looked like tickets before there was a sink, the beginning is lost: they were sent before anything was asked.
    if (c.isTickets && !c.isMarked) throw ErrorCode.unexpected_message;
    c.useless = 0;
    c.ticketHave = 0;
    if (c.isMarked) c.sink.commit();
  }
}
