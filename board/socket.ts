/** TCP by Espruino's net module, the same on the ESP8266 and on Linux. */
import { ErrorCode } from "../src/errors/codes";
import type { ByteStream, StreamEvents } from "../src/transport";

/** Espruino's socket error codes (libs/network/socketerrors.h). */
const enum SocketError {
  closed = -1,
  timeout = -3,
  noRoute = -4,
  notFound = -6,
  reset = -9,
}

function socketErrorCode(code: number, isConnected: boolean): number {
  if (code === SocketError.notFound) return ErrorCode.host_not_found;
  if (code === SocketError.timeout) return ErrorCode.connect_timeout;
  if (code === SocketError.noRoute) return ErrorCode.network_failed;
  if (!isConnected) return ErrorCode.connection_refused;
  return code === SocketError.reset ? ErrorCode.connection_reset : ErrorCode.connection_closed;
}

/**
 * Opens TCP. Espruino's socket is itself the ByteStream. Its `data` listener is set at once, because what comes without one piles up in
 * memory; a failure is told in a later turn, also where (on Linux) Espruino throws it from connect.
 */
export function openSocket(host: string, port: number, events: StreamEvents): ByteStream {
  let isConnected = false;
  let isOver = false;
  const over = (code: number) => {
    if (isOver) return;
    isOver = true;
    events.closed(code && socketErrorCode(code, isConnected));
  };
  try {
    const socket = require("net").connect({ host, port }, () => {
      isConnected = true;
      events.connected();
    });
    socket.on("data", events.data);
    socket.on("error", (error) => over(error.code));
    socket.on("close", (hadError) => over(hadError || !isConnected ? SocketError.closed : 0));
    return socket;
  } catch (_error) {
    setTimeout(over, 0, SocketError.closed);
    return { write() {}, end() {} };
  }
}
