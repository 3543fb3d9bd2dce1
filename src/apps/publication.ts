/** A publication (publish.ts) from its first attempt to connect to its end: what stays loaded all the while. */
import { closeClient, type HttpApp, type HttpClient, type HttpEvents, openClient, sendRequest } from "../http/client";
import { ContentType, openTls, type Tls, type TlsOptions } from "../tls";
import type { Bytes } from "../transport";
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

/** A publication under way: the config's section, which is the client as well. */
export interface Publication extends PublishConfig, TlsOptions, HttpClient {
  job: PublishJob;
  /** What is sent. */
  body: Bytes;
}

function openPublication(this: Publication, events: HttpEvents): Tls {
  this.board.console.line("publish: connecting to " + this.host + ", attempt " + this.attempt + " of " + this.retry.attempts);
  return openTls(this.board, this, events);
}

function loadPublished(use: (app: HttpApp) => void): void {
  import("./published").then((part) =>
    use({ make: part.makePublication as never, done: part.tellPublication as never, retrying: part.retryPublication as never }),
  );
}

/** Is job.abort while it is under way. */
function abortPublication(this: PublishJob, code: number): void {
  const p = this.publication;
  if (!p) return;
  closeClient(p, code);
  p.app((app) => app.done.call(p, code, null));
}

/** Begins. */
export function startPublication(p: Publication): void {
  const job = p.job;
  job.publication = p;
  job.abort = abortPublication as never;
  sendRequest(openClient(p, job.board, openPublication, ContentType.application_data, loadPublished));
}
