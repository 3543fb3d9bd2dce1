/** One poll of the firmware on the virtual board, against a TLS 1.3 server of Node's: what its handshake and its response cost. */
import { createPrivateKey } from "node:crypto";
import type { BuildConfig } from "../../src/apps/config";
import { buildFirmware } from "../build/firmware";
import { toBuildConfig } from "../config/build-config";
import { type Identity, makeAuthorities, makeIdentity } from "../github-stand-in/certificates";
import { startPublishStandIn } from "../github-stand-in/publish";
import { type StandIn, startStandIn } from "../github-stand-in/server";
import { VirtualBoard } from "../virtual-board/board";
import { instrument, instrumentByFunction } from "./instrument";
import { startSteadyRelay } from "./steady-relay";

/** What a stretch of the firmware's work costs (DESIGN.md, decision 7). */
export interface Cost {
  kernel_instructions: number;
  native_calls: number;
  statements: number;
  total: number;
}

export interface ExchangeFigures {
  /** From before the ephemeral key is made and TCP opened until Finished is sent. */
  handshake: Cost;
  /** From there until the response was taken in and the connection closed. */
  response: Cost;
  /** Statements by function, the most first. */
  handshakeFunctions: [string, number][];
  responseFunctions: [string, number][];
  /** Bytes of the bundle. */
  size: number;
}

export type CipherSuite = "TLS_AES_128_GCM_SHA256" | "TLS_CHACHA20_POLY1305_SHA256";

export interface ExchangeOptions {
  suite: CipherSuite;
  /** False: the bundle's statements and names as the compiler leaves them. */
  minify: boolean;
  /** Counts statements by function too. */
  byFunction?: boolean;
}

const INSTRUCTIONS_PER_NATIVE_CALL = 14_000;
const INSTRUCTIONS_PER_STATEMENT = 20_000;
/** As those of api.github.com, about; the sizes that the stand-in's certificates have most often. */
const LEAF_BYTES = 1236;
const CHAIN_BYTES = 3094;
const SSID = "bench";
const PASSWORD = "password";
const HOST = "api.github.com";
const CONNECTING = `connecting to ${HOST}`;
const OPENED = "certificate matches";
const CLOSING = "closing connection";
/** As long as api.github.com. */
const PUBLISH_HOST = "publish.server";
const PUBLISH_CONNECTING = `publish: connecting to ${PUBLISH_HOST}, attempt 1 of 1`;
const PUBLISH_OPENED = "publish: certificate matches";
const PUBLISH_DONE = "publish: completed successfully";
/** id-kp-clientAuth */
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
/** The last line, of a poll that did not get there too. */
const END = `(${CLOSING}|.* CI is unknown: )`;

type Counts = VirtualBoard["soFar"];
type Tallies = Record<string, number>;

interface Mark {
  counts: Counts;
  tallies: Tallies;
}

export function costBetween(from: Counts, to: Counts): Cost {
  const kernel_instructions = to.kernelInstructions - from.kernelInstructions;
  const native_calls = to.nativeCalls - from.nativeCalls;
  const statements = to.statements - from.statements;
  const total = kernel_instructions + INSTRUCTIONS_PER_NATIVE_CALL * native_calls + INSTRUCTIONS_PER_STATEMENT * statements;
  return { kernel_instructions, native_calls, statements, total };
}

function configFor(port: number, fingerprint: string): BuildConfig {
  return toBuildConfig({
    wifi: { ssid: SSID, password: PASSWORD },
    server: { host: HOST, port, address: "127.0.0.1", fingerprints: [fingerprint] },
    status: { owner: "esp8266", repo: "Arduino", ref: "master" },
  });
}

function talliesBetween(from: Tallies, to: Tallies): [string, number][] {
  const list = Object.entries(to).map(([name, count]): [string, number] => [name, count - (from[name] ?? 0)]);
  return list.filter(([, count]) => count > 0).sort((x, y) => y[1] - x[1]);
}

function markOf(board: VirtualBoard): Mark {
  return {
    counts: board.soFar,
    tallies: JSON.parse(String(board.evaluate('JSON.stringify(typeof __tallies == "object" ? __tallies : {})'))),
  };
}

/**
 * Boots a bundle, and marks what was counted when each line was printed, and at the end. Throws if the poll does not end as it should.
 * @param expected lines that must have come by the end, and a pattern of the last one
 */
