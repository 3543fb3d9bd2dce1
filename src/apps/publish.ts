/**
 * Publishing: what a poll found out goes to the `publish` server of the config, over a connection of its own, which begins when the poll's is closed.
 *
 *   publishStatus      what is to be said, unless the server wants to be left alone
 *   startPublication   the client (../http/client.ts) and what stays until it is over (publication.ts)
 *   connectPublication each attempt to connect (publish-connect.ts, loaded for each connection)
 *   makePublication    the request, once the connection is open; then what became of it (published.ts, loaded for each of these moments)
 *
 * A state that is unknown is published as such, with the error's name: whoever looks at a dashboard wants to know that nobody knows.
 */
import { stateWord } from "../report/report";
import type { BuildStatus } from "../status/build-status";
import { Glow } from "../transport";
import type { PublishConfig } from "./config";
import type { Publication, PublishJob } from "./publication";

/**
 * Publishes the status of the target at `path`; nothing without Wi-Fi. Sets job.abort, and takes it back when it is over. No other connection
 * may be open.
 * @param reason the name of the status's error
 */
export function publishStatus(job: PublishJob, status: BuildStatus, path: string, reason: string): void {
  const board = job.board;
  const quiet = job.quiet || [];
  if (!board.network.isUp()) return;
  if (quiet.length) {
    board.console.line("publish: not yet, the server asked to wait");
    return;
  }
  // /repos/{owner}/{repo}/commits/{ref}
  const target = path.split("/");
  let body = '{"repo":' + JSON.stringify(target[2] + "/" + target[3]) + ',"ref":' + JSON.stringify(decodeURIComponent(target[5]));
  body += ',"state":"' + stateWord(status.glow) + '"';
  if (status.sha) body += ',"sha":' + JSON.stringify(status.sha);
  if (status.statuses >= 0) body += ',"statuses":' + status.statuses;
  if (status.checks >= 0) body += ',"checks":' + status.checks;
  if (status.glow === Glow.unknown) body += ',"error":"' + reason + '"';
  const section = job.publish();
  const p = section as unknown as Publication;
  // What is seldom wanted is made anew then.
  delete (section as Partial<PublishConfig>).path;
  delete (section as Partial<PublishConfig>).retry;
  delete (section as Partial<PublishConfig>).retryUnsafe;
  p.job = job;
  p.body = body + "}";
  import("./publication").then((part) => part.startPublication(p));
}
