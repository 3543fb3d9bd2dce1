/** What the stand-in answers: which variant a repository shows, and the response for a request. */

import { createHash } from "node:crypto";
import { type CheckRun, checkRunsPage, linkHeader } from "./check-runs";
import type { RateLimits } from "./rate-limits";
import { combinedStatus, commonHeaders, recordedExchange } from "./recorded";

/** How the server behaves towards a repository. */
export const VARIANTS = [
  "success",
  "failure",
  "pending",
  /** A project that has only Actions: pending, no statuses. */
  "no-statuses",
  /** The recorded exchange as it is in the package, byte for byte. */
  "recorded",
  "moved",
  "unauthorized",
  "forbidden",
  "not-found",
  "rate-limited",
  "secondary-limit",
  "too-many-requests",
  "unprocessable",
  "server-error",
  "bad-gateway",
  "unavailable",
  /** Half of the body, then close_notify. */
  "truncated",
  /** Half of the body, then the connection is cut without close_notify. */
  "cut",
  /** 200 with a page of HTML. */
  "html",
  /** 200 with JSON that has no state. */
  "no-state",
  /** Never answers. */
  "silent",
] as const;
export type Variant = (typeof VARIANTS)[number];

export interface RepositoryState {
  variant: Variant;
  sha: string;
  statuses: number;
  checks: CheckRun[];
  /** Whether the runs are Actions jobs of 10 KB each. */
  actions: boolean;
}

export interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
  /** How the sending ends: whole, in order after half of the body, or cut off. */
  ending: "whole" | "truncated" | "cut";
}

export interface Asked {
  method: string;
  /** Path and query. */
  target: string;
  headers: Record<string, string | undefined>;
}

const JSON_TYPE = "application/json; charset=utf-8";
const DOCUMENTATION = "https://docs.github.com/rest/commits/statuses#get-the-combined-status-for-a-specific-reference";
const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;
const SECONDARY_WAIT = 60;
const ADMINISTRATIVE =
  "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header " +
  "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). " +
  "Check https://developer.github.com for other possible causes.\r\n";

interface ErrorAnswer {
  status: number;
  message: string;
  headers?: [string, string][];
}

const ERRORS: Partial<Record<Variant, ErrorAnswer>> = {
  unauthorized: { status: 401, message: "Bad credentials" },
  forbidden: { status: 403, message: "Resource not accessible by personal access token" },
  "not-found": { status: 404, message: "Not Found" },
  "secondary-limit": {
    status: 403,
    message:
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, " +
      "please include the request ID 0000:00000:0000000:0000000:00000000.",
    headers: [["retry-after", String(SECONDARY_WAIT)]],
  },
  "too-many-requests": { status: 429, message: "Too many requests", headers: [["retry-after", String(SECONDARY_WAIT)]] },
  unprocessable: { status: 422, message: "No commit found for SHA: master" },
  "server-error": { status: 500, message: "Server Error" },
  unavailable: { status: 503, message: "Service Unavailable" },
};

function json(status: number, value: unknown, headers: [string, string][] = []): Answer {
  return { status, headers: [["content-type", JSON_TYPE], ...headers], body: JSON.stringify(value), ending: "whole" };
}

function html(status: number, body: string): Answer {
  return { status, headers: [["content-type", "text/html; charset=utf-8"]], body, ending: "whole" };
}

function error(status: number, message: string, headers?: [string, string][]): Answer {
  return json(status, { message, documentation_url: DOCUMENTATION, status: String(status) }, headers);
}

const PATH = /^\/repos\/([^/]+)\/([^/]+)\/commits\/([^/]+)\/(status|check-runs)$/;

/** The response to a request, or null where none ever comes. */
export function answer(asked: Asked, stateOf: (repository: string) => RepositoryState, limits: RateLimits): Answer | null {
  if (!asked.headers["user-agent"]) return html(403, ADMINISTRATIVE);
  const url = new URL(asked.target, "https://api.github.com");
  const path = PATH.exec(url.pathname);
  const token = asked.headers.authorization;
  if (!path || asked.method !== "GET") return withLimits(error(404, "Not Found"), limits, token);
  const repository = decodeURIComponent(path[1]!) + "/" + decodeURIComponent(path[2]!);
  const state = stateOf(repository);
  if (state.variant === "silent") return null;
  if (state.variant === "recorded") return { status: 200, ...recordedExchange(), ending: "whole" };
  if (state.variant === "rate-limited") limits.exhaust(token);
  if (limits.isExhausted(token)) return withLimits(rateLimited(asked.headers.host), limits, token);
  const given = path[4] === "status" ? statusAnswer(state, repository) : checksAnswer(state, repository, url);
  return withLimits(conditional(given, asked, limits), limits, token);
}

