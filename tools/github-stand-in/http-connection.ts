/** One connection of the stand-in: requests in, answers out, written byte for byte as wanted (which Node's own server would not allow). */

import type { TLSSocket } from "node:tls";
import type { Answer, Asked } from "./responses";

export interface Framing {
  /** How the body's end is told: Content-Length, chunked, or by closing. */
  framing: "length" | "chunked" | "close";
  /** Bytes of body in a chunk. */
  chunkSize: number;
  keepAlive: boolean;
}

const MAX_REQUEST = 65_536;
const STATUS_WORDS: Record<number, string> = {
  200: "OK",
  301: "Moved Permanently",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

export interface Request extends Asked {
  body: string;
}

/**
 * Serves a connection until either side closes it.
 * @param handle gives the answer to a request, or null for silence
 */
export function serve(socket: TLSSocket, framing: Framing, now: () => number, handle: (request: Request) => Answer | null): void {
  let received = "";
  socket.setEncoding("latin1");
  socket.on("error", () => undefined);
  socket.on("data", (chunk: string) => {
    received += chunk;
    if (received.length > MAX_REQUEST) socket.destroy();
    for (let request = takeRequest(); request; request = takeRequest()) {
      const given = handle(request);
      if (given) respond(socket, given, framing, now, request.headers.connection === "close");
    }
  });

  function takeRequest(): Request | null {
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) return null;
    const [first, ...lines] = received.slice(0, end).split("\r\n");
    const [method, target] = first!.split(" ");
    const headers = Object.fromEntries(lines.map((line) => [line.split(":")[0]!.toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    const length = Number(headers["content-length"] ?? 0);
    const from = end + 4;
    if (received.length < from + length) return null;
    const body = received.slice(from, from + length);
    received = received.slice(from + length);
    return { method: method ?? "", target: target ?? "/", headers, body };
  }
}

function respond(socket: TLSSocket, given: Answer, options: Framing, now: () => number, closeAsked: boolean): void {
  const hasBody = given.status !== 304;
  const whole = given.ending === "whole";
  const keepAlive = options.keepAlive && whole && !closeAsked && (options.framing !== "close" || !hasBody);
  const body = Buffer.from(given.body, "utf8");
  const sent = whole ? body : body.subarray(0, body.length >> 1);
  const fixed = ["content-length", "connection", "date"];
  const lines = [
    `HTTP/1.1 ${given.status} ${STATUS_WORDS[given.status] ?? ""}`,
    `date: ${new Date(now()).toUTCString()}`,
    ...given.headers.filter(([name]) => !fixed.includes(name)).map(([name, value]) => `${name}: ${value}`),
  ];
  if (!keepAlive) lines.push("connection: close");
  if (hasBody && options.framing === "length") lines.push(`content-length: ${body.length}`);
  if (hasBody && options.framing === "chunked") lines.push("transfer-encoding: chunked");
  const head = Buffer.from(lines.join("\r\n") + "\r\n\r\n", "latin1");
  const payload = hasBody ? (options.framing === "chunked" ? chunked(sent, options.chunkSize, whole) : sent) : Buffer.alloc(0);
  const bytes = Buffer.concat([head, payload]);
  if (given.ending === "cut") socket.write(bytes, () => socket.destroy());
  else if (keepAlive) socket.write(bytes);
  else socket.end(bytes);
}

function chunked(body: Buffer, size: number, whole: boolean): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    parts.push(Buffer.from(piece.length.toString(16) + "\r\n"), piece, Buffer.from("\r\n"));
  }
  if (whole) parts.push(Buffer.from("0\r\n\r\n"));
  return Buffer.concat(parts);
}
