/** Publishing from a board of Node: whom to trust and to be, one publication, and what it said. */
import { createPrivateKey } from "node:crypto";
import type { PublishConfig } from "../../src/apps/config";
import type { PublishJob } from "../../src/apps/publication";
import { publishStatus } from "../../src/apps/publish";
import { ErrorCode } from "../../src/errors/codes";
import { meaningOf } from "../../src/errors/meanings";
import type { BuildStatus } from "../../src/status/build-status";
import { type Board, Glow } from "../../src/transport";
import { identityOf } from "../build/client-identity";
import type { ClientIdentity } from "../config/identity";
import { type Identity, makeAuthorities, makeIdentity } from "../github-stand-in/certificates";
import { type NodeBoardOptions, nodeBoard } from "../node-board/node-board";

const DAY = 86_400_000;
/** CAs that have to do with no certificate here. */
const OTHER_CAS = 4;

/** The certificates of a test, all made anew. */
export interface People {
  /** PEM: the CA that issued `client` and `expired`, the root above it, and others, so that servers have a long list to name. */
  ca: string;
  server: Identity;
  client: Identity;
  /** By the same CA, out of date. */
  expired: Identity;
  /** By another CA. */
  foreign: Identity;
}

export async function makePeople(): Promise<People> {
  const now = new Date();
  const [own, other] = [await makeAuthorities(new Date(now.getTime() - 400 * DAY)), await makeAuthorities(new Date(now.getTime() - DAY))];
  const usages = ["1.3.6.1.5.5.7.3.2"];
  const others = await Promise.all(Array.from({ length: OTHER_CAS }, () => makeAuthorities(now)));
  return {
    ca: [own, ...others]
      .flatMap(({ intermediate, root }) => [intermediate, root].map((one) => `${one.certificate.toString("pem")}\n`))
      .join(""),
    server: await makeIdentity(own, now, { names: ["publish.example"] }),
    client: await makeIdentity(own, now, { usages }),
    expired: await makeIdentity(own, now, {
      usages,
      notBefore: new Date(now.getTime() - 9 * DAY),
      notAfter: new Date(now.getTime() - DAY),
    }),
    foreign: await makeIdentity(other, now, { usages }),
  };
}

/** The client's leaf, the CA's certificate and the key, as the config's files hold them, without what the build checks. */
export function clientFiles({ key, certificates }: Identity): ClientIdentity {
  const { d } = createPrivateKey(key).export({ format: "jwk" });
  return {
    certificates: certificates.slice(0, 2).map((one) => one.toString("latin1")),
    key: Buffer.from(d!, "base64url").toString("latin1"),
  };
}

/** The same for boards of Node. */
export function clientIdentity(client: Identity): PublishConfig["identity"] {
  const { certificates, key } = clientFiles(client);
  return identityOf(certificates, key);
}

export function publishConfig(server: Identity, port: number, client: Identity | null, more: Partial<PublishConfig> = {}): PublishConfig {
  return {
    host: "publish.example",
    address: "127.0.0.1",
    port,
    fingerprints: [Buffer.from(server.fingerprintSha1.replaceAll(" ", ""), "hex").toString("latin1")],
    caKeys: [],
    path: "/topics/builds?qos=1",
    alpn: null,
    retry: { base: 20, cap: 80, attempts: 5 },
    retryUnsafe: false,
    identity: client && clientIdentity(client),
    ...more,
  };
}

export const green: BuildStatus = {
  glow: Glow.success,
  error: ErrorCode.none,
  statuses: 2,
  checks: -1,
  sha: "8cd331a0c9cf9bd1b9c9f3f2ac8b1a4a3a1c6a0e",
  message: "",
  notModified: false,
};

/** A job whose results are published, and what it printed. */
export interface Publisher {
  job: PublishJob;
  board: Board;
  lines: string[];
  /** Publishes once; gives what is printed until it is over. @param onLine is told of each line as it comes */
  publish(status?: BuildStatus, onLine?: (line: string) => void): Promise<string[]>;
}

export function startPublisher(config: PublishConfig, options: NodeBoardOptions = {}): Publisher {
  const lines: string[] = [];
  let hear: (line: string) => void = () => undefined;
  const board = nodeBoard({
    ...options,
    onLine(line) {
      lines.push(line);
      hear(line);
    },
  });
  const job = { board, abort: null, publish: () => ({ ...config }) } as unknown as PublishJob;
  return {
    job,
    board,
    lines,
    async publish(status = green, onLine) {
      const from = lines.length;
      await new Promise<void>((resolve) => {
        hear = (line) => {
          onLine?.(line);
          if (/^publish: (completed|failed|not yet)/.test(line)) resolve();
        };
        publishStatus(job, status, "/repos/esp8266/Arduino/commits/master", meaningOf(status.error).split(":")[0]!);
      });
      return lines.slice(from);
    },
  };
}

/** How many attempts to connect there were. */
export function attemptsIn(lines: string[]): number {
  return lines.filter((line) => line.startsWith("publish: connecting")).length;
}