function rateLimited(host: string | undefined): Answer {
  return error(
    403,
    `API rate limit exceeded for ${host ?? "203.0.113.7"}. (But here's the good news: Authenticated requests get a higher rate limit. ` +
      "Check out the documentation for more details.)",
  );
}

function failing(state: RepositoryState, repository: string): Answer | undefined {
  const known = ERRORS[state.variant];
  if (known) return error(known.status, known.message, known.headers);
  switch (state.variant) {
    case "moved":
      return json(
        301,
        {
          message: "Moved Permanently",
          url: "https://api.github.com/repositories/1000/commits/master/status",
          documentation_url: DOCUMENTATION,
        },
        [["location", "https://api.github.com/repositories/1000/commits/master/status"]],
      );
    case "bad-gateway":
      return html(502, "<!DOCTYPE html><html><head><title>Unicorn! &middot; GitHub</title></head><body>502</body></html>");
    case "html":
      return html(200, `<!DOCTYPE html><html><body>Sign in to see ${repository} {"state":"success"}</body></html>`);
    case "no-state":
      return json(200, { statuses: [{ state: "success" }], sha: state.sha, total_count: 1 });
    default:
      return undefined;
  }
}

function shortened(state: RepositoryState, whole: Answer): Answer {
  return state.variant === "truncated" || state.variant === "cut" ? { ...whole, ending: state.variant } : whole;
}

function statusAnswer(state: RepositoryState, repository: string): Answer {
  const failed = failing(state, repository);
  if (failed) return failed;
  const none = state.variant === "no-statuses";
  const shown = state.variant === "failure" || state.variant === "pending" ? state.variant : none ? "pending" : "success";
  const body = combinedStatus({ repository, sha: state.sha, state: shown, count: none ? 0 : state.statuses });
  return shortened(state, { status: 200, headers: [["content-type", JSON_TYPE]], body, ending: "whole" });
}

function checksAnswer(state: RepositoryState, repository: string, url: URL): Answer {
  const failed = failing(state, repository);
  if (failed) return failed;
  const perPage = Math.min(Number(url.searchParams.get("per_page") ?? DEFAULT_PER_PAGE) || DEFAULT_PER_PAGE, MAX_PER_PAGE);
  const page = Number(url.searchParams.get("page") ?? 1) || 1;
  const name = url.searchParams.get("check_name");
  const runs = name === null ? state.checks : state.checks.filter((run) => run.name === name);
  const { body, pages } = checkRunsPage(runs, { repository, sha: state.sha }, perPage, page, state.actions);
  const link = linkHeader(url.pathname, perPage, page, pages);
  const headers: [string, string][] = [["content-type", JSON_TYPE]];
  if (link !== undefined) headers.push(["link", link]);
  return shortened(state, { status: 200, headers, body, ending: "whole" });
}

/** Adds the ETag; a request that has it already gets 304. */
function conditional(given: Answer, asked: Asked, limits: RateLimits): Answer {
  if (given.status !== 200) {
    limits.count(asked.headers.authorization);
    return given;
  }
  const tag = `W/"${createHash("sha256").update(given.body).digest("hex")}"`;
  const headers: [string, string][] = [
    ["cache-control", asked.headers.authorization ? "private, max-age=60, s-maxage=60" : "public, max-age=60, s-maxage=60"],
    ["etag", tag],
  ];
  if (asked.headers["if-none-match"] === tag) {
    // A 304 is free only for those who say who they are.
    if (!asked.headers.authorization) limits.count(undefined);
    return { status: 304, headers, body: "", ending: "whole" };
  }
  limits.count(asked.headers.authorization);
  return { ...given, headers: [...given.headers, ...headers] };
}

function withLimits(given: Answer, limits: RateLimits, token: string | undefined): Answer {
  return { ...given, headers: [...given.headers, ...commonHeaders(), ...limits.headers(token)] };
}
