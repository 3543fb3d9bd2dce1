/** A publication (publish.ts) from its first attempt to connect to its end: what stays loaded all the while. */
import { usesCaKeys } from "../features";
import { closeClient, type HttpApp, type HttpClient, openClient, sendRequest } from "../http/client";
import { ContentType, type TlsOptions } from "../tls";
import type { Bytes } from "../transport";
import { TIME_KNOWN } from "../trust/ca";
import type { BuildStatusJob } from "./build-status";
import type { PublishConfig } from "./config";

/** A job whose result is published. */
export interface PublishJob extends BuildStatusJob {
  publish(): PublishConfig;
  /** What is being published; null for nothing. */
  publication: Publication | null;
  /** Not empty while the server wants to be left alone (Retry-After). */
  quiet?: number[];
}

/** A publication under way: of the config's section what a connection needs, which is the client as well. */
export interface Publication extends TlsOptions, HttpClient {
  /** The time is to be waited for before anything is connected, if it is not known. */
  waitForTime?: boolean;
  job: PublishJob;
  /** What is sent. */
  body: Bytes;
}

function openPublication(this: Publication): void {
  if (usesCaKeys && this.waitForTime && this.job.board.time() < TIME_KNOWN) {
    this.waitForTime = false;
    import("./wait-for-time").then((part) => part.waitForTime(this, this.open.bind(this)));
  } else import("./publish-connect").then((part) => part.connectPublication(this));
}

function loadPublished(this: Publication, use: (app: HttpApp) => void): void {
  import("./published").then((part) => use(part.publishedApp(this)));
}

/** Is job.abort while it is under way. */
function abortPublication(this: PublishJob, code: number): void {
  const p = this.publication;
  if (!p) return;
  closeClient(p, code);
  p.app((app) => app.done.call(p, code, null));
}

/**
 * Begins.
 *
 * @once
 */
export function startPublication(p: Publication): void {
  const job = p.job;
  job.publication = p;
  job.abort = abortPublication as never;
  sendRequest(openClient(p, job.board, openPublication as never, ContentType.application_data, loadPublished as never));
}
