/**
 * A certificate's dates (RFC 5280 section 4.1.2.5). They are compared as texts of 14 digits, year to second in UTC, for which the order of the
 * characters is the order in time.
 */
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";
import { DerTag, derContents, skipDer } from "./der";

const enum Character {
  digit0 = 0x30,
  digit9 = 0x39,
  z = 0x5a,
}

const enum DateLength {
  /** YYMMDDHHMMSSZ */
  utcTime = 13,
  /** YYYYMMDDHHMMSSZ */
  generalizedTime = 15,
}

/** Numbers of days. */
const enum Days {
  /** From 0000-03-01, the day after a leap day, to 1970-01-01. */
  toEpoch = 719_468,
  of400Years = 146_097,
  of100Years = 36_524,
  of4Years = 1_460,
  ofYear = 365,
  /** Five months from March on, as often as they come in a year. */
  of5Months = 153,
}

/**
 * @param seconds since 1970, UTC. Gives YYYYMMDDHHMMSSZ, of the Gregorian calendar.
 *
 * Without a Date, whose prototype would stay in memory. Years begin with March here, so that leap days end them.
 */
export function timeText(seconds: number): string {
  const sinceEpoch = Math.floor(seconds / 86_400);
  const day = sinceEpoch + Days.toEpoch;
  const era = Math.floor(day / Days.of400Years);
  const ofEra = day % Days.of400Years;
  const leapDays = Math.floor(ofEra / Days.of4Years) - Math.floor(ofEra / Days.of100Years) + Math.floor(ofEra / (Days.of400Years - 1));
  const year = Math.floor((ofEra - leapDays) / Days.ofYear);
  const ofYear = ofEra - Days.ofYear * year - Math.floor(year / 4) + Math.floor(year / 100);
  const month = Math.floor((5 * ofYear + 2) / Days.of5Months);
  const date = era * 400 + year + (month > 9 ? 1 : 0);
  const second = Math.floor(seconds) - sinceEpoch * 86_400;
  const time = 1_000_000 + Math.floor(second / 3600) * 10_000 + (Math.floor(second / 60) % 60) * 100 + (second % 60);
  const ofMonth = ofYear - Math.floor((Days.of5Months * month + 2) / 5) + 1;
  return date * 10_000 + (month > 9 ? month - 9 : month + 3) * 100 + ofMonth + ("" + time).substr(1) + "Z";
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
  for (let i = from; i < end - 1; i++) if (cert[i] < Character.digit0 || cert[i] > Character.digit9) throw ErrorCode.certificate_malformed;
  if (cert[end - 1] !== Character.z) throw ErrorCode.certificate_malformed;
  return isUtc ? (text < "5" ? "20" : "19") + text : text;
}
