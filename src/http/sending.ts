/** Writes a request to a connection that is open (client.ts). Loaded for this long only; exchange.ts does the rest. */
import { ErrorCode } from "../errors/codes";
import { type HttpApp, type HttpClient, HttpWait } from "./client";
import { endRequest } from "./end";
import { isBetween, isStale, type Outgoing, SENT_PIECE, sendPiece } from "./outgoing";
import { writeRequest } from "./request";

/** Has the request made and sends it. */
export function sendOut(c: HttpClient): void {
  c.app((app) => writeOut(c, app));
}

function writeOut(c: HttpClient, app: HttpApp): void {
  const connection = c.connection;
  if (!connection || c.isClosing || !c.isBusy) return;
  if (connection.wait === HttpWait.sink || isBetween(connection)) {
    // What was said before anything was asked is no answer to it.
    connection.finish(ErrorCode.http_no_response);
    return;
  }
  if (!connection.stream) return;
  try {
    const request = app.make.call(c);
    const body = request.body;
    const text = writeRequest(request.method, request.path, request.headers, body);
    const out: Outgoing = {
      client: c,
      connection,
      text,
      rest: connection.sink ? body.length + SENT_PIECE : 0,
      keep: request.keep,
      wanted: request.wanted,
      take: request.take,
    };
    c.mayRepeat = request.mayRepeat ? 1 : 0;
    connection.limit(c.board.patience.response, ErrorCode.response_timeout);
    sendHead(out);
  } catch (error) {
    if (typeof error !== "number") throw error;
    endRequest(c, error, null);
    c.isClosing = 1;
    connection.finish(error);
  }
}

/**
 * Sends a piece a turn, unless what came before is still being read, which takes its memory: all of it, because a connection without a sink holds the response back; over a kept one, the head but for its last piece: there is no response
 * before that.
 */
function sendHead(out: Outgoing): void {
  if (isStale(out)) return;
  if (out.text.length > out.rest) {
    if (out.connection.wait !== HttpWait.reading) {
      if (out.connection.stream) out.client.isWritten = 1;
      sendPiece(out);
    }
    out.client.board.clock.after(sendHead.bind(null, out), 0);
  } else import("./exchange").then((part) => part.readReply(out));
}
