/**
 * Reads a response as it streams (RFC 9112): one pass, any split, and of the head one line in memory and nothing else. What is known of it are
 * numbers in the workspace (At.answer), so that what is provisional is undone by one copy; headers are judged as they come, not kept.
 * Strict: lines end with CR LF, a header's name is followed by its colon at once, folded lines are refused, and contradictions about the
 * body's length are refused rather than resolved. One response at a time, and after the handshake, which has other uses for the
 * workspace. Not there: HEAD and CONNECT (never sent), pipelining, trailers (read and dropped).
 */
import { MAX_BODY, MAX_ETAG, MAX_HEAD_LINE, MAX_HEAD_LINES } from "../bytes/limits";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesChecks } from "../features";
import type { Board, ByteSink, Bytes } from "../transport";
import { parseCount } from "./count";
import { nextPageOf } from "./link";

/** What is read next. */
const enum Reading {
  statusLine,
  header,
  trailer,
  chunkSize,
  /** The line end after a chunk's data. */
  chunkEnd,
  /** `left` bytes of the body. */
  body,
  chunk,
  untilClose,
  nothing,
}

/** How far a response is known, and that authentic. */
export const enum Progress {
  nothing,
  /** Status and headers. */
  head,
  /** All of it: the connection may carry the next request, if responseKeepsAlive. */
  complete,
}

/** Places in Response.now. */
export const enum Answer {
  /** A Reading. The first, because a copy of it is looked at as a byte. */
  reading,
  /** The status code. */
  status,
  /** Bytes until the body or chunk ends; in the head, what Content-Length says. */
  left,
  /** Bytes of the body so far, those of the present chunk included. */
  total,
  /** Lines of heads and trailers so far. */
  lines,
  /** Bits of Head. */
  head,
  /** Seconds, 1 to 3600, that Retry-After asks for (RFC 9110 section 10.2.3); 0: it is not there. */
  retryAfter,
  /** One more than X-RateLimit-Remaining says; 0: it is not there. */
  remaining,
  /** X-RateLimit-Reset, Unix time in seconds; 0: it is not there. */
  reset,
  /** One more than the seconds past the hour by the server's Date; 0: it is not there. */
  moment,
  /** What nextPageOf says of Link. */
  nextPage,
  /** Bytes of the line's beginning that are not in Text.line. */
  cut,
  /** From here on the numbers of whoever reads the body; all 0 at first. */
  body,
  size = 26,
}

/** Places in Response.texts. */
export const enum Text {
  /** The beginning of a line whose end has not come. */
  line,
  /** The ETag as it came, if it is of at most MAX_ETAG characters; else "". */
  etag,
  /** From here on the texts of whoever reads the body. */
  body,
}

/** What the head says of the body's end and the connection's. */
const enum Head {
  hasLength = 1,
  badLength = 2,
  isChunked = 4,
  badTransfer = 8,
  badEncoding = 16,
  /** No request can follow on this connection. */
  closes = 32,
  /** HTTP/1.0 */
  isOld = 64,
}

/** Most bytes of a head that are looked at at once. */
const LINE_PIECE = 96;
/** A header's line that is longer is not kept, unless it is one that has to be. */
const LONG_LINE = 160;
/** A longer name is no header's that is judged. */
const MAX_HEADER_NAME = 32;
/** Stands for what is left out of a line; no name, and no value that means something, has it. */
const LEFT_OUT = "\x01";
/** Longest Retry-After that is honoured, in seconds; a longer one counts as this, and so does a date, which needs the time of day. */
const MAX_RETRY_AFTER = 3600;
/** Bytes of the workspace that a mark copies: all of At.answer and At.json, from one to the other. */
const KEPT = At.jsonKeys - At.answer;

/** A response being read. It is also the ByteSink that the stream which brings it is given. */
export interface Response extends ByteSink {
  board: Board;
  /** Takes the body's bytes ram[at .. at+length), its framing removed. Its state is in `now`, `texts` and At.json: a rollback undoes it there. */
  body(at: number, length: number): void;
  /** Takes each header; null for none. Its state is in `texts`, likewise. @param name in lower case */
  header: ((name: string, value: Bytes) => void) | null;
  /** The words at At.answer. */
  now: Uint32Array;
  texts: Bytes[];
  /** The texts at the mark, and whether what comes is provisional. */
  kept: Bytes[];
  isMarked: boolean;
}

