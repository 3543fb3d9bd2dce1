/**
 * A certificate's dates (RFC 5280 section 4.1.2.5). They are compared as texts of 14 digits, year to second in UTC, for which the order of the
 * characters is the order in time.
 */
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";
import { DerTag, derContents, skipDer } from "./der";

const enum DateLength {
  /** YYMMDDHHMMSSZ */
  utcTime = 13,
  /** YYYYMMDDHHMMSSZ */
  generalizedTime = 15,
}

/** @param seconds since 1970, UTC. Gives YYYYMMDDHHMMSSZ. */
export function timeText(seconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  return iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 2) + iso.substr(11, 2) + iso.substr(14, 2) + iso.substr(17, 2) + "Z";
}

/**
 * Reads a UTCTime (years 1950 to 2049) or a GeneralizedTime, both to the second and in UTC, as YYYYMMDDHHMMSSZ. That the element ends within
 * the certificate is known to the caller.
 *
 * @param place 15 bytes of the workspace to use
 * Raises certificate_malformed.
 */
export function readTime(board: Board, cert: Uint8Array, at: number, place: number): string {
  const isUtc = cert[at] === DerTag.utcTime;
  const end = skipDer(cert, at, isUtc ? "\x17" : "\x18");
  const from = derContents(cert, at);
  if (end - from !== (isUtc ? DateLength.utcTime : DateLength.generalizedTime)) throw ErrorCode.certificate_malformed;
  board.ram.set(cert.subarray(from, end), place);
  const text = board.copyOut(place, place + end - from);
  if (!/^\d+Z$/.test(text)) throw ErrorCode.certificate_malformed;
  return isUtc ? (text < "5" ? "20" : "19") + text : text;
}
