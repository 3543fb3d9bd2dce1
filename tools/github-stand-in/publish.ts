/** The stand-in for AWS IoT: a POST to /topics/… over TLS 1.3 with a client certificate, ALPN x-amzn-http-ca where it is offered. */

import { randomUUID } from "node:crypto";
import type { AddressInfo, Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { type Identity, makeAuthorities, makeIdentity } from "./certificates";
import { type Request, serve } from "./http-connection";
import type { Answer } from "./responses";

export interface PublishOptions {
  port?: number;
  /** Address to listen on, 127.0.0.1 unless given. */
  address?: string;
  /** PEM of the CA that client certificates must be by. */
  clientCa: string;
  /** Only connections that offered this ALPN name are served, as on port 443. */
  alpn?: string;
  /** Status of the answers, 200 unless given. */
  status?: number;
  /** Headers besides, such as Retry-After. */
  headers?: [string, string][];
  /** Who the server is; one made for it unless given. */
  identity?: Identity;
  /** Requests are taken and never answered. */
  isSilent?: boolean;
}

export interface PublishRequest extends Request {
  /** Subject of the client's certificate. */
  client: string;
  alpn: string;
  serverName: string;
}

export interface PublishStandIn {
  readonly port: number;
  readonly identity: Identity;
  readonly requests: PublishRequest[];
  /** Clients that were let in: who they are is known and trusted. */
  readonly clients: number;
  close(): Promise<void>;
}

const AWS_ALPN = "x-amzn-http-ca";
const NAMES = ["*.iot.eu-west-1.amazonaws.com"];
const CA_AGE = 30 * 86_400_000;

export async function startPublishStandIn(options: PublishOptions): Promise<PublishStandIn> {
  const identity =
    options.identity ?? (await makeIdentity(await makeAuthorities(new Date(Date.now() - CA_AGE)), new Date(), { names: NAMES }));
  const requests: PublishRequest[] = [];
  const open = new Set<Socket>();
  let clients = 0;
  const framing = { framing: "length" as const, chunkSize: 1024, keepAlive: true };
  const server = createServer(
    {
      key: identity.key,
      cert: identity.chain,
      ca: options.clientCa,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      ciphers: "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384",
      ALPNProtocols: [options.alpn ?? AWS_ALPN, "http/1.1"],
    },
    (socket: TLSSocket) => {
      clients++;
      const alpn = socket.alpnProtocol || "";
      if (options.alpn !== undefined && alpn !== options.alpn) {
        socket.destroy();
        return;
      }
      const about = {
        client: socket.getPeerCertificate().subject?.CN?.toString() ?? "",
        alpn,
        serverName: String(socket.servername || ""),
      };
      serve(socket, framing, Date.now, (request) => {
        requests.push({ ...request, ...about });
        return options.isSilent ? null : publishAnswer(request, options);
      });
    },
  );
  server.on("tlsClientError", () => undefined);
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.address ?? "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    identity,
    requests,
    get clients() {
      return clients;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function publishAnswer(request: Request, { status = 200, headers = [] }: PublishOptions): Answer {
  const traceId = randomUUID();
  const known = request.method === "POST" && /^\/topics\/[^/]/.test(request.target);
  const code = known ? status : 404;
  const message = code === 200 ? "OK" : known ? "Refused" : "Not Found";
  return {
    status: code,
    headers: [["content-type", "application/json"], ["x-amzn-requestid", traceId], ["connection", "keep-alive"], ...headers],
    body: JSON.stringify({ message, traceId }),
    ending: "whole",
  };
}
