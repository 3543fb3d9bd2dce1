/** What is said when a poll is over. Loaded for this moment only. */
import { ErrorCode } from "../errors/codes";
import { meaningOf } from "../errors/meanings";
import { usesPublish } from "../features";
import { reportReplies, statusLine } from "../report/report";
import { isWorse, unknownStatus, unpackStatus } from "../status/build-status";
import { MAX_AGE_INTERVALS } from "../status/manners";
import { type Bytes, type Console, Glow } from "../transport";
import type { BuildStatusJob } from "./build-status";
import type { Poll } from "./poll";
import type { PublishJob } from "./publication";

/** Bytes as pairs of hexadecimal digits: "CF 05 98". */
export function hexPairs(bytes: Bytes): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    text += (i ? " " : "") + (byte < 16 ? "0" : "") + byte.toString(16);
  }
  return text.toUpperCase();
}

/**
 * Prints and shows what was found out of the targets, and of those that were not asked why not: `code`. Of a wrong certificate, the fingerprint
 * that the server sent, so that it can be compared.
 */
export function tellPoll(poll: Poll, code: number): void {
  const job = poll.job;
  const console = job.board.console;
  const targets = job.status();
  const answers = poll.results.length;
  let worst = unknownStatus(code, "");
  let path = "";
  job.age = MAX_AGE_INTERVALS;
  const isStranger = code === ErrorCode.fingerprint_mismatch;
  if (isStranger) {
    console.line("certificate doesn't match");
    console.line(hexPairs(poll.seen));
  }
  for (let i = 0; i < targets.count; i++) {
    const status = i < answers ? unpackStatus(poll.results[i]) : unknownStatus(code, "");
    if (!i || isWorse(status.glow, worst.glow)) {
      worst = status;
      path = targets.target(i).path;
    }
    if (!isStranger || i < answers) console.line(statusLine(targets.target(i).label, status));
  }
  job.board.light.show(worst.glow);
  if (worst.glow !== Glow.unknown) job.age = 0;
  if (answers) reportReplies(console, poll.results);
  if (!code) console.line("closing connection");
  if (usesPublish && job.publish)
    import("./publish").then((part) => part.publishStatus(job as PublishJob, worst, path, meaningOf(worst.error).split(":")[0]));
}

/** The state that is shown is too old. */
export function tellTooOld(job: BuildStatusJob): void {
  const targets = job.status();
  job.board.light.show(Glow.unknown);
  for (let i = 0; i < targets.count; i++)
    job.board.console.line(statusLine(targets.target(i).label, unknownStatus(ErrorCode.status_too_old, "")));
}

/** Prints `text` and an ErrorCode's name and meaning after it. */
export function tellMeaning(console: Console, text: string, code: number): void {
  console.line(text + meaningOf(code));
}

/** An ErrorCode's name and meaning, for what is no poll's fault. */
export function faultLine(code: number): string {
  return meaningOf(code);
}
