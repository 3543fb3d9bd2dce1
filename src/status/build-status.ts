/** What is known of a build, and how several of it make one. */
import { ErrorCode } from "../errors/codes";
import { usesPublish } from "../features";
import { type Bytes, Glow } from "../transport";

/** Digits of a commit that are kept: all where they are published, else those that are shown. */
export const KEPT_SHA = usesPublish ? 64 : 7;
/** Numbers that a packed status begins with. */
const PACKED_NUMBERS = 6;

export interface BuildStatus {
  glow: Glow;
  /** Why the glow is Glow.unknown: an ErrorCode; else ErrorCode.none. */
  error: number;
  /** Number of commit statuses, and of check runs, that it comes from; -1 where they were not asked for. */
  statuses: number;
  checks: number;
  /** The commit, in hexadecimal, as the server gave it; "" if it did not. */
  sha: Bytes;
  /** What GitHub said where it refused, or the word that is unknown; "" else. Text of a peer: print it with `printable` only. */
  message: Bytes;
  /** The server said that nothing changed since the answer before (304). */
  notModified: boolean;
}

/** What counts of several: the worst. */
export const enum Badness {
  nothing,
  success,
  pending,
  unknown,
  failure,
}

/** Of a Badness, in their order: nothing, success, pending, unknown, failure. */
export function glowOf(badness: Badness): Glow {
  return "01342".charCodeAt(badness) - 48;
}

/** Whether the first is worse than the second, in the order failure, unknown, pending, success. */
export function isWorse(a: Glow, b: Glow): boolean {
  // The Badness of each Glow, in their order: starting, success, failure, pending, unknown.
  const order = "01423";
  return order.charCodeAt(a) > order.charCodeAt(b);
}

export function unknownStatus(error: number, message: Bytes): BuildStatus {
  return { glow: Glow.unknown, error, statuses: -1, checks: -1, sha: "", message, notModified: false };
}

/**
 * Joins to `a` another answer on the same target: its check runs to its commit statuses, or a further page. The worse counts; one with nothing
 * in it is ignored; two such make status_no_builds.
 */
export function joinStatus(a: BuildStatus, b: BuildStatus): void {
  // Nothing was built, as far as this answer goes. Written twice, because a function takes six variables.
  const isEmpty = a.statuses <= 0 && a.checks <= 0 && (!a.error || a.error === ErrorCode.status_no_builds);
  const isOtherEmpty = b.statuses <= 0 && b.checks <= 0 && (!b.error || b.error === ErrorCode.status_no_builds);
  const isOtherWorse = isWorse(b.glow, a.glow);
  if (isEmpty || (!isOtherEmpty && isOtherWorse)) {
    a.glow = b.glow;
    a.error = b.error;
    a.message = b.message;
  }
  if (isEmpty && isOtherEmpty) {
    a.glow = Glow.unknown;
    a.error = ErrorCode.status_no_builds;
  }
  // -1 is no count.
  if (b.statuses >= 0) a.statuses = b.statuses + (a.statuses < 0 ? 0 : a.statuses);
  if (b.checks >= 0) a.checks = b.checks + (a.checks < 0 ? 0 : a.checks);
  a.sha = a.sha || b.sha;
  a.notModified = a.notModified && b.notModified;
}

/** A status as a text, which takes a quarter of the memory; of the commit KEPT_SHA digits. */
export function packStatus(status: BuildStatus): Bytes {
  const sha = status.sha.substr(0, KEPT_SHA);
  const numbers = [status.glow, status.error, status.statuses, status.checks, status.notModified ? 1 : 0, sha.length];
  return numbers.join(" ") + " " + sha + status.message;
}

/** The status that packStatus packed. */
export function unpackStatus(packed: Bytes): BuildStatus {
  const parts = packed.split(" ");
  const numbers: number[] = [];
  let at = 0;
  for (let i = 0; i < PACKED_NUMBERS; i++) {
    numbers.push(parseInt(parts[i], 10));
    at += parts[i].length + 1;
  }
  const end = at + numbers[5];
  return {
    glow: numbers[0],
    error: numbers[1],
    statuses: numbers[2],
    checks: numbers[3],
    notModified: numbers[4] > 0,
    sha: packed.substr(at, numbers[5]),
    message: packed.substr(end),
  };
}
