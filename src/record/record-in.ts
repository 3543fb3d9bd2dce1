/**
 * Records that come in (RFC 8446 sections 5.1 and 5.2), as steps of the connection's loop. A record of up to 512 content bytes is held until
 * its tag is verified. A longer one streams: its bytes are decrypted as they arrive and handed on provisionally, and only the last non-zero
 * byte and a count of the zeros after it are held back, because the record's type and padding come last. Never more than At.record's 540
 * bytes of a record are here, whatever its size.
 */
import { MAX_USELESS_RECORDS } from "../bytes/limits";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { readAlert } from "./alert-in";
import { type Connection, Wait } from "./connection";
import { walkTickets } from "./post-handshake";
import { ContentType, RecordSize } from "./record-out";

/** Where a record's content begins. */
const CONTENT = At.record + RecordSize.header;
/** Most bytes of a long record that are decrypted at once: a chunk of the ESP8266's sockets. */
const MAX_PIECE = 268;
/** Where zeros are made when they turn out to be content: behind the piece. */
const ZEROS = CONTENT + MAX_PIECE;
const MAX_ZEROS = At.message - ZEROS;
/** Bytes of an alert. */
const ALERT = 2;

/** Step: a record's 5 header bytes. */
export function readRecordHeader(c: Connection): void {
  if (!gatherRecord(c, RecordSize.header)) return;
  const ram = c.ram;
  const type = ram[At.record];
  const length = (ram[At.record + 3] << 8) | ram[At.record + 4];
  if (type < ContentType.change_cipher_spec || type > ContentType.application_data) throw ErrorCode.not_tls;
  if (ram[At.record + 1] !== 3) throw ErrorCode.record_version_wrong;
  if (length > RecordSize.maxCiphertext) throw ErrorCode.record_overflow;
  c.left = length;
  if (c.canOpen && type !== ContentType.change_cipher_spec) {
    if (type !== ContentType.application_data) throw ErrorCode.record_type_unexpected;
    if (length <= RecordSize.tag) throw ErrorCode.record_overflow;
    c.step = length <= RecordSize.heldCiphertext ? readShortRecord : startLongRecord;
  } else {
    if (length > RecordSize.held) throw ErrorCode.message_too_large;
    c.step = readPlainRecord;
  }
}

/** Brings the bytes gathered at At.record to `total`; false if more input is awaited first. */
function gatherRecord(c: Connection, total: number): boolean {
  const missing = total - c.have;
  const there = c.input.length - c.pos;
  const n = missing < there ? missing : there;
  if (n) {
    c.board.copyIn(c.input.substr(c.pos, n), At.record + c.have);
    c.have += n;
    c.pos += n;
  }
  if (n < missing) awaitInput(c);
  return n === missing;
}

/** Goes on with what came while work was done, or waits. */
function awaitInput(c: Connection): void {
  c.input = c.queue;
  c.queue = "";
  c.pos = 0;
  if (!c.input) c.wait = Wait.input;
}

/** Step: a record before there are keys, or a change_cipher_spec, which is there for middleboxes only and is dropped (section 5). */
function readPlainRecord(c: Connection): void {
  if (!gatherRecord(c, RecordSize.header + c.left)) return;
  const type = c.ram[At.record];
  if (type === ContentType.change_cipher_spec) {
    if (c.left !== 1 || c.ram[CONTENT] !== 1 || c.isOpen || c.midMessage) throw ErrorCode.record_type_unexpected;
    countUseless(c);
    nextRecord(c);
  } else offerContent(c, type, CONTENT + c.left);
}

/** Step: a protected record that is held until its tag is verified. */
function readShortRecord(c: Connection): void {
  if (!gatherRecord(c, RecordSize.header + c.left)) return;
  let end = CONTENT + c.left - RecordSize.tag;
  c.crypto(Op.openStart + At.readState, At.record);
  c.crypto(Op.openUpdate + At.readState, CONTENT, end - CONTENT);
  if (!c.crypto(Op.openFinish + At.readState, end)) throw ErrorCode.bad_record_mac;
  while (end > CONTENT && !c.ram[end - 1]) end--;
  if (end === CONTENT) throw ErrorCode.record_type_unexpected;
  offerContent(c, c.ram[end - 1], end - 1);
}

/** Goes on with the verified bytes from CONTENT to `end`. */
function offerContent(c: Connection, type: number, end: number): void {
  c.at = CONTENT;
  c.end = end;
  c.held = type;
  c.more = nextRecord;
  c.step = takeContent;
}

/** Step: hands the verified bytes to where their type belongs. */
function takeContent(c: Connection): void {
  const type = c.held;
  const isEmpty = c.at === c.end;
  if (type === ContentType.application_data && c.isOpen) {
    if (c.midMessage) throw ErrorCode.unexpected_message;
    nextRecord(c);
    if (isEmpty) countUseless(c);
    else {
      c.useless = 0;
      c.sink.bytes(c.at, c.end - c.at);
    }
  } else if (type === ContentType.handshake) {
    if (isEmpty) throw ErrorCode.record_empty;
    c.step = c.content;
  } else if (type === ContentType.alert) readAlert(c);
  else throw ErrorCode.record_type_unexpected;
}

