/** The config's targets: whose builds are shown, and how often GitHub lets them be asked. */
import type { StatusConfig } from "../../src/apps/config";
import { HourlyLimit, leastInterval } from "../../src/status/manners";
import { Source, type Target } from "../../src/status/poll-target";
import type { Problem } from "./check";
import type { ConfigFile, TargetFile } from "./config-file";

const defaultIntervalSeconds = 300;
const maxCheckBytes = 76;
const sources = { statuses: Source.statuses, checks: Source.checks, auto: Source.auto };

function targetsOf(status: ConfigFile["status"]): TargetFile[] {
  return Array.isArray(status) ? status : [status];
}

/** How many requests a poll makes, if no list of check runs has more than one page. */
function requestsOf(targets: TargetFile[]): number {
  return targets.reduce((sum, { source = "auto" }) => sum + (source === "auto" ? 2 : 1), 0);
}

/** What is wrong with the targets beyond their form, or null. */
export function findTargetProblem(status: ConfigFile["status"]): Problem | null {
  const targets = targetsOf(status);
  const pathOf = (index: number, key: string) => (Array.isArray(status) ? `status.${index}.${key}` : `status.${key}`);
  for (const [index, target] of targets.entries()) {
    if (Buffer.byteLength(target.check ?? "") > maxCheckBytes)
      return { path: pathOf(index, "check"), message: `must be at most ${maxCheckBytes} bytes long` };
    if (target.check !== undefined && target.source === "statuses")
      return { path: pathOf(index, "check"), message: "names a check run, but source is statuses" };
    for (const key of ["token", "intervalSeconds"] as const)
      if (index > 0 && target[key] !== undefined)
        return { path: pathOf(index, key), message: "holds for all targets: it belongs to the first one" };
  }
  return findTooOften(targets, pathOf(0, "intervalSeconds"));
}

function findTooOften(targets: TargetFile[], path: string): Problem | null {
  const { token, intervalSeconds } = targets[0]!;
  const requests = requestsOf(targets);
  const least = leastInterval(requests, token !== undefined);
  if (intervalSeconds === undefined || intervalSeconds >= least) return null;
  const limit =
    token === undefined ? `${HourlyLimit.anonymous} requests an hour without a token` : `${HourlyLimit.withToken} requests an hour`;
  return {
    path,
    message: `must be ${least} or more: a poll makes ${requests} request${requests > 1 ? "s" : ""}, and GitHub allows ${limit} (${requests} x 3600 / ${token === undefined ? HourlyLimit.anonymous : HourlyLimit.withToken} = ${least})`,
  };
}

/** All of a config's targets. */
export function allTargets({ count, target }: StatusConfig): Target[] {
  return Array.from({ length: count }, (_, index) => target(index));
}

/** The section as the firmware reads it. */
export function statusConfig(status: ConfigFile["status"]): StatusConfig {
  const targets = targetsOf(status);
  const { token, intervalSeconds } = targets[0]!;
  const made = targets.map(targetConfig);
  return {
    count: made.length,
    target: (index) => made[index]!,
    token: token ?? null,
    intervalSeconds: intervalSeconds ?? Math.max(defaultIntervalSeconds, leastInterval(requestsOf(targets), token !== undefined)),
  };
}

function targetConfig({ owner, repo, ref, label, source = "auto", check }: TargetFile): Target {
  return {
    label: label ?? `${owner}/${repo}`,
    path: `/repos/${[owner, repo].map(encodeURIComponent).join("/")}/commits/${encodeURIComponent(ref)}`,
    source: sources[source],
    ...(check === undefined ? {} : { check: Buffer.from(check, "utf8").toString("latin1"), checkQuery: encodeURIComponent(check) }),
  };
}
