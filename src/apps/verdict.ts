/** What is said when a poll is over. Loaded for this moment only. */
import { ErrorCode } from "../errors/codes";
import { meaningOf } from "../errors/meanings";
import { reportStatus, statusLine } from "../report/report";
import { type BuildStatus, unknownStatus } from "../status/build-status";
import { type Bytes, Glow } from "../transport";
import type { Poll } from "./poll";

/** Bytes as pairs of hexadecimal digits: "CF 05 98". */
export function hexPairs(bytes: Bytes): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    text += (i ? " " : "") + (byte < 16 ? "0" : "") + byte.toString(16);
  }
  return text.toUpperCase();
}

/** Prints why the status is unknown; of a wrong certificate, the fingerprint that the server sent, so that it can be compared. */
export function tellUnknown(poll: Poll, code: number): void {
  const console = poll.job.board.console;
  poll.job.board.light.show(Glow.unknown);
  if (code === ErrorCode.fingerprint_mismatch) {
    console.line("certificate doesn't match");
    console.line(hexPairs(poll.options.seen));
  } else {
    const target = poll.job.status();
    console.line(statusLine(target.owner + "/" + target.repo, unknownStatus(code, "")));
  }
}

/** Prints what was found out. */
export function tellStatus(poll: Poll, status: BuildStatus): void {
  const target = poll.job.status();
  const board = poll.job.board;
  reportStatus(board, target.owner + "/" + target.repo, status);
  board.console.line("closing connection");
}

/** An ErrorCode's name and meaning, for what is no poll's fault. */
export function faultLine(code: number): string {
  return meaningOf(code);
}
