/** Writes requests (RFC 9112 section 3) as one byte string, bounded, and nothing into them that could be read as something else. */
import { MAX_REQUEST } from "../bytes/limits";
import { ErrorCode } from "../errors/codes";
import type { Bytes } from "../transport";

/**
 * One segment of a path, percent-encoded (RFC 3986 section 2.1): a `/` inside it becomes %2F, as GitHub takes it in a ref.
 * @param text ASCII
 */
export function encodePathSegment(text: string): string {
  return encodeURIComponent(text);
}

/**
 * The head of a request with this body, which follows it in the stream. Content-Length is added where there is a body or the method is POST.
 * @param path and query, percent-encoded, beginning with `/`
 * @param headers name, value, name, value…; Host among them
 * @param body may be empty
 * @returns with the body at most MAX_REQUEST bytes
 * Raises http_bad_request (a line break, NUL or blank where none may be), http_request_too_large.
 */
export function writeRequestHead(method: string, path: string, headers: string[], body: Bytes): Bytes {
  let head = method + " " + path + " HTTP/1.1\r\n";
  let lines = 3;
  if (path.charAt(0) !== "/" || head.split(" ").length !== 3) throw ErrorCode.http_bad_request;
  for (let i = 0; i < headers.length; i += 2) {
    head += headers[i] + ": " + headers[i + 1] + "\r\n";
    lines++;
  }
  if (body || method === "POST") {
    head += "Content-Length: " + body.length + "\r\n";
    lines++;
  }
  head += "\r\n";
  if (head.split("\r").length !== lines || head.split("\n").length !== lines || head.indexOf("\0") >= 0) throw ErrorCode.http_bad_request;
  if (head.length + body.length > MAX_REQUEST) throw ErrorCode.http_request_too_large;
  return head;
}

/** A request, to be written to the stream as it is: writeRequestHead and the body. */
export function writeRequest(method: string, path: string, headers: string[], body: Bytes): Bytes {
  return writeRequestHead(method, path, headers, body) + body;
}