function judgeHeader(r: Response, name: string, value: Bytes): void {
  const s = r.now;
  let bits = 0;
  switch (name) {
    case "content-length": {
      const length = parseCount(value, 10);
      const cut = length > MAX_BODY ? MAX_BODY + 1 : length;
      bits = Head.hasLength;
      if (length < 0 || (s[Answer.head] & Head.hasLength && s[Answer.left] !== cut)) bits |= Head.badLength;
      s[Answer.left] = cut;
      break;
    }
    case "transfer-encoding":
      bits = Head.isChunked;
      if (value.toLowerCase() !== "chunked" || s[Answer.head] & Head.isChunked) bits |= Head.badTransfer;
      break;
    case "content-encoding":
      if (value && value.toLowerCase() !== "identity") bits = Head.badEncoding;
      break;
    case "connection":
      if (("," + value.toLowerCase().split(" ").join("") + ",").split(",close,").length > 1) bits = Head.closes;
      break;
    case "retry-after": {
      const seconds = parseCount(value, 10);
      const wait = seconds >= 0 && seconds < MAX_RETRY_AFTER ? seconds : MAX_RETRY_AFTER;
      if (wait > s[Answer.retryAfter]) s[Answer.retryAfter] = wait;
      break;
    }
    case "x-ratelimit-remaining":
      s[Answer.remaining] = parseCount(value, 10) + 1;
      break;
    case "x-ratelimit-reset": {
      const reset = parseCount(value, 10);
      s[Answer.reset] = reset > 0 ? reset : 0;
      break;
    }
    case "date": {
      const clock = value.split(":");
      const minutes = parseCount(clock[1] || "", 10);
      const seconds = parseCount((clock[2] || "").substr(0, 2), 10);
      s[Answer.moment] = minutes < 0 || seconds < 0 ? 0 : minutes * 60 + seconds + 1;
      break;
    }
    case "etag":
      if (!r.texts[Text.etag] && value.length <= MAX_ETAG) r.texts[Text.etag] = value;
      break;
    case "link":
      // Of several lines, the one that has a next page.
      if (usesChecks && !s[Answer.nextPage]) s[Answer.nextPage] = nextPageOf(value);
  }
  s[Answer.head] |= bits;
  if (r.header) r.header(name, value);
}

/** The head is over: decides how the body ends (RFC 9112 section 6.3). */
function startBody(r: Response): void {
  const s = r.now;
  const head = s[Answer.head];
  const status = s[Answer.status];
  if (status === 101) throw ErrorCode.http_unexpected_upgrade;
  if (status < 200) {
    // An interim response. The lines' count goes on.
    const lines = s[Answer.lines];
    s.fill(0);
    s[Answer.lines] = lines;
    r.texts = ["", ""];
  } else {
    if (head & Head.isOld) s[Answer.head] = head | Head.closes;
    if (status === 204 || status === 304) s[Answer.reading] = Reading.nothing;
    else {
      if (head & (Head.badEncoding | Head.badTransfer)) throw ErrorCode.http_unsupported_encoding;
      if (head & Head.isChunked) {
        if (head & (Head.hasLength | Head.isOld)) throw ErrorCode.http_bad_length;
        s[Answer.reading] = Reading.chunkSize;
      } else if (head & Head.hasLength) {
        if (head & Head.badLength) throw ErrorCode.http_bad_length;
        if (s[Answer.left] > MAX_BODY) throw ErrorCode.http_body_too_large;
        s[Answer.reading] = s[Answer.left] ? Reading.body : Reading.nothing;
      } else {
        s[Answer.reading] = Reading.untilClose;
        s[Answer.head] = head | Head.closes;
      }
    }
  }
}

