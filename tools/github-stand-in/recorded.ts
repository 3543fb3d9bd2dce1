/** Bodies and headers as api.github.com gave them: the recorded exchanges of `@octokit/fixtures`, and the few fields that have been added since. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

interface Exchange {
  method: string;
  path: string;
  status: number;
  response: Record<string, unknown>;
  headers: Record<string, string | number>;
}

export type BuildState = "success" | "failure" | "pending";

interface StatusEntry {
  state: string;
  description: string;
  target_url: string;
  context: string;
}

interface CombinedStatus {
  state: string;
  statuses: StatusEntry[];
  sha: string;
  total_count: number;
  repository: Record<string, unknown>;
  commit_url: string;
  url: string;
}

const FIXTURES = dirname(createRequire(import.meta.url).resolve("@octokit/fixtures/package.json"));
const RECORDED_SHA = "0000000000000000000000000000000000000001";
const RECORDED_REPO = "octokit-fixture-org/create-status";

const known = new Map<string, Exchange[]>();

function exchanges(scenario: string): Exchange[] {
  let found = known.get(scenario);
  if (!found) {
    const path = join(FIXTURES, "scenarios", "api.github.com", scenario, "normalized-fixture.json");
    found = JSON.parse(readFileSync(path, "utf8")) as Exchange[];
    known.set(scenario, found);
  }
  return found;
}

function recordedStatus(): Exchange {
  const found = exchanges("create-status").find((exchange) => exchange.path.endsWith("/status"));
  if (!found) throw new Error("@octokit/fixtures has no combined status any more");
  return found;
}

/** The recorded response itself: headers and body as they are in the package, the body as one line. */
export function recordedExchange(): { headers: [string, string][]; body: string } {
  const { headers, response } = recordedStatus();
  return { headers: Object.entries(headers).map(([name, value]) => [name, String(value)]), body: JSON.stringify(response) };
}

/** What the server of today sends besides (names and lengths). */
const NEWER_HEADERS: [string, string][] = [
  ["server", "github.com"],
  ["vary", "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With"],
  ["x-github-api-version-selected", "2022-11-28"],
];

/** Those of the recorded headers that do not depend on the answer. */
export function commonHeaders(): [string, string][] {
  const varying = ["connection", "content-length", "date", "etag", "content-type", "cache-control"];
  const recorded = recordedExchange().headers.filter(([name]) => !varying.includes(name) && !name.startsWith("x-ratelimit"));
  return [...NEWER_HEADERS, ...recorded];
}

const repositories = new Map<string, Record<string, unknown>>();

/** The recorded repository object with the fields that it has not, but the one of scenario get-repository has. */
function repositoryOf(fullName: string, recorded: Record<string, unknown>): Record<string, unknown> {
  let repository = repositories.get(fullName);
  if (!repository) {
    repository = filledUp(fullName, recorded);
    repositories.set(fullName, repository);
  }
  return repository;
}

function filledUp(fullName: string, recorded: Record<string, unknown>): Record<string, unknown> {
  const whole = exchanges("get-repository")[0]!.response;
  const added = Object.entries(whole).filter(([name]) => !(name in recorded));
  const text = JSON.stringify({ ...recorded, ...Object.fromEntries(added) });
  return JSON.parse(text.replaceAll(RECORDED_REPO, fullName)) as Record<string, unknown>;
}

export interface StatusBody {
  /** "owner/name" */
  repository: string;
  sha: string;
  state: BuildState;
  /** How many statuses; 0 for a project that has none. */
  count: number;
}

/** A combined status: the recorded shape, one line without spaces, about 7.7 KB with two statuses. */
export function combinedStatus({ repository, sha, state, count }: StatusBody): string {
  const recorded = recordedStatus().response as unknown as CombinedStatus;
  const text = JSON.stringify(recorded).replaceAll(RECORDED_REPO, repository).replaceAll(RECORDED_SHA, sha);
  const body = JSON.parse(text) as CombinedStatus;
  const [bad, good] = body.statuses as [StatusEntry, StatusEntry];
  body.statuses = Array.from({ length: count }, (_, index) =>
    statusEntry(index === 0 && state !== "success" ? { ...bad, state } : good, index),
  );
  body.state = state;
  body.total_count = count;
  body.repository = repositoryOf(repository, body.repository);
  return JSON.stringify(body);
}

function statusEntry(entry: StatusEntry, index: number): StatusEntry {
  return { ...entry, description: `create-status ${entry.state} test`, context: `example/${index + 1}` };
}
