/** TCP by Espruino's net module, the same on the ESP8266 and on Linux. */
import { ErrorCode } from "../src/errors/codes";
import type { ByteStream, StreamEvents } from "../src/transport";

/** Espruino's socket error codes (libs/network/socketerrors.h). */
const enum SocketError {
  timeout = -3,
  noRoute = -4,
  notFound = -6,
  reset = -9,
}

/**
 * Takes what a socket says of its end: `error` which error it was, `close` whether there was one.
 *
 * On the board a bound function: closures that share what they know would take 29 variables more, for as long as a connection lasts.
 */
function socketEnded(this: StreamEvents, what: boolean | { code: number }): void {
  let code = what ? ErrorCode.connection_closed : ErrorCode.none;
  if (typeof what === "object") {
    if (what.code === SocketError.notFound) code = ErrorCode.host_not_found;
    else if (what.code === SocketError.timeout) code = ErrorCode.connect_timeout;
    else if (what.code === SocketError.noRoute) code = ErrorCode.network_failed;
    else if (what.code === SocketError.reset) code = ErrorCode.connection_reset;
  }
  this.closed(code);
}

/**
 * Opens TCP. Espruino's socket is itself the ByteStream. Its `data` listener is set at once, because what comes without one piles up in
 * memory. It hands each chunk on as an event of its own: what listens to `data` itself is called with 590 bytes more on the C stack, and is removed if memory
 * runs out in it. A failure is told in a later turn, also where (on Linux) Espruino throws it from connect. It may be told twice, first with its
 * reason.
 */
export function openSocket(host: string, port: number, events: StreamEvents): ByteStream {
  const ended = socketEnded.bind(events);
  try {
    const socket = require("net").connect({ host, port }, events.connected.bind(events));
    socket.on("chunk", events.data);
    socket.on("data", socket.emit.bind(socket, "chunk"));
    socket.on("error", ended);
    socket.on("close", ended);
    return socket;
  } catch (_error) {
    setTimeout(ended, 0, true);
    return { write() {}, end() {} };
  }
}
