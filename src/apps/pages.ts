/**
 * An application of one's own, as small as they get: asks a server for some pages, one after the other over one connection, prints how each begins, and
 * closes. Neither of the jobs needs it: copy it, and start yours in board/esp8266/main.ts in the place of startBuildStatus. Publishing (publication.ts)
 * is the larger example, with parts that are loaded for as long as they are needed.
 */
import { defaultBackoff } from "../http/backoff";
import { beginAttempt, closeClient, type HttpApp, type HttpClient, type HttpRequest, openClient, sendRequest } from "../http/client";
import { printable } from "../report/printable";
import { ContentType, openTls, type TlsOptions } from "../tls";
import type { Board, Bytes } from "../transport";
import { tellMeaning } from "./verdict";

/** Bytes of a page that are printed. */
const SHOWN_BYTES = 80;

/** What is asked, and the client that asks: a server's client is made of what TLS needs to know of it. */
export interface Pages extends TlsOptions, HttpClient {
  /** Those that are still to be asked for. */
  paths: Bytes[];
}

function connectPages(this: HttpClient): void {
  if (beginAttempt(this)) this.connection = openTls(this.board, this as Pages, this);
}

function askPage(this: HttpClient): HttpRequest {
  const pages = this as Pages;
  return {
    method: "GET",
    path: pages.paths[0],
    headers: ["Host", pages.host, "User-Agent", "Buildlamp"],
    body: "",
    mayRepeat: true,
    wanted: ["content-type"],
    keep: SHOWN_BYTES,
    take: null,
  };
}

/**
 * Prints the pages at `paths` (percent-encoded, with their queries), each as `status code, type, length: beginning` or with the name of what went wrong. Calls
 * `done` when the last one is told and the connection is closed.
 */
export function printPages(board: Board, server: TlsOptions, paths: Bytes[], done: () => void): void {
  const app: HttpApp = {
    retry: defaultBackoff(),
    make: askPage,
    done(code, reply) {
      const path = paths.shift();
      if (reply) {
        const type = printable(reply.values[0] || "no type");
        board.console.line(path + ": " + reply.status + ", " + type + ", " + reply.total + " bytes: " + printable(reply.text));
      } else tellMeaning(board.console, path + ": ", code);
      if (paths.length) sendRequest(this);
      else {
        closeClient(this, 0);
        done();
      }
    },
    retrying(code, delay) {
      tellMeaning(board.console, "again in " + delay + " ms: ", code);
    },
  };
  const pages = server as Pages;
  pages.paths = paths;
  if (paths.length) sendRequest(openClient(pages, board, connectPages, ContentType.application_data, (use) => use(app)));
  else done();
}
