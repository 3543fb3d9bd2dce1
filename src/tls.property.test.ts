/**
 * Whatever a peer sends, the connection ends once, with an error that has a name, and is open only with a server whose handshake was the client's.
 * PROPERTY_RUNS sets how many cases each property tries.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "./errors/codes";
import { handshakeMessage, helloExtension, type Sent, type ServerOptions, type TestServer } from "./handshake/server.testing";
import { type Identity, IdentityPiece } from "./handshake/state";
import { MAX_CHUNK, type Outcome, type Play, play } from "./tls.property.testing";
import { fingerprint } from "./tls.testing";
import { certificate, keys } from "./x509/certificates.testing";

const runs = Number(process.env.PROPERTY_RUNS ?? 40);
const patience = 30_000 + runs * 1000;
const parameters = process.env.PROPERTY_RUNS ? {} : { seed: 1 };
/** Runs of an attack for each run of a whole connection, which takes longer. */
const ATTACKS = 3;

const AES = 0x1301;
const P256 = 0x17;
/** The type that a protected record shows. */
const PROTECTED = 23;
const ALERTS = 256;
/** Where the leaf begins in a Certificate: behind type, length, context, and the lengths of the list and of its own. */
const LEAF = 4 + 1 + 3 + 3;
const leafKeys = keys("P-256", "leaf");
const leaf = certificate(leafKeys, leafKeys);
const rsaKeys = keys(2048);
const rsaLeaf = certificate(rsaKeys, rsaKeys);
const clientKeys = keys("P-256", "client");
const clientCertificate = Buffer.alloc(150, 7);
const identity: Identity = (index) => {
  if (index === IdentityPiece.key) return Buffer.from(clientKeys.privateKey.export({ format: "jwk" }).d!, "base64url").toString("latin1");
  return index ? "" : handshakeMessage(11, Buffer.of(0, 0, 0, 155, 0, 0, 150), clientCertificate, Buffer.of(0, 0)).toString("latin1");
};
const tls = { fingerprints: [fingerprint(leaf), fingerprint(rsaLeaf, "sha1")] };

/** Long and short, with zeros, so that records of every kind come of it. */
const ANSWER = `HTTP/1.1 200 OK\r\n\r\n${"{}".repeat(400)}${"\0".repeat(300)}end`;

function answer(server: TestServer): void {
  server.record(23, Buffer.from(ANSWER, "latin1"));
  server.closeNotify();
}

const codes = new Set<number>();
for (let code = 0; code < ALERTS; code++) codes.add(ErrorCode.alert_received + code);
for (const from of [ErrorCode.wifi_lost, ErrorCode.bad_record_mac, ErrorCode.decode_error, ErrorCode.certificate_malformed])
  for (let code = from as number; code < from + 100; code++) codes.add(code);
codes.add(ErrorCode.none);
codes.add(ErrorCode.fingerprint_mismatch);

/** What holds of every connection. */
function expectSane(outcome: Outcome): void {
  expect(outcome.faults).toEqual([]);
  expect(outcome.closed).toHaveLength(1);
  expect([...codes]).toContain(outcome.closed[0]);
  expect(outcome.opened).toBeLessThanOrEqual(1);
  if (outcome.opened) expect(outcome.isAgreed).toBe(true);
}

async function check<T>(values: fc.Arbitrary<T>, numRuns: number, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(values, holds), { ...parameters, numRuns });
}

const bytes = (max: number): fc.Arbitrary<Buffer> =>
  fc
    .oneof({ weight: 3, arbitrary: fc.uint8Array({ maxLength: 40 }) }, fc.uint8Array({ maxLength: max, size: "max" }))
    .map((array) => Buffer.from(array));
const chunks: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([268]),
  fc.array(fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: MAX_CHUNK })), { minLength: 1, maxLength: 8 }),
);
const network: fc.Arbitrary<Pick<Play, "chunks" | "hasWindow" | "hangsUp" | "delay" | "shift">> = fc.record({
  chunks,
  hasWindow: fc.boolean(),
  hangsUp: fc.boolean(),
  delay: fc.constantFrom(0, 0, 1, 60),
  shift: fc.constantFrom(0, 0, 1, 4, 5, 6),
});
const goodNetwork = network.map((one) => ({ ...one, hasWindow: true }));
const u16 = (n: number): Buffer => Buffer.of(n >> 8, n & 255);

