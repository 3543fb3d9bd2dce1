/** What GitHub means by a status code (docs.github.com: REST API, troubleshooting; RFC 9110 section 15). */
import { ErrorCode } from "../errors/codes";
import { Answer } from "../http/response";

export const enum Http {
  ok = 200,
  multipleChoices = 300,
  notModified = 304,
  badRequest = 400,
  unauthorized = 401,
  forbidden = 403,
  notFound = 404,
  tooManyRequests = 429,
  serverError = 500,
}

/**
 * The ErrorCode of a complete response that is no answer to the question; ErrorCode.none for 200. A 304 is one only where it was asked for.
 * @param s Response.now
 */
export function refusalOf(s: Uint32Array): number {
  const status = s[Answer.status];
  if (status === Http.ok) return ErrorCode.none;
  if (status >= Http.serverError) return ErrorCode.status_server_error;
  if (status === Http.notModified) return ErrorCode.status_refused;
  if (status >= Http.multipleChoices && status < Http.badRequest) return ErrorCode.status_redirected;
  if (status === Http.unauthorized) return ErrorCode.status_bad_token;
  if (status === Http.notFound) return ErrorCode.status_not_found;
  if (status === Http.tooManyRequests) return ErrorCode.status_rate_limited;
  if (status !== Http.forbidden) return ErrorCode.status_refused;
  // Whether it means: not so often. One more than none remaining is 1.
  return s[Answer.retryAfter] || s[Answer.remaining] === 1 ? ErrorCode.status_rate_limited : ErrorCode.status_forbidden;
}