/** A line of the head or of the trailers. @param line with its CR, without its LF @param length of all of it, without CR */
function takeHeadLine(r: Response, line: Bytes, length: number): void {
  const s = r.now;
  const isWhole = line.indexOf("\r") === line.length - 1;
  const reading = s[Answer.reading];
  if (length > MAX_HEAD_LINE) throw ErrorCode.http_header_too_long;
  if (++s[Answer.lines] > MAX_HEAD_LINES) throw ErrorCode.http_too_many_headers;
  if (reading === Reading.statusLine) {
    const isOld = line.charAt(7) === "0";
    s[Answer.status] = parseInt(line.substr(9, 3), 10);
    const status = s[Answer.status];
    s[Answer.reading] = Reading.header;
    s[Answer.head] = isOld ? Head.isOld : 0;
    if (!isWhole || line.substr(0, 12) !== (isOld ? "HTTP/1.0 " : "HTTP/1.1 ") + status || status > 599)
      throw ErrorCode.http_bad_status_line;
    if (length > 12 && line.charAt(12) !== " ") throw ErrorCode.http_bad_status_line;
  } else if (line !== "\r") {
    const colon = line.indexOf(":");
    if (!isWhole || colon < 1 || line.charCodeAt(0) < 33 || line.charCodeAt(colon - 1) < 33) throw ErrorCode.http_bad_header;
    const name = colon > MAX_HEADER_NAME ? "" : line.substr(0, colon).toLowerCase();
    // Copies of long lines are dear.
    line = line.substr(colon + 1).trim();
    if (reading === Reading.header) judgeHeader(r, name, line);
  } else if (reading === Reading.trailer) s[Answer.reading] = Reading.nothing;
  else startBody(r);
}

/**
 * What is kept of a line that goes on: all of it, or, where it is long and no header that has to be kept whole, its name, a mark in its value's
 * place, and the CR that may have come.
 */
function shortenLine(r: Response, line: Bytes): Bytes {
  const colon = line.indexOf(":");
  const cr = line.indexOf("\r");
  if (r.now[Answer.reading] !== Reading.header || r.header || line.length <= LONG_LINE) return line;
  if (usesChecks && line.substr(0, 5).toLowerCase() === "link:") return line;
  const end = colon < 0 ? line.length : colon;
  let short = end > MAX_HEADER_NAME ? line.charAt(0) + LEFT_OUT + line.charAt(end - 1) : line.substr(0, end);
  if (colon >= 0) short += ":" + LEFT_OUT;
  if (cr >= 0) short += line.substr(cr);
  r.now[Answer.cut] += line.length - short.length;
  return short;
}

/** The line that begins a chunk (RFC 9112 section 7.1; extensions are ignored). */
function takeChunkSize(s: Uint32Array, line: Bytes): void {
  // The point keeps what is before the digits from being trimmed.
  const size = parseCount(("." + line.split(";")[0]).trim().substr(1), 16);
  if (line.length > MAX_HEAD_LINE + 1) throw ErrorCode.http_header_too_long;
  if (size < 0 || line.indexOf("\r") !== line.length - 1) throw ErrorCode.http_bad_chunk;
  if (size > MAX_BODY - s[Answer.total]) throw ErrorCode.http_body_too_large;
  s[Answer.left] = size;
  s[Answer.total] += size;
  s[Answer.reading] = size ? Reading.chunk : Reading.trailer;
}

/** Takes a line, or a piece of one, from ram[at .. end); returns where the rest begins. */
function takeLine(r: Response, at: number, end: number): number {
  const s = r.now;
  const before = r.texts[Text.line].length;
  const to = at + LINE_PIECE < end ? at + LINE_PIECE : end;
  let line = r.texts[Text.line] + r.board.copyOut(at, to);
  const newline = line.indexOf("\n");
  const isChunkEnd = s[Answer.reading] === Reading.chunkEnd;
  if (newline >= 0) line = line.substr(0, newline);
  if (isChunkEnd && line !== "\r") throw ErrorCode.http_bad_chunk;
  const length = line.length + s[Answer.cut] - 1;
  r.texts[Text.line] = "";
  if (newline < 0) {
    // So what is no response at all, tickets in a long record among it, does not pile up.
    if (s[Answer.reading] === Reading.statusLine && line.substr(0, 7) !== "HTTP/1.".substr(0, line.length))
      throw ErrorCode.http_bad_status_line;
    const short = shortenLine(r, line);
    r.texts[Text.line] = short;
    if (length > MAX_HEAD_LINE) throw ErrorCode.http_header_too_long;
    return to;
  }
  s[Answer.cut] = 0;
  if (isChunkEnd) s[Answer.reading] = Reading.chunkSize;
  else if (s[Answer.reading] === Reading.chunkSize) takeChunkSize(s, line);
  else takeHeadLine(r, line, length);
  return at + newline + 1 - before;
}