/** A record, whose length may be wrong. */
const record = fc
  .tuple(
    fc.constantFrom(20, 21, 22, 22, 23, 23, 0, 24, 128),
    fc.constantFrom(1, 3, 3, 4),
    bytes(600),
    fc.constantFrom(0, 0, 0, 1, -1, 300, 16400),
  )
  .map(([type, minor, content, off]) => Buffer.concat([Buffer.of(type, 3, minor), u16(Math.max(0, content.length + off)), content]));

/** What a good server may do differently. */
const goodServer: fc.Arbitrary<ServerOptions> = fc
  .record({
    suite: fc.constantFrom(AES, 0x1303),
    retry: fc.constantFrom(false, false, true),
    coalesce: fc.boolean(),
    recordSize: fc.constantFrom(16384, 16384, 512, 100, 37),
    padding: fc.constantFrom(0, 0, 0, 1, 600),
    isRsa: fc.constantFrom(false, false, false, true),
    extra: fc.constantFrom(0, 1),
  })
  .map(({ isRsa, extra, retry, ...options }) => ({
    ...options,
    ...(retry ? { retry, group: P256 } : {}),
    key: (isRsa ? rsaKeys : leafKeys).privateKey,
    chain: [isRsa ? rsaLeaf : leaf, ...Array(extra).fill(rsaLeaf)],
    request: answer,
  }));

describe("a connection ends once, with a name, and never opens,", () => {
  test("whatever bytes come instead of a server's", { timeout: patience }, async () => {
    const peers = fc.oneof(
      bytes(3000),
      fc.array(record, { maxLength: 12 }).map((records) => Buffer.concat(records)),
    );
    await check(fc.tuple(peers, network), runs, async ([peer, how]) => {
      const outcome = await play({ tls, bytes: peer, ...how });
      expectSane(outcome);
      expect(outcome.opened).toBe(0);
    });
  });

  test("whatever is in its ServerHello", { timeout: patience }, async () => {
    await check(fc.tuple(serverHello, network), runs, async ([hello, how]) => {
      const peer = Buffer.concat([Buffer.of(22, 3, 3), u16(hello.length), hello]);
      const outcome = await play({ tls, bytes: peer, ...how });
      expectSane(outcome);
      expect(outcome.opened).toBe(0);
    });
  });
});

/** Extensions that the client knows and others, with bodies that fit or do not. */
const extension = fc
  .tuple(
    fc.constantFrom(0, 10, 13, 16, 43, 44, 51, 42, 0xff01),
    fc.oneof(
      bytes(80),
      fc.constantFrom(
        Buffer.of(3, 4),
        Buffer.of(0, 0x1d, 0, 32, ...Array(32).fill(9)),
        Buffer.of(0, 0x17),
        Buffer.of(0, 0x17, 0, 65, 4, ...Array(64).fill(1)),
        Buffer.of(0, 2, 7, 7),
        Buffer.of(0, 4, 4, 3, 8, 4),
        Buffer.of(0, 9, 8, ...Buffer.from("http/1.1")),
      ),
    ),
  )
  .map(([type, body]) => helloExtension(type, body));
const extensions = fc.array(extension, { maxLength: 6 }).map((all) => Buffer.concat([u16(Buffer.concat(all).length), ...all]));
const retryRandom = Buffer.from("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c", "hex");
const serverHello = fc
  .tuple(
    fc.constantFrom(Buffer.alloc(32, 5), retryRandom, Buffer.concat([Buffer.alloc(24, 1), Buffer.from("DOWNGRD\x01")])),
    fc.constantFrom(AES, 0x1303, 0x1302, 0),
    fc.oneof(extensions, extensions, bytes(60)),
    fc.constantFrom(0, 0, 0, 7),
  )
  .map(([random, suite, list, compression]) =>
    handshakeMessage(2, Buffer.of(3, 3), random, Buffer.of(0), u16(suite), Buffer.of(compression), list),
  );

describe("a good server's answer arrives", () => {
  test("however it is cut into records and chunks", { timeout: patience }, async () => {
    await check(fc.tuple(goodServer, goodNetwork), runs, async ([server, how]) => {
      const outcome = await play({ tls, server, ...how });
      expectSane(outcome);
      expect([outcome.closed, outcome.committed]).toEqual([[ErrorCode.none], ANSWER]);
    });
  });
});

