/**
 * Reads a response as it streams (RFC 9112): one pass, any split, one line of the head and the asked-for headers in memory and nothing
 * else. Strict: lines end with CR LF, a header's name is followed by its colon at once, folded lines are refused, and contradictions about
 * the body's length are refused rather than resolved. Not there: HEAD and CONNECT (never sent), pipelining, trailers (read and dropped).
 */
import { MAX_BODY, MAX_HEAD_LINE, MAX_HEAD_LINES, MAX_KEPT_HEADERS } from "../bytes/limits";
import { ErrorCode } from "../errors/codes";
import type { Board, ByteSink, Bytes } from "../transport";

/** Takes a body's bytes, its framing removed. What came since `mark` is undone by `rollback`, should it prove to be forged. */
export interface BodySink {
  mark(): void;
  /** @param at offset into the workspace (Board.ram), valid during the call only */
  bytes(at: number, length: number): void;
  rollback(): void;
}

/** What is read next. */
const enum Reading {
  statusLine,
  header,
  /** The head is over: what follows has to be decided. */
  framing,
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

/** What a mark has to remember. */
interface ResponseState {
  reading: Reading;
  /** The beginning of a line whose end has not come. */
  line: Bytes;
  /** Bytes until the body or chunk ends. */
  left: number;
  /** Bytes of the body so far, those of the present chunk included. */
  total: number;
  status: number;
  /** Lines of heads and trailers so far. */
  lines: number;
  /** Values of the headers in Response.names, several of one name with line feeds between; and the bytes they hold. */
  fields: (Bytes | undefined)[];
  kept: number;
  /** Before the head's end: false for HTTP/1.0. */
  keepsAlive: boolean;
}

/** Places in Response.names of the headers that say how the body ends; those that the caller asked for follow. */
const enum Field {
  contentLength,
  transferEncoding,
  contentEncoding,
  connection,
}

/** A response being read. It is also the ByteSink that the stream which brings it is given. */
export interface Response extends ByteSink {
  board: Board;
  body: BodySink;
  /** Names of the headers that are kept. */
  names: string[];
  now: ResponseState;
  /** The state at the mark, while what comes is provisional. */
  marked: ResponseState | null;
}

/**
 * Takes lines from ram[at .. end) up to the empty one that ends the head or the trailers; returns where the rest begins. One function, and
 * like its neighbours without helpers, because it lies at the bottom of a deep chain of calls.
 */
function takeHeadLines(r: Response, s: ResponseState, at: number, end: number): number {
  const lines = (s.line + r.board.copyOut(at, end)).split("\r\n");
  const last = lines.length - 1;
  const names = s.reading === Reading.trailer ? [] : r.names;
  let i = 0;
  if (s.reading === Reading.statusLine && last) {
    const status = lines[i++];
    s.status = parseInt(status.substr(9, 3), 10);
    s.keepsAlive = status.charAt(7) === "1";
    s.reading = Reading.header;
    if (status.length > MAX_HEAD_LINE) throw ErrorCode.http_header_too_long;
    if (status.substr(0, 12) !== (s.keepsAlive ? "HTTP/1.1 " : "HTTP/1.0 ") + s.status || s.status > 599)
      throw ErrorCode.http_bad_status_line;
    if (status.length > 12 && status.charAt(12) !== " ") throw ErrorCode.http_bad_status_line;
  }
  while (i < last) {
    const line = lines[i++];
    const colon = line.indexOf(":");
    if (line.length > MAX_HEAD_LINE || s.lines + i > MAX_HEAD_LINES)
      throw line.length > MAX_HEAD_LINE ? ErrorCode.http_header_too_long : ErrorCode.http_too_many_headers;
    if (!line) {
      s.reading = s.reading === Reading.trailer ? Reading.nothing : Reading.framing;
      s.line = "";
      s.lines += i;
      return end - lines.slice(i).join("\r\n").length;
    }
    if (colon < 1 || line.charCodeAt(0) < 33 || line.charCodeAt(colon - 1) < 33 || line.indexOf("\n") >= 0 || line.indexOf("\r") >= 0)
      throw ErrorCode.http_bad_header;
    const field = names.indexOf(line.substr(0, colon).toLowerCase());
    if (field < 0) continue;
    const value = line.substr(colon + 1).trim();
    s.kept += value.length;
    if (s.kept > MAX_KEPT_HEADERS) throw ErrorCode.http_too_many_headers;
    if (s.fields[field] === undefined) s.fields[field] = value;
    else if (field !== Field.contentLength || s.fields[field] !== value) s.fields[field] += "\n" + value;
  }
  s.lines += i;
  s.line = lines[last];
  if (s.line.length > MAX_HEAD_LINE + 1) throw ErrorCode.http_header_too_long;
  return end;
}

/** The head is over: decides how the body ends (RFC 9112 section 6.3). */
function startBody(s: ResponseState): void {
  const length = s.fields[Field.contentLength];
  const transfer = s.fields[Field.transferEncoding];
  const encoding = (s.fields[Field.contentEncoding] || "").toLowerCase();
  const options = (s.fields[Field.connection] || "").toLowerCase().split(" ").join("").split("\n").join(",");
  const isOld = !s.keepsAlive;
  if (s.status === 101) throw ErrorCode.http_unexpected_upgrade;
  if (s.status < 200) {
    s.reading = Reading.statusLine;
    s.fields = [];
    return;
  }
  s.keepsAlive = !isOld && ("," + options + ",").split(",close,").length < 2;
  if (s.status === 204 || s.status === 304) {
    s.reading = Reading.nothing;
    return;
  }
  if (encoding && encoding !== "identity") throw ErrorCode.http_unsupported_encoding;
  if (transfer !== undefined) {
    if (transfer.toLowerCase() !== "chunked") throw ErrorCode.http_unsupported_encoding;
    if (length !== undefined || isOld) throw ErrorCode.http_bad_length;
    s.reading = Reading.chunkSize;
  } else if (length === undefined) {
    s.reading = Reading.untilClose;
    s.keepsAlive = false;
  } else {
    s.total = s.left = parseInt(length, 10);
    if (length.length > 10 || !(s.left >= 0) || ("0000000000" + s.left).slice(-length.length) !== length) throw ErrorCode.http_bad_length;
    if (s.left > MAX_BODY) throw ErrorCode.http_body_too_large;
    s.reading = s.left ? Reading.body : Reading.nothing;
  }
}

/** Takes the line that begins or ends a chunk (RFC 9112 section 7.1; extensions are ignored); returns where the rest begins. */
function takeChunkLine(r: Response, s: ResponseState, at: number, end: number): number {
  const text = s.line + r.board.copyOut(at, end);
  const newline = text.indexOf("\n");
  const line = newline < 0 ? text : text.substr(0, newline);
  const isEnd = s.reading === Reading.chunkEnd;
  if (isEnd && line !== "\r") throw ErrorCode.http_bad_chunk;
  if (line.length > MAX_HEAD_LINE + 1) throw ErrorCode.http_header_too_long;
  s.line = newline < 0 ? text : "";
  if (newline < 0) return end;
  if (isEnd) s.reading = Reading.chunkSize;
  else {
    // The point keeps what is before the digits from being trimmed.
    const digits = ("." + line.split(";")[0]).trim().substr(1).toLowerCase();
    s.left = parseInt(digits, 16);
    s.total += s.left;
    s.reading = s.left ? Reading.chunk : Reading.trailer;
    if (digits.length > 10 || !(s.left >= 0) || ("0000000000" + s.left.toString(16)).slice(-digits.length) !== digits)
      throw ErrorCode.http_bad_chunk;
    if (line.indexOf("\r") !== newline - 1) throw ErrorCode.http_bad_chunk;
  }
  return end - (text.length - newline - 1);
}

function takeResponse(this: Response, start: number, length: number): void {
  const s = this.now;
  if (s.left > length && s.reading >= Reading.body) {
    // Most pieces lie wholly within the body.
    s.left -= length;
    this.body.bytes(start, length);
    return;
  }
  const end = start + length;
  let at = start;
  while (at < end) {
    if (s.reading <= Reading.trailer) at = takeHeadLines(this, s, at, end);
    else if (s.reading <= Reading.chunkEnd) at = takeChunkLine(this, s, at, end);
    else if (s.reading === Reading.nothing) {
      // More than the response answers nothing that was asked (RFC 9112 section 6.3).
      s.keepsAlive = false;
      return;
    } else {
      const isOpen = s.reading === Reading.untilClose;
      const taken = isOpen || end - at < s.left ? end - at : s.left;
      if (isOpen) s.total += taken;
      else s.left -= taken;
      if (!isOpen && !s.left) s.reading = s.reading === Reading.chunk ? Reading.chunkEnd : Reading.nothing;
      this.body.bytes(at, taken);
      at += taken;
    }
    if (s.reading === Reading.framing) startBody(s);
    if (s.total > MAX_BODY) throw ErrorCode.http_body_too_large;
  }
}

function markResponse(this: Response): void {
  const s = this.now;
  this.marked = s;
  this.now = {
    reading: s.reading,
    line: s.line,
    left: s.left,
    total: s.total,
    status: s.status,
    lines: s.lines,
    fields: s.fields.slice(),
    kept: s.kept,
    keepsAlive: s.keepsAlive,
  };
  this.body.mark();
}

function commitResponse(this: Response): void {
  this.marked = null;
}

function rollbackResponse(this: Response): void {
  if (this.marked) this.now = this.marked;
  this.marked = null;
  this.body.rollback();
}

function endResponse(this: Response, clean: boolean): void {
  const s = this.now;
  s.keepsAlive = false;
  if (s.reading === Reading.untilClose && clean) s.reading = Reading.nothing;
  if (s.reading === Reading.nothing) return;
  if (s.reading > Reading.header) throw ErrorCode.http_body_incomplete;
  throw s.line || s.status ? ErrorCode.http_head_incomplete : ErrorCode.http_no_response;
}

/**
 * A response about to be read. As the stream's sink it raises the http_ errors and what the body's sink raises: `bytes` those of a response
 * that is wrong, `end` http_no_response, http_head_incomplete and http_body_incomplete. Look at responseProgress after each chunk.
 * @param wanted names, in lower case, of the headers to keep
 * @param body takes the body, whatever the status code
 */
export function openResponse(board: Board, wanted: string[], body: BodySink): Response {
  return {
    board,
    body,
    names: ["content-length", "transfer-encoding", "content-encoding", "connection"].concat(wanted),
    now: { reading: Reading.statusLine, line: "", left: 0, total: 0, status: 0, lines: 0, fields: [], kept: 0, keepsAlive: true },
    marked: null,
    mark: markResponse,
    bytes: takeResponse,
    commit: commitResponse,
    rollback: rollbackResponse,
    end: endResponse,
  };
}

/** How much of the response is there and authentic. */
export function responseProgress(r: Response): Progress {
  const s = r.marked || r.now;
  if (s.reading === Reading.nothing) return Progress.complete;
  return s.reading > Reading.framing ? Progress.head : Progress.nothing;
}

/** The status code, 200 to 599, once responseProgress says that the head is there. */
export function responseStatus(r: Response): number {
  return r.now.status;
}

/** Once complete: whether the server lets the connection be used again. */
export function responseKeepsAlive(r: Response): boolean {
  return r.now.keepsAlive;
}

/** All values of an asked-for header, one a line of the head, in their order; none: an empty list. @param name in lower case */
export function responseHeaders(r: Response, name: string): Bytes[] {
  const values = r.now.fields[r.names.indexOf(name)];
  if (values === undefined) return [];
  // Espruino splits the empty string into nothing.
  return values ? values.split("\n") : [values];
}

/** The first value of an asked-for header, or "". @param name in lower case */
export function responseHeader(r: Response, name: string): Bytes {
  return responseHeaders(r, name)[0] || "";
}