function takeResponse(this: Response, start: number, length: number): void {
  const s = this.now;
  const end = start + length;
  let at = start;
  while (at < end) {
    const reading = s[Answer.reading];
    if (reading < Reading.body) {
      at = takeLine(this, at, end);
      continue;
    }
    let n = end - at;
    if (reading === Reading.nothing) {
      // More than the response answers nothing that was asked (RFC 9112 section 6.3).
      s[Answer.head] |= Head.closes;
      return;
    }
    if (reading === Reading.untilClose) {
      s[Answer.total] += n;
      if (s[Answer.total] > MAX_BODY) throw ErrorCode.http_body_too_large;
    } else {
      if (n >= s[Answer.left]) {
        n = s[Answer.left];
        s[Answer.reading] = reading === Reading.chunk ? Reading.chunkEnd : Reading.nothing;
      }
      s[Answer.left] -= n;
    }
    this.body(at, n);
    at += n;
  }
}

/** Both for mark and for commit, which come in turns: turns from one to the other. A mark keeps a copy of what is authentic. */
function markResponse(this: Response): void {
  const ram = this.board.ram;
  this.isMarked = !this.isMarked;
  if (this.isMarked) ram.set(ram.subarray(At.answer, At.answer + KEPT), At.answerKept);
  this.kept = this.isMarked ? ([] as Bytes[]).concat(this.texts) : [];
}

function rollbackResponse(this: Response): void {
  const ram = this.board.ram;
  this.isMarked = false;
  ram.set(ram.subarray(At.answerKept, At.answerKept + KEPT), At.answer);
  this.texts = this.kept;
}

function endResponse(this: Response, clean: boolean): void {
  const s = this.now;
  const reading = s[Answer.reading];
  s[Answer.head] |= Head.closes;
  if (reading === Reading.nothing) return;
  if (reading === Reading.untilClose && clean) s[Answer.reading] = Reading.nothing;
  else if (reading > Reading.header) throw ErrorCode.http_body_incomplete;
  else throw responseHasBegun(this) ? ErrorCode.http_head_incomplete : ErrorCode.http_no_response;
}

/**
 * A reader of responses; startResponse before each one. As the stream's sink it raises the http_ errors and what `body` raises: `bytes` those of
 * a response that is wrong, `end` http_no_response, http_head_incomplete and http_body_incomplete. Look at responseProgress after each chunk.
 * @param body takes the body, whatever the status code
 */
export function openResponse(board: Board, body: Response["body"]): Response {
  return {
    board,
    body,
    header: null,
    now: new Uint32Array(board.ram.buffer, At.answer, Answer.size),
    texts: [],
    kept: [],
    isMarked: false,
    mark: markResponse,
    bytes: takeResponse,
    commit: markResponse,
    rollback: rollbackResponse,
    end: endResponse,
  };
}

/** Begins a response: before its request is written, on an open connection. */
export function startResponse(r: Response): void {
  r.now.fill(0);
  r.texts = ["", ""];
}

/** How much of the response is there and authentic. */
export function responseProgress(r: Response): Progress {
  const reading = r.isMarked ? r.board.ram[At.answerKept] : r.now[Answer.reading];
  if (reading === Reading.nothing) return Progress.complete;
  return reading > Reading.header ? Progress.head : Progress.nothing;
}

/** Whether anything of it came, be it provisional. */
export function responseHasBegun(r: Response): boolean {
  return r.now[Answer.lines] > 0 || r.texts[Text.line] !== "";
}

/** The status code, 200 to 599, once responseProgress says that the head is there. */
export function responseStatus(r: Response): number {
  return r.now[Answer.status];
}

/** Once complete: whether the server lets the connection be used again. */
export function responseKeepsAlive(r: Response): boolean {
  return !(r.now[Answer.head] & Head.closes);
}

/** What Retry-After asks for, in seconds, at most an hour; 0 if it is not there. */
export function responseRetryAfter(r: Response): number {
  return r.now[Answer.retryAfter];
}