/** A place in something of `length` bytes: anywhere, or near its end, where tags and MACs are. */
const place = fc.oneof(fc.nat(), fc.integer({ min: -16, max: -1 }));
const placeIn = (at: number, length: number): number => ((at % length) + length) % length;

/** What someone on the way does to a record; what is held back comes after the next one. */
const tampering = fc.record({
  index: fc.nat(9),
  kind: fc.constantFrom("flip", "flip", "cut", "drop", "repeat", "swap", "insert", "grow", "length"),
  at: place,
  bit: fc.nat(7),
  inserted: record,
});
type Tampering = typeof tampering extends fc.Arbitrary<infer T> ? T : never;

/** @param touched called when a protected record is not what was sent */
function tamper(all: Tampering[], touched: () => void): (index: number, record: Buffer) => Buffer {
  let held: Buffer = Buffer.alloc(0);
  return (index, given) => {
    let out: Buffer = given;
    let later: Buffer = Buffer.alloc(0);
    for (const one of all.filter((each) => each.index === index)) {
      const at = out.length ? placeIn(one.at, out.length) : 0;
      if (one.kind === "flip" && out.length) {
        out = Buffer.from(out);
        out[at]! ^= 1 << one.bit;
      } else if (one.kind === "cut") out = out.subarray(0, at);
      else if (one.kind === "drop") out = Buffer.alloc(0);
      else if (one.kind === "repeat") out = Buffer.concat([out, out]);
      else if (one.kind === "insert") out = Buffer.concat([one.inserted, out]);
      else if (one.kind === "grow") out = Buffer.concat([out.subarray(0, at), one.inserted, out.subarray(at)]);
      else if (one.kind === "length" && out.length > 4) {
        out = Buffer.from(out);
        out.writeUInt16BE((out.readUInt16BE(3) + one.bit - 3) & 0xffff, 3);
      } else if (one.kind === "swap") {
        later = out;
        out = Buffer.alloc(0);
      }
    }
    if (given[0] === PROTECTED && !out.subarray(-given.length).equals(given)) touched();
    out = Buffer.concat([out, held]);
    held = later;
    return out;
  };
}

describe("someone on the way", () => {
  test("opens no connection that the server did not agree to, and adds nothing to its answer", { timeout: patience }, async () => {
    const cases = fc.tuple(goodServer, fc.array(tampering, { minLength: 1, maxLength: 3 }), network);
    await check(cases, ATTACKS * runs, async ([server, all, how]) => {
      let isTouched = false;
      const alterRecord = tamper(all, () => {
        isTouched = true;
      });
      const outcome = await play({ tls, server: { ...server, alterRecord }, ...how });
      expectSane(outcome);
      expect(ANSWER.startsWith(outcome.committed)).toBe(true);
      if (outcome.closed[0] === ErrorCode.none) expect([isTouched, outcome.committed]).toEqual([false, ANSWER]);
    });
  });
});

/** Handshake messages, well formed or not. */
const message = fc.oneof(
  fc.tuple(fc.constantFrom(0, 1, 2, 4, 5, 8, 11, 13, 15, 20, 24, 254), bytes(700)).map(([type, body]) => handshakeMessage(type, body)),
  extensions.map((list) => handshakeMessage(8, list)),
  extensions.map((list) => handshakeMessage(13, Buffer.of(0), list)),
  fc.constantFrom(leaf, rsaLeaf).map((der) => handshakeMessage(11, Buffer.of(0, 0, 0, 5), der)),
  bytes(100),
);
const proofs: Sent[] = ["Certificate", "CertificateVerify", "Finished"];
const names: Sent[] = ["ServerHello", "EncryptedExtensions", "CertificateRequest", ...proofs, ...proofs];
/** What a server does wrong at one of its messages: it is a server that has the keys. */
const misdeed = fc.record({
  name: fc.constantFrom(...names),
  kind: fc.constantFrom("flip", "flip", "cut", "drop", "repeat", "before", "after", "instead", "record", "length"),
  at: place,
  bit: fc.nat(7),
  message,
  type: fc.constantFrom(0, 20, 21, 22, 23, 24),
  content: bytes(2000),
});
type Misdeed = typeof misdeed extends fc.Arbitrary<infer T> ? T : never;

