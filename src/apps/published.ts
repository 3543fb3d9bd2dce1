/** What a publication (publish.ts) asks its server, and who tells what becomes of it. Loaded for these moments only. */
import type { HttpApp, HttpReply, HttpRequest } from "../http/client";
import type { Publication } from "./publication";

/** Bytes of the reply's body that are printed. */
const SHOWN_BYTES = 200;
const DEFAULT_PORT = 443;

/** The publication's part of the client. */
export function publishedApp(p: Publication): HttpApp {
  return { make: makePublication, done: tellPublication, retrying: retryPublication, retry: p.job.publish().retry } as unknown as HttpApp;
}

function makePublication(this: Publication): HttpRequest {
  const console = this.board.console;
  console.line("publish: certificate matches");
  const settings = this.job.publish();
  console.line("publish: sending HTTP POST request to " + this.host + settings.path);
  const host = this.port === DEFAULT_PORT ? this.host : this.host + ":" + this.port;
  return {
    method: "POST",
    path: settings.path,
    headers: ["Host", host, "User-Agent", "Buildlamp", "Content-Type", "application/json", "Connection", "close"],
    body: this.body,
    mayRepeat: settings.retryUnsafe,
    wanted: [],
    keep: SHOWN_BYTES,
    take: null,
  };
}

function retryPublication(this: Publication, code: number, delay: number): void {
  const text = "publish: attempt " + this.attempt + " failed, the next one comes in " + delay + " ms: ";
  const console = this.board.console;
  import("./verdict").then((part) => part.tellMeaning(console, text, code));
}

function tellPublication(this: Publication, code: number, reply: HttpReply | null): void {
  import("./outcome").then((part) => part.endPublication(this, code, reply));
}
