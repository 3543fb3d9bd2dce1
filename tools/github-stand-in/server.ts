/** The stand-in for api.github.com: HTTPS by Node, TLS 1.3 only. README.md has the options and variants. */

import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createServer, type TLSSocket, type TlsOptions, type Server as TlsServer } from "node:tls";
import { type Identity, type LeafOptions, makeAuthorities, makeIdentity } from "./certificates";
import type { CheckRun } from "./check-runs";
import { type Framing, type Request, serve } from "./http-connection";
import { RateLimits } from "./rate-limits";
import { type Answer, answer, type RepositoryState, type Variant } from "./responses";

export type { LeafKey } from "./certificates";
export type { CheckRun } from "./check-runs";
export type { Request } from "./http-connection";
export type { Answer, Variant } from "./responses";

/** What may be changed while it runs. */
export interface Tuning {
  /** How the body's end is told: Content-Length, chunked, or by closing. */
  framing?: Framing["framing"];
  /** Bytes of body in a chunk. */
  chunkSize?: number;
  /** Largest TLS record sent, 512 to 16384 bytes. */
  recordSize?: number;
  /** Keeps connections open after an answer unless the client asks otherwise; default true. */
  keepAlive?: boolean;
  /** Names of the cipher suites as OpenSSL has them, in order. */
  ciphers?: string;
  /** Groups as OpenSSL has them (X25519, P-256). */
  groups?: string;
}

export interface StandInOptions extends LeafOptions, Tuning {
  port?: number;
  /** Address to listen on, 127.0.0.1 unless given. */
  address?: string;
  variant?: Variant;
  sha?: string;
  /** How many statuses the combined status has. */
  statuses?: number;
  checks?: CheckRun[];
  actions?: boolean;
  /** The world's time, for rate limits and Date; milliseconds since 1970. */
  now?: () => number;
  /** Told of each request with what is answered, null for nothing. */
  onRequest?: (request: Request, given: Answer | null) => void;
}

export interface StandInRequest extends Request {
  /** What was answered; null where nothing was. */
  status: number | null;
}

export interface RepositoryChanges extends Partial<RepositoryState> {
  /** "owner/name"; without it the change holds for all. */
  repository?: string;
}

export interface StandIn {
  readonly port: number;
  readonly fingerprintSha1: string;
  readonly fingerprintSha256: string;
  readonly caKeySha256: string;
  readonly identity: Identity;
  readonly requests: StandInRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  setVariant(variant: Variant, changes?: RepositoryChanges): void;
  /** Sets what a repository shows, leaving the rest. */
  change(changes: RepositoryChanges): void;
  /** A new leaf by the same CA; with `newAuthority` a new CA too. Connections that are open stay. */
  rotate(options?: LeafOptions & { newAuthority?: boolean }): Promise<Identity>;
  /** Another leaf by the same CA, for `use`. */
  makeIdentity(options: LeafOptions): Promise<Identity>;
  /** Presents this certificate from now on. */
  use(identity: Identity): void;
  /** Changes these options for the connections to come. */
  tune(tuning: Tuning): void;
  /** Uses up this hour's requests but for `left`, as others at the same address or with the same token do; gives the moment of the reset. */
  useUpLimit(authorization?: string, left?: number): number;
  /** Forgets how many requests were made. */
  resetLimits(): void;
  /** Serves a connection that came otherwise than through the port. */
  accept(stream: Duplex): void;
  /** Cuts all open connections. */
  disconnectAll(): void;
  /** Stops listening, so that connections are refused, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_SHA = "8cd331a2e8fd2a5c0e1d1b6d1ad5e0b3c5b3a1f7";
const DEFAULT_CHUNK = 1024;
const CA_AGE = 30 * 86_400_000;

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const now = options.now ?? Date.now;
  let authorities = await makeAuthorities(new Date(now() - CA_AGE));
  let identity = await makeIdentity(authorities, new Date(now()), options);
  const limits = new RateLimits(now);
  const repositories = new Map<string, RepositoryState>();
  let everywhere: RepositoryState = {
    variant: options.variant ?? "success",
    sha: options.sha ?? DEFAULT_SHA,
    statuses: options.statuses ?? 2,
    checks: options.checks ?? [],
    actions: options.actions ?? false,
  };
  const requests: StandInRequest[] = [];
  const open = new Set<Duplex>();
  let connections = 0;

  const tuning: Tuning = { ...options };
  const handle = (request: Request): Answer | null => {
    const given = answer(request, (repository) => repositories.get(repository) ?? everywhere, limits);
    requests.push({ ...request, status: given?.status ?? null });
    options.onRequest?.(request, given);
    return given;
  };
  const tls: TlsServer = createServer(tlsOptions(identity, tuning), (socket: TLSSocket) => {
    const { framing = "length", chunkSize = DEFAULT_CHUNK, keepAlive = true, recordSize } = tuning;
    if (recordSize) socket.setMaxSendFragment(recordSize);
    serve(socket, { framing, chunkSize, keepAlive }, now, handle);
  });
  tls.on("connection", (socket: Duplex) => {
    connections++;
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  tls.on("tlsClientError", () => undefined);
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      tls.once("error", reject);
      tls.listen(port, options.address ?? "127.0.0.1", () => {
        tls.off("error", reject);
        resolve();
      });
    });
  await listen(options.port ?? 0);
  const { port } = tls.address() as AddressInfo;
  const disconnectAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  const close = (): Promise<void> => {
    disconnectAll();
    return new Promise((resolve) => tls.close(() => resolve()));
  };
  const use = (given: Identity): void => {
    identity = given;
    tls.setSecureContext(tlsOptions(identity, tuning));
  };

  const change = ({ repository, ...changes }: RepositoryChanges): void => {
    if (repository !== undefined) repositories.set(repository, { ...(repositories.get(repository) ?? everywhere), ...changes });
    else {
      everywhere = { ...everywhere, ...changes };
      for (const [name, state] of repositories) repositories.set(name, { ...state, ...changes });
    }
  };

  return {
    port,
    requests,
    get identity() {
      return identity;
    },
    get fingerprintSha1() {
      return identity.fingerprintSha1;
    },
    get fingerprintSha256() {
      return identity.fingerprintSha256;
    },
    get caKeySha256() {
      return identity.caKeySha256;
    },
    get connections() {
      return connections;
    },
    setVariant: (variant, changes) => change({ ...changes, variant }),
    change,
    async rotate({ newAuthority, ...leaf } = {}) {
      if (newAuthority) authorities = await makeAuthorities(new Date(now() - CA_AGE));
      use(await makeIdentity(authorities, new Date(now()), { ...options, ...leaf }));
      return identity;
    },
    makeIdentity: (leaf) => makeIdentity(authorities, new Date(now()), { ...options, ...leaf }),
    use,
    tune(changes) {
      Object.assign(tuning, changes);
      tls.setSecureContext(tlsOptions(identity, tuning));
    },
    useUpLimit: (authorization, left) => limits.exhaust(authorization, left),
    resetLimits: () => limits.reset(),
    accept: (stream) => void tls.emit("connection", stream),
    disconnectAll,
    pause: close,
    resume: () => listen(port),
    close,
  };
}

function tlsOptions(identity: Identity, options: Tuning): TlsOptions {
  return {
    key: identity.key,
    cert: identity.chain,
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    ALPNProtocols: ["http/1.1"],
    ...(options.ciphers ? { ciphers: options.ciphers } : {}),
    ...(options.groups ? { ecdhCurve: options.groups } : {}),
  };
}