/** @returns the messages in place of this one */
function misbehave(one: Misdeed, given: Buffer, server: TestServer): Buffer[] {
  const at = placeIn(one.at, given.length);
  const changed = Buffer.from(given);
  switch (one.kind) {
    case "flip":
      changed[at]! ^= 1 << one.bit;
      return [changed];
    case "cut":
      return [given.subarray(0, at)];
    case "drop":
      return [];
    case "repeat":
      return [given, given];
    case "before":
      return [one.message, given];
    case "after":
      return [given, one.message];
    case "instead":
      return [one.message];
    case "length":
      changed.writeUInt16BE((changed.readUInt16BE(2) + one.bit - 3) & 0xffff, 2);
      return [changed];
  }
  server.record(one.type, one.content);
  return [given];
}

describe("a server that has the keys", () => {
  const requestCertificate: fc.Arbitrary<number[] | undefined> = fc.constantFrom(undefined, [0x403], [0x804, 0x403], [0x804]);

  test("opens no connection without its certificate, its signature and its Finished", { timeout: patience }, async () => {
    const cases = fc.tuple(goodServer, fc.array(misdeed, { minLength: 1, maxLength: 2 }), requestCertificate, network);
    await check(cases, ATTACKS * runs, async ([options, misdeeds, schemes, how]) => {
      const changed = new Set<string>();
      let server: TestServer;
      let sentCertificate = Buffer.alloc(0);
      const alter = (name: Sent, given: Buffer): Buffer[] => {
        let out = [given];
        for (const one of misdeeds.filter((each) => each.name === name))
          out = out.flatMap((each) => (each.length ? misbehave(one, each, server) : [each]));
        if (!Buffer.concat(out).equals(given)) changed.add(name);
        if (name === "Certificate") sentCertificate = Buffer.concat(out);
        return out;
      };
      const outcome = await play({
        tls: { ...tls, identity: schemes ? identity : null },
        server: { ...options, alter, ...(schemes ? { requestCertificate: schemes } : {}) },
        onServer: (made) => {
          server = made;
        },
        ...how,
      });
      expectSane(outcome);
      if (!outcome.opened) return;
      expect([changed.has("CertificateVerify"), changed.has("Finished")]).toEqual([false, false]);
      expect(sentCertificate.subarray(LEAF, LEAF + options.chain[0]!.length).equals(options.chain[0]!)).toBe(true);
    });
  });

  /** What it says once it is asked. */
  const words = fc.array(
    fc.oneof(
      fc.tuple(fc.constantFrom(0, 20, 21, 22, 23, 23, 24), bytes(3000)).map(
        ([type, content]) =>
          (s: TestServer) =>
            s.record(type, content),
      ),
      message.map((one) => (s: TestServer) => s.record(22, one)),
      fc.tuple(bytes(1000), fc.constantFrom(30, 200, 16384)).map(
        ([body, size]) =>
          (s: TestServer) =>
            s.record(22, handshakeMessage(4, body), size),
      ),
      fc.boolean().map((isRequested) => (s: TestServer) => s.updateKeys(isRequested)),
      record.map((one) => (s: TestServer) => s.raw(one)),
      fc.constant((s: TestServer) => s.closeNotify()),
    ),
    { maxLength: 25 },
  );

  test("may say what it likes once it is asked", { timeout: patience }, async () => {
    await check(fc.tuple(goodServer, words, network), runs, async ([options, said, how]) => {
      const request = (server: TestServer): void => {
        for (const say of said) say(server);
      };
      const outcome = await play({ tls, server: { ...options, request }, ...how });
      expectSane(outcome);
    });
  });

  test("is cut off where it floods a client that is busy", { timeout: patience }, async () => {
    await check(fc.tuple(goodServer, network, fc.integer({ min: 1, max: 10 })), 5, async ([options, how, records]) => {
      const request = (server: TestServer): void => {
        for (let i = 0; i < records; i++) server.record(23, Buffer.alloc(2000, 1), 2000);
      };
      const flood = { chunks: [MAX_CHUNK], hasWindow: false, delay: 60 };
      const outcome = await play({ tls, server: { ...options, padding: 0, request }, ...how, ...flood });
      expectSane(outcome);
      if (records > 2) expect(outcome.closed).toEqual([ErrorCode.input_overflow]);
    });
  });
});