function countUseless(c: Connection): void {
  if (++c.useless > MAX_USELESS_RECORDS) throw ErrorCode.too_many_records;
}

/** Step: the present record is done with. Leads to the next one, or to what the handshake wants done between two records. */
export function nextRecord(c: Connection): void {
  c.have = 0;
  c.step = c.next;
}

/** Step: begins a long record. From here to its tag everything is provisional. */
function startLongRecord(c: Connection): void {
  c.crypto(Op.openStart + At.readState, At.record);
  c.left -= RecordSize.tag;
  c.inner = c.left;
  c.have = RecordSize.header;
  c.held = -1;
  c.zeros = 0;
  c.blame = 0;
  c.provisional = true;
  c.more = readLongRecord;
  c.step = readLongRecord;
  if (c.isOpen) {
    c.isTickets = true;
    c.sink.mark();
  }
}

/** Step: decrypts the next piece of a long record in place, and hands on all of it that cannot be type or padding. */
function readLongRecord(c: Connection): void {
  let n = c.input.length - c.pos;
  if (n > c.left) n = c.left;
  if (n > MAX_PIECE) n = MAX_PIECE;
  if (!n) {
    if (c.left) awaitInput(c);
    else c.step = finishLongRecord;
    return;
  }
  c.board.copyIn(c.input.substr(c.pos, n), CONTENT);
  c.pos += n;
  c.left -= n;
  c.crypto(Op.openUpdate + At.readState, CONTENT, n);
  const ram = c.ram;
  let last = CONTENT + n - 1;
  while (last >= CONTENT && !ram[last]) last--;
  const zerosAfter = CONTENT + n - 1 - last;
  if (last < CONTENT) c.zeros += zerosAfter;
  else {
    const before = c.held;
    c.held = ram[last];
    c.pieceEnd = last;
    c.zerosDue = c.zeros;
    c.zeros = zerosAfter;
    if (before < 0) {
      c.first = (ram[CONTENT] << 8) | ram[CONTENT + 1];
      takePiece(c, CONTENT, last, readLongRecord);
    } else {
      ram[CONTENT - 1] = before;
      if (c.zerosDue) takePiece(c, CONTENT - 1, CONTENT, releaseZeros);
      else takePiece(c, CONTENT - 1, last, readLongRecord);
    }
  }
}

/** Step: zeros that were held back turned out to be content. Hands them on, then the piece that came after them. */
function releaseZeros(c: Connection): void {
  const n = c.zerosDue < MAX_ZEROS ? c.zerosDue : MAX_ZEROS;
  c.zerosDue -= n;
  c.ram.subarray(ZEROS, ZEROS + n).fill(0);
  if (n) takePiece(c, ZEROS, ZEROS + n, releaseZeros);
  else takePiece(c, CONTENT, c.pieceEnd, readLongRecord);
}

/** Has ram[at .. end) taken provisionally, and then goes on with `more`. */
function takePiece(c: Connection, at: number, end: number, more: (c: Connection) => void): void {
  c.at = at;
  c.end = end;
  c.more = more;
  c.step = at === end ? more : offerPiece;
}

/** Step: offers a piece to whom it may belong. */
function offerPiece(c: Connection): void {
  c.step = c.more;
  if (!c.isOpen) {
    if (!c.blame) c.step = c.content;
    return;
  }
  if (c.isTickets) c.isTickets = walkTickets(c);
  if (!c.blame) c.sink.bytes(c.at, c.end - c.at);
}

/** Step: a long record's tag, its type, and what both mean for the bytes handed on before. */
function finishLongRecord(c: Connection): void {
  if (!gatherRecord(c, RecordSize.header + RecordSize.tag)) return;
  c.provisional = false;
  if (!c.crypto(Op.openFinish + At.readState, CONTENT)) throw ErrorCode.bad_record_mac;
  if (c.held === ContentType.alert && c.inner - c.zeros === ALERT + 1) {
    takePaddedAlert(c);
    return;
  }
  const isHandshake = c.held === ContentType.handshake;
  if (!isHandshake && (c.held !== ContentType.application_data || !c.isOpen || c.midMessage)) throw ErrorCode.record_type_unexpected;
  if (c.isOpen && isHandshake) {
    if (!c.isTickets) throw ErrorCode.unexpected_message;
    c.sink.rollback();
    c.midMessage = c.ticketHave > 0;
  } else {
    if (c.blame) throw c.blame;
    c.useless = 0;
    c.ticketHave = 0;
    if (c.isOpen) c.sink.commit();
  }
  nextRecord(c);
}

/** An alert that came in a long record, as a server that pads every record sends it. */
function takePaddedAlert(c: Connection): void {
  if (c.isOpen) c.sink.rollback();
  c.ram[CONTENT] = c.first >> 8;
  c.ram[CONTENT + 1] = c.first;
  offerContent(c, ContentType.alert, CONTENT + ALERT);
}
