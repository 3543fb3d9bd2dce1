/**
 * What the lines of a response's head mean (RFC 9112 sections 4 and 6; RFC 9110 section 5).
 */
import { MAX_HEAD_LINE } from "../bytes/limits";
import { ErrorCode } from "../errors/codes";
import type { Bytes } from "../transport";

/**
 * The value of digits without sign or spaces.
 * @param text at most 10 digits
 * @param radix 10 or 16
 * @returns -1 if it is anything else
 */
export function parseCount(text: string, radix: number): number {
  const n = parseInt(text, radix);
  const padded = "0000000000" + n.toString(radix);
  return text.length > 0 && text.length < 11 && n >= 0 && padded.substr(-text.length) === text.toLowerCase() ? n : -1;
}

/**
 * The status code, 100 to 599, of the status line of an HTTP/1.0 or HTTP/1.1 response.
 * Raises http_bad_status_line, http_header_too_long.
 */
export function parseStatusLine(line: Bytes): number {
  const digits = line.substr(9, 3);
  const status = parseInt(digits, 10);
  const version = line.substr(0, 9);
  const isKnown = version === "HTTP/1.1 " || version === "HTTP/1.0 ";
  if (line.length > MAX_HEAD_LINE) throw ErrorCode.http_header_too_long;
  if (!isKnown || "" + status !== digits || status < 100 || status > 599) throw ErrorCode.http_bad_status_line;
  if (line.length > 12 && line.charAt(12) !== " ") throw ErrorCode.http_bad_status_line;
  return status;
}

/** The values of a header's lines, joined by commas (RFC 9110 section 5.2); "" if it is not there. @param name in lower case */
export function joinHeader(headers: string[], name: string): string {
  let all = "";
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) all += (all && ",") + headers[i + 1];
  return all;
}

/** Whether a list of tokens separated by commas holds one. @param list in lower case */
export function listHolds(list: string, token: string): boolean {
  const tokens = list.split(",");
  for (let i = 0; i < tokens.length; i++) if (tokens[i].trim() === token) return true;
  return false;
}

/** A Content-Length's digits, of which servers may send several lines as long as they agree; "" if they do not (RFC 9112 section 6.3). */
export function agreedLength(list: string): string {
  const values = list.split(",");
  for (let i = 1; i < values.length; i++) if (values[i].trim() !== values[0].trim()) return "";
  return values[0].trim();
}
