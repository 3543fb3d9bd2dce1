/** `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`: the documented shape; a run of an app of its own takes 2.7 KB, one of Actions 10 KB. */

export interface CheckRun {
  name: string;
  /** queued, in_progress, completed, … */
  status: string;
  /** null unless completed */
  conclusion: string | null;
}

interface PlaceOfRun {
  repository: string;
  sha: string;
  index: number;
}

const TIME = "2026-09-01T12:00:00Z";
const ACTIONS_SUMMARY = 6300;

function owner(login: string): Record<string, unknown> {
  return {
    login,
    id: 9919,
    node_id: "MDEyOk9yZ2FuaXphdGlvbjk5MTk=",
    avatar_url: "https://avatars.githubusercontent.com/u/9919?v=4",
    gravatar_id: "",
    url: `https://api.github.com/users/${login}`,
    html_url: `https://github.com/${login}`,
    followers_url: `https://api.github.com/users/${login}/followers`,
    following_url: `https://api.github.com/users/${login}/following{/other_user}`,
    gists_url: `https://api.github.com/users/${login}/gists{/gist_id}`,
    starred_url: `https://api.github.com/users/${login}/starred{/owner}{/repo}`,
    subscriptions_url: `https://api.github.com/users/${login}/subscriptions`,
    organizations_url: `https://api.github.com/users/${login}/orgs`,
    repos_url: `https://api.github.com/users/${login}/repos`,
    events_url: `https://api.github.com/users/${login}/events{/privacy}`,
    received_events_url: `https://api.github.com/users/${login}/received_events`,
    type: "Organization",
    user_view_type: "public",
    site_admin: false,
  };
}

const WRITABLE =
  "actions administration attestations checks contents deployments discussions issues merge_queues packages pages pull_requests repository_hooks";
const PERMISSIONS = Object.fromEntries(WRITABLE.split(" ").map((name) => [name, "write"]));

function app(actions: boolean): Record<string, unknown> {
  return {
    id: 15368,
    client_id: "Iv1.05c79e9ad1f6bdfa",
    slug: actions ? "github-actions" : "coverage",
    node_id: "MDM6QXBwMTUzNjg=",
    owner: owner("github"),
    name: actions ? "GitHub Actions" : "Coverage",
    description: "Automate your workflow from idea to production",
    external_url: "https://help.github.com/en/actions",
    html_url: "https://github.com/apps/github-actions",
    created_at: "2018-07-30T09:30:17Z",
    updated_at: "2024-04-10T20:33:16Z",
    permissions: PERMISSIONS,
    events: [
      "branch_protection_rule",
      "check_run",
      "check_suite",
      "create",
      "delete",
      "deployment",
      "fork",
      "push",
      "release",
      "status",
      "workflow_dispatch",
      "workflow_run",
    ],
  };
}

function runBody(run: CheckRun, { repository, sha, index }: PlaceOfRun, actions: boolean): Record<string, unknown> {
  const id = 31_000_000_000 + index;
  const url = `https://api.github.com/repos/${repository}/check-runs/${id}`;
  return {
    id,
    name: run.name,
    node_id: "CR_kwDOAAAAAM8AAAAHN0gAAA",
    head_sha: sha,
    external_id: "4e7d6d1a-2c9f-5c1c-8a55-0d8d4d7e4b8c",
    url,
    html_url: `https://github.com/${repository}/actions/runs/${id}/job/${id + 1}`,
    details_url: `https://github.com/${repository}/actions/runs/${id}/job/${id + 1}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: TIME,
    completed_at: run.conclusion === null ? null : TIME,
    output: {
      title: null,
      summary: actions ? summary() : null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: 45_000_000_000 + index },
    app: app(actions),
    pull_requests: [
      { url: `https://api.github.com/repos/${repository}/pulls/1`, id: 1, number: 1, head: { ref: "topic", sha }, base: { ref: "master" } },
    ],
  };
}

/** A job's summary: text with whatever a scanner may stumble over. */
function summary(): string {
  const line = 'Built "state":"success" and {"conclusion":"failure"} in [12] s \\ ok \u00fc\n';
  return line.repeat(Math.ceil(ACTIONS_SUMMARY / line.length));
}

/**
 * One page of check runs.
 * @param page from 1
 */
export function checkRunsPage(
  runs: CheckRun[],
  place: { repository: string; sha: string },
  perPage: number,
  page: number,
  actions: boolean,
): { body: string; pages: number } {
  const first = (page - 1) * perPage;
  const shown = runs.slice(first, first + perPage).map((run, index) => runBody(run, { ...place, index: first + index }, actions));
  return { body: JSON.stringify({ total_count: runs.length, check_runs: shown }), pages: Math.max(1, Math.ceil(runs.length / perPage)) };
}

/** The Link header of a page, undefined when there is only one. */
export function linkHeader(path: string, perPage: number, page: number, pages: number): string | undefined {
  if (pages === 1) return undefined;
  const link = (number: number, rel: string): string => `<https://api.github.com${path}?per_page=${perPage}&page=${number}>; rel="${rel}"`;
  const links: string[] = [];
  if (page > 1) links.push(link(page - 1, "prev"));
  if (page < pages) links.push(link(page + 1, "next"), link(pages, "last"));
  if (page > 1) links.push(link(1, "first"));
  return links.join(", ");
}
