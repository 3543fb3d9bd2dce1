/** What is known of a build. */
import { ErrorCode } from "../errors/codes";
import { type Bytes, Glow } from "../transport";

export interface BuildStatus {
  glow: Glow;
  /** Why the glow is Glow.unknown: an ErrorCode; else ErrorCode.none. */
  error: number;
  /** Number of commit statuses, and of check runs, that it comes from; -1 where they were not asked for. */
  statuses: number;
  checks: number;
  /** The commit, in hexadecimal, as the server gave it; "" if it did not. */
  sha: Bytes;
  /** What GitHub said where it refused; "" else. Text of a peer: print it with `printable` only. */
  message: Bytes;
}

/** How bad each Glow is, in their order: starting, success, failure, pending, unknown. */
const badness = "01423";

/** The worse of two: failure, unknown, pending, success. */
export function worse(a: Glow, b: Glow): Glow {
  return badness.charCodeAt(a) < badness.charCodeAt(b) ? b : a;
}

export function unknownStatus(error: number, message: Bytes): BuildStatus {
  return { glow: Glow.unknown, error, statuses: -1, checks: -1, sha: "", message };
}

/**
 * Joins the two sides of a target: commit statuses and check runs. The worse counts; a side with nothing in it is ignored; two such
 * sides are status_no_builds.
 */
export function joinSides(statuses: BuildStatus, checks: BuildStatus): BuildStatus {
  const hasStatuses = statuses.statuses !== 0;
  const hasChecks = checks.checks !== 0;
  let glow = hasStatuses ? statuses.glow : checks.glow;
  if (!hasStatuses && !hasChecks) return unknownStatus(ErrorCode.status_no_builds, "");
  if (hasStatuses && hasChecks) glow = worse(statuses.glow, checks.glow);
  const from = hasChecks && glow === checks.glow ? checks : statuses;
  return {
    glow,
    error: glow === Glow.unknown ? from.error : ErrorCode.none,
    statuses: statuses.statuses,
    checks: checks.checks,
    sha: statuses.sha || checks.sha,
    message: from.message,
  };
}