async function marksOfPoll(
  source: string,
  byFunction: boolean,
  expected = [CONNECTING, OPENED, CLOSING],
  end = END,
): Promise<Map<string, Mark>> {
  const marks = new Map<string, Mark>();
  const board = await VirtualBoard.create({
    source,
    instrument: byFunction ? instrumentByFunction : instrument,
    onSerial: (text) => {
      const line = text.trim();
      if (!marks.has(line)) marks.set(line, markOf(board));
    },
  });
  try {
    board.boot();
    await board.waitForLine(new RegExp(`^${end}`));
    const turns = board.turns;
    await board.waitUntil(() => board.turns > turns);
    marks.set(end, markOf(board));
    for (const line of expected) if (!marks.has(line)) throw new Error(`no line "${line}":\n${board.serial}`);
    return marks;
  } finally {
    board.stop();
  }
}

/** A server whose chain has always the same size: signatures vary by some bytes, and with them how the flight falls into reads. */
async function startSameSized(suite: CipherSuite): Promise<StandIn> {
  for (;;) {
    const standIn = await startStandIn({ ciphers: suite });
    const { leaf, certificates } = standIn.identity;
    if (leaf.length === LEAF_BYTES && Buffer.concat(certificates).length === CHAIN_BYTES) return standIn;
    await standIn.close();
  }
}

/** Runs one poll with a response of 8 KB. */
export async function measureExchange({ suite, minify, byFunction = false }: ExchangeOptions): Promise<ExchangeFigures> {
  const standIn = await startSameSized(suite);
  const relay = await startSteadyRelay(standIn.port);
  try {
    const config = configFor(relay.port, standIn.fingerprintSha1);
    const { code: source } = await buildFirmware({ config, board: "esp8266", keepNames: !minify });
    const marks = await marksOfPoll(source, byFunction);
    const [from, opened, end] = [CONNECTING, OPENED, END].map((line) => marks.get(line)!);
    return {
      handshake: costBetween(from.counts, opened.counts),
      response: costBetween(opened.counts, end.counts),
      handshakeFunctions: talliesBetween(from.tallies, opened.tallies),
      responseFunctions: talliesBetween(opened.tallies, end.tallies),
      size: source.length,
    };
  } finally {
    relay.close();
    await standIn.close();
  }
}

/** A client certificate that has always the same size. */
async function sameSizedClient(): Promise<Identity> {
  const now = new Date();
  const authorities = await makeAuthorities(now);
  for (;;) {
    const identity = await makeIdentity(authorities, now, { usages: [CLIENT_AUTH] });
    if (identity.leaf.length === LEAF_BYTES) return identity;
  }
}

/** Polls and publishes; gives what the publication's handshake costs, in which the server asks for a client certificate and gets one of 1.2 KB. */
export async function measureClientAuthentication(minify: boolean): Promise<Cost> {
  const standIn = await startSameSized("TLS_AES_128_GCM_SHA256");
  const client = await sameSizedClient();
  const server = await startPublishStandIn({ clientCa: client.chain, identity: standIn.identity });
  const relays = [await startSteadyRelay(standIn.port), await startSteadyRelay(server.port)] as const;
  try {
    const { d } = createPrivateKey(client.key).export({ format: "jwk" });
    const plain = configFor(relays[0].port, standIn.fingerprintSha1);
    const config: BuildConfig = {
      ...plain,
      publish: {
        ...plain.server,
        host: PUBLISH_HOST,
        port: relays[1].port,
        path: "/topics/builds",
        alpn: null,
        retry: { base: 500, cap: 5000, attempts: 1 },
        retryUnsafe: false,
        certificates: [client.leaf.toString("latin1")],
        key: Buffer.from(d!, "base64url").toString("latin1"),
      },
    };
    const { code } = await buildFirmware({ config, board: "esp8266", keepNames: !minify });
    const marks = await marksOfPoll(code, false, [PUBLISH_CONNECTING, PUBLISH_OPENED, PUBLISH_DONE], `(${PUBLISH_DONE}|publish: failed)`);
    return costBetween(marks.get(PUBLISH_CONNECTING)!.counts, marks.get(PUBLISH_OPENED)!.counts);
  } finally {
    for (const relay of relays) relay.close();
    await standIn.close();
    await server.close();
  }
}
