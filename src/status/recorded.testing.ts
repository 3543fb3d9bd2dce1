/** Exchanges with api.github.com as @octokit/fixtures recorded them, as the bytes of HTTP/1.1 responses. */
import { createRequire } from "node:module";
import type { Bytes } from "../transport";

interface Exchange {
  path: string;
  method: string;
  status: number;
  response: unknown;
  headers: Record<string, string | number>;
}

const load = createRequire(import.meta.url);

export function recordedExchange(scenario: string, path: RegExp): Exchange {
  const exchanges = load(`@octokit/fixtures/scenarios/api.github.com/${scenario}/normalized-fixture.json`) as Exchange[];
  const found = exchanges.find((e) => path.test(e.path));
  if (!found) throw new Error(`no ${path} in ${scenario}`);
  return found;
}

/** The combined status of scenario create-status, with its body as it is or as given. */
export function recordedCombinedStatus(): { headers: [string, string][]; body: Bytes } {
  const { response, headers: recorded } = recordedExchange("create-status", /\/status$/);
  const headers = Object.entries(recorded).filter(([name]) => name !== "content-length" && name !== "connection");
  return { headers: headers.map(([name, value]) => [name, String(value)]), body: toBytes(JSON.stringify(response)) };
}

export function toBytes(text: string): Bytes {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** A whole response. @param chunked the sizes of the body's chunks, again and again; none: Content-Length */
export function responseBytes(status: number, headers: [string, string][], body: Bytes, chunked: number[] = []): Bytes {
  const head = `HTTP/1.1 ${status} Said\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}`;
  if (!chunked.length) return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  let text = `${head}Transfer-Encoding: chunked\r\n\r\n`;
  for (let at = 0, i = 0; at < body.length; i++) {
    const chunk = body.substring(at, at + chunked[i % chunked.length]);
    text += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
    at += chunk.length;
  }
  return `${text}0\r\n\r\n`;
}

/** A check run as GitHub documents it, about 1.6 KB, as Actions makes it. Nested objects hold the same keys with other values. */
export function checkRun(
  name: string,
  status: string,
  conclusion: string | null,
  sha = "ce587453ced02b1526dfb4cb910479d431683101",
): object {
  const api = "https://api.github.com/repos/octocat/hello-world";
  const owner = {
    login: "github",
    id: 1,
    node_id: "MDEyOk9yZ2FuaXphdGlvbjE=",
    url: "https://api.github.com/orgs/github",
    status: "failure",
  };
  return {
    id: 4,
    name,
    node_id: "MDg6Q2hlY2tSdW40",
    head_sha: sha,
    external_id: "ca395085-040a-526b-2ce8-bdc85f692774",
    url: `${api}/check-runs/4`,
    html_url: "https://github.com/octocat/hello-world/runs/4",
    details_url: "https://github.com/octocat/hello-world/actions/runs/4/job/4",
    status,
    conclusion,
    started_at: "2018-05-04T01:14:52Z",
    completed_at: conclusion ? "2018-05-04T01:14:52Z" : null,
    output: {
      title: "Mighty Readme report",
      summary: "There are 0 failures.",
      text: null,
      annotations_count: 2,
      annotations_url: `${api}/check-runs/4/annotations`,
    },
    check_suite: { id: 5, status: "queued", conclusion: "failure", head_sha: "0000" },
    app: {
      id: 15368,
      slug: "github-actions",
      node_id: "MDExOkludGVncmF0aW9uMQ==",
      owner,
      name: "GitHub Actions",
      description: "Automate your workflow from idea to production",
      external_url: "https://help.github.com/en/actions",
      html_url: "https://github.com/apps/github-actions",
      permissions: { actions: "write", checks: "write", contents: "write", metadata: "read", statuses: "write" },
      events: ["check_run", "check_suite", "create", "delete", "deployment", "fork", "push", "status", "workflow_run"],
    },
    pull_requests: [
      { url: `${api}/pulls/1956`, id: 1934, number: 3956, head: { ref: "say-hello", sha: "3dca", repo: { id: 526, name: "x" } } },
    ],
  };
}

/** The body of a page of check runs. */
export function checkRunsBody(runs: object[], total = runs.length): Bytes {
  return toBytes(JSON.stringify({ total_count: total, check_runs: runs }));
}
