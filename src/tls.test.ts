import { describe, expect, test } from "vitest";
import { Op } from "./crypto/crypto";
import { At } from "./crypto/workspace";
import { Alert } from "./errors/alerts";
import { ErrorCode } from "./errors/codes";
import { handshakeMessage, helloExtension, type Sent, type ServerOptions, type TestServer } from "./handshake/server.testing";
import { chunksOf, fingerprint, type Session, type SessionOptions, startSession } from "./tls.testing";
import type { Board } from "./transport";
import { certificate, extension, keys } from "./x509/certificates.testing";

const AES = 0x1301;
const P256 = 0x17;

const leafKeys = keys("P-256", "leaf");
const leaf = certificate(leafKeys, leafKeys);
const rsaKeys = keys(2048);
const rsaLeaf = certificate(rsaKeys, rsaKeys);
const base: ServerOptions = { key: leafKeys.privateKey, chain: [leaf] };

const ANSWER = 'HTTP/1.1 200 OK\r\n\r\n{"state":"success"}';

/** Answers the request, then says close_notify. */
function answering(text = ANSWER): ServerOptions {
  return {
    ...base,
    request(server) {
      server.record(23, Buffer.from(text));
      server.closeNotify();
    },
  };
}

/** Runs a session to its end; the request goes out as soon as it is open. */
async function run(options: Omit<SessionOptions, "server"> & { server?: ServerOptions }): Promise<Session> {
  const session = startSession({ opened: (s) => s.tls.send(23, "GET /"), ...options, server: options.server ?? answering() });
  await session.closed;
  // What the client said last is still on its way.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return session;
}

describe("a good server", () => {
  const variants: [string, Partial<ServerOptions>][] = [
    ["ChaCha20-Poly1305, X25519, ECDSA", {}],
    ["AES-128-GCM, X25519, ECDSA", { suite: AES }],
    ["HelloRetryRequest to P-256", { retry: true, group: P256 }],
    ["HelloRetryRequest to P-256 with a cookie, AES-128-GCM", { retry: true, group: P256, suite: AES, cookie: Buffer.alloc(40, 7) }],
    ["HelloRetryRequest with a cookie only", { retry: true, cookie: Buffer.from("c") }],
    ["RSA-2048 with PSS", { key: rsaKeys.privateKey, chain: [rsaLeaf] }],
    ["the flight in one record", { coalesce: true }],
    ["the flight in one record, RSA", { coalesce: true, key: rsaKeys.privateKey, chain: [rsaLeaf] }],
    ["records of one byte", { recordSize: 1 }],
    ["records of 100 bytes", { recordSize: 100 }],
    ["padding of 1 byte", { padding: 1 }],
    ["padding of 600 bytes", { padding: 600 }],
    ["padding of 10,000 bytes", { padding: 10_000 }],
    ["a chain of three", { chain: [leaf, rsaLeaf, rsaLeaf] }],
  ];
  test.each(variants)("%s", async (_name, options) => {
    const session = await run({
      server: { ...answering(), ...options },
      tls: { fingerprints: [fingerprint((options.chain ?? [leaf])[0], "sha1")] },
    });
    expect(session.code).toBe(0);
    expect(session.committed).toBe(ANSWER);
    expect(session.server?.text).toBe("GET /");
    expect(session.server?.alerts).toEqual([Alert.close_notify]);
  });

  test("RSA-4096 and RSA-3072", async () => {
    for (const bits of [3072, 4096] as const) {
      const pair = keys(bits);
      const session = await run({ server: { ...answering(), key: pair.privateKey, chain: [certificate(pair, pair)] } });
      expect([bits, session.code]).toEqual([bits, 0]);
    }
  });

  test("chunks keep their order however many come while a part is loaded", async () => {
    const server = { ...answering(), chain: [leaf, rsaLeaf, rsaLeaf] };
    for (const loading of [6, 12])
      for (let size = 420; size <= 900; size += 80) {
        const session = await run({ server, loading, gap: 3, cut: chunksOf(size) });
        expect([loading, size, session.code, session.committed]).toEqual([loading, size, 0, ANSWER]);
      }
  });

  test("the offered protocol is taken", async () => {
    const session = await run({ server: { ...answering(), alpn: "x-amzn-http-ca" }, tls: { alpn: "x-amzn-http-ca" } });
    expect(session.code).toBe(0);
  });

  test("a second configured fingerprint, of either kind, will do", async () => {
    for (const hash of ["sha1", "sha256"]) {
      const session = await run({ tls: { fingerprints: ["x".repeat(20), fingerprint(leaf, hash)] } });
      expect(session.code).toBe(0);
    }
  });
});

describe("a CertificateRequest", () => {
  const ECDSA = 0x403;
  const schemes = helloExtension(13, Buffer.of(0, 2, 4, 3));
  /** certificate_authorities, of so many bytes. */
  const authorities = (length: number): Buffer => helloExtension(47, Buffer.alloc(length, 0x30));
  const requesting = (...extensions: Buffer[]): ServerOptions => ({
    ...answering(),
    requestCertificate: [ECDSA],
    alter: (name, message) => {
      const list = Buffer.concat(extensions);
      return name === "CertificateRequest" ? [handshakeMessage(13, Buffer.of(0, list.length >> 8, list.length & 255), list)] : [message];
    },
  });
  const body = (...bytes: number[]): ServerOptions => ({
    ...answering(),
    requestCertificate: [ECDSA],
    alter: (name, message) => (name === "CertificateRequest" ? [handshakeMessage(13, Buffer.from(bytes))] : [message]),
  });

  test("may name as many CAs as it likes, however it is cut", async () => {
    for (const length of [0, 90, 500, 1200, 6000])
      for (const more of [{}, { coalesce: true }, { recordSize: 100 }, { recordSize: 1 }, { padding: 600 }]) {
        const server = { ...requesting(authorities(length), schemes, authorities(3)), ...more };
        const session = await run({ server });
        expect([length, more, session.code, session.committed]).toEqual([length, more, 0, ANSWER]);
      }
  });

  test.each([
    ["a context", body(1, 9, 0, 6, 0, 13, 0, 4, 0, 2, 4, 3), ErrorCode.illegal_parameter],
    ["extensions that are shorter than they say", body(0, 0, 9, 0, 13, 0, 4, 0, 2, 4, 3), ErrorCode.decode_error],
    ["bytes behind the extensions", body(0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3, 0), ErrorCode.decode_error],
    ["an extension that ends behind the message", body(0, 0, 8, 0, 13, 0, 5, 0, 2, 4, 3), ErrorCode.decode_error],
    ["schemes of odd length", body(0, 0, 9, 0, 13, 0, 5, 0, 3, 4, 3, 4), ErrorCode.decode_error],
    ["no schemes in their list", body(0, 0, 6, 0, 13, 0, 2, 0, 0), ErrorCode.decode_error],
    ["nothing", body(), ErrorCode.decode_error],
    ["no signature_algorithms", requesting(authorities(900)), ErrorCode.missing_extension],
    ["them twice", requesting(schemes, schemes), ErrorCode.duplicate_extension],
    ["more than it may have", requesting(authorities(9000), schemes), ErrorCode.message_too_large],
  ])("with %s is refused", async (_name, server, code) => {
    const session = await run({ server });
    expect([session.code, session.committed]).toEqual([code, ""]);
  });
});

describe("after the handshake", () => {
  const ticket = (length: number): Buffer => handshakeMessage(4, Buffer.alloc(length, 9));
  const sending = (say: (server: TestServer) => void): ServerOptions => ({
    ...base,
    request(server) {
      say(server);
      server.record(23, Buffer.from(ANSWER));
      server.closeNotify();
    },
  });
  const good: [string, (server: TestServer) => void][] = [
    ["two tickets", (s) => s.record(22, Buffer.concat([ticket(200), ticket(200)]))],
    ["a ticket over several short records", (s) => s.record(22, ticket(450), 100)],
    ["a ticket of 5 KB in one long record", (s) => s.record(22, ticket(5000))],
    [
      "tickets in a long record after a short one",
      (s) => {
        s.record(22, ticket(2000).subarray(0, 300));
        s.record(22, ticket(2000).subarray(300));
      },
    ],
    ["KeyUpdate", (s) => s.updateKeys(false)],
    ["empty application data", (s) => s.record(23, Buffer.alloc(0))],
  ];
  test.each(good)("%s", async (_name, say) => {
    const session = await run({ server: sending(say) });
    expect(session.code).toBe(0);
    expect(session.committed).toBe(ANSWER);
  });

  test("a long record of tickets is rolled back, not committed", async () => {
    const session = await run({ server: sending((s) => s.record(22, ticket(5000))) });
    expect(session.events).toEqual(["opened", "mark", "rollback", "end clean"]);
  });

  const bad: [string, (server: TestServer) => void, number, number][] = [
    [
      "an unknown message",
      (s) => s.record(22, handshakeMessage(13, Buffer.alloc(9))),
      ErrorCode.unexpected_message,
      Alert.unexpected_message,
    ],
    [
      "an unknown message in a long record",
      (s) => s.record(22, handshakeMessage(13, Buffer.alloc(900))),
      ErrorCode.unexpected_message,
      Alert.unexpected_message,
    ],
    [
      "data inside a ticket",
      (s) => {
        s.record(22, ticket(99).subarray(0, 50));
        s.record(23, Buffer.from("x"));
      },
      ErrorCode.unexpected_message,
      Alert.unexpected_message,
    ],
    [
      "KeyUpdate with more behind it",
      (s) => s.record(22, Buffer.concat([handshakeMessage(24, Buffer.of(0)), ticket(1)])),
      ErrorCode.unexpected_message,
      Alert.unexpected_message,
    ],
    [
      "KeyUpdate of an unknown kind",
      (s) => s.record(22, handshakeMessage(24, Buffer.of(2))),
      ErrorCode.illegal_parameter,
      Alert.illegal_parameter,
    ],
    ["change_cipher_spec", (s) => s.raw(Buffer.of(20, 3, 3, 0, 1, 1)), ErrorCode.record_type_unexpected, Alert.unexpected_message],
    ["an unprotected record", (s) => s.raw(Buffer.of(22, 3, 3, 0, 1, 1)), ErrorCode.record_type_unexpected, Alert.unexpected_message],
    [
      "empty records without end",
      (s) => {
        for (let i = 0; i < 20; i++) s.record(23, Buffer.alloc(0));
      },
      ErrorCode.too_many_records,
      Alert.unexpected_message,
    ],
    [
      "long records of tickets without end",
      (s) => {
        for (let i = 0; i < 40; i++) s.record(22, ticket(1000));
      },
      ErrorCode.too_many_messages,
      Alert.unexpected_message,
    ],
    [
      "tickets without end",
      (s) => {
        for (let i = 0; i < 40; i++) s.record(22, ticket(1));
      },
      ErrorCode.too_many_messages,
      Alert.unexpected_message,
    ],
    ["an alert of three bytes", (s) => s.record(21, Buffer.of(1, 0, 0)), ErrorCode.decode_error, Alert.decode_error],
    ["a record of nothing but zeros", (s) => s.record(0, Buffer.alloc(40)), ErrorCode.record_type_unexpected, Alert.unexpected_message],
    [
      "a long record of nothing but zeros",
      (s) => s.record(0, Buffer.alloc(4000)),
      ErrorCode.record_type_unexpected,
      Alert.unexpected_message,
    ],
  ];
  test.each(bad)("%s is refused", async (_name, say, code, alert) => {
    const session = await run({ server: sending(say) });
    expect(session.code).toBe(code);
    expect(session.server?.alerts).toEqual([alert]);
    expect(session.committed).toBe("");
  });

  test("a long record of data that reads as a ticket is data, and so is what comes after it", async () => {
    for (const tail of [Buffer.from("tail"), ticket(20)]) {
      const server: ServerOptions = {
        ...base,
        request(s) {
          s.record(23, Buffer.alloc(900, 4));
          s.record(23, tail);
          s.closeNotify();
        },
      };
      const session = await run({ server });
      expect([session.code, session.committed.length]).toEqual([0, 900 + tail.length]);
    }
  });

  describe("before anybody takes data", () => {
    const late = 60;
    const certificateUnknown = 46;
    const saying = (connected: (server: TestServer) => void): ServerOptions => ({ ...answering(), connected });

    test("tickets are read, and take no memory", async () => {
      let left = "?";
      const session = startSession({
        late,
        server: saying((s) => {
          for (let i = 0; i < 3; i++) s.record(22, ticket(700));
          s.record(22, ticket(90));
        }),
        opened: (s) =>
          setTimeout(() => {
            left = s.tls.input + s.tls.queue;
            s.tls.send(23, "GET /");
          }, late / 2),
      });
      await session.closed;
      expect([session.code, session.committed, left]).toEqual([0, ANSWER, ""]);
    });

    test("data is held back until then", async () => {
      for (const length of [1, 300, 512, 513, 3000]) {
        const early = "early".padEnd(length, "\0").slice(0, length);
        const session = await run({ late, server: saying((s) => s.record(23, Buffer.from(early))) });
        expect([length, session.code, session.committed]).toEqual([length, 0, early + ANSWER]);
      }
    });

    test("a long record that began as tickets do, and holds data, is refused", async () => {
      // The one reads as a ticket to its end, the other does not.
      // In the middle of the record there may be somebody, too.
      for (const bytes of [Buffer.alloc(900, 4), Buffer.concat([ticket(9), Buffer.alloc(900, 7)])])
        for (const gap of [1, 25]) {
          const session = await run({ late, gap, server: saying((s) => s.record(23, bytes)) });
          expect([gap, session.code, session.committed]).toEqual([gap, ErrorCode.unexpected_message, ""]);
        }
    });

    test("an empty record, padded, is nothing", async () => {
      const session = await run({ late, server: { ...saying((s) => s.record(23, Buffer.alloc(0))), padding: 600 } });
      expect([session.code, session.committed]).toEqual([0, ANSWER]);
    });

    test("close_notify is a closed connection, an alert its own error, and neither waits", async () => {
      const closed = await run({ late: 10_000, server: saying((s) => s.closeNotify()) });
      expect(closed.code).toBe(ErrorCode.connection_closed);
      const refused = await run({ late: 10_000, server: saying((s) => s.record(21, Buffer.of(2, certificateUnknown))) });
      expect(refused.code).toBe(ErrorCode.alert_received + certificateUnknown);
    });
  });

  test("an asked-for KeyUpdate is answered, and both sides go on with new keys", async () => {
    let requests = 0;
    const session = startSession({
      opened: (s) => s.tls.send(23, "one"),
      server: {
        ...base,
        request(server) {
          if (++requests === 1) server.updateKeys(true);
          server.record(23, Buffer.from("answer"));
        },
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    session.tls.send(23, "two");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(session.server?.text).toBe("onetwo");
    expect(session.committed).toBe("answeranswer");
  });
});

describe("full-size records", () => {
  const text = Array.from({ length: 16384 }, (_, i) => String.fromCharCode(32 + (i % 90))).join("");

  test.each([
    ["268-byte chunks", chunksOf(268)],
    ["one chunk", (bytes: Buffer) => [bytes]],
    ["single bytes", chunksOf(1)],
  ])("16 KB, in %s", async (_name, cut) => {
    const session = await run({ cut, server: answering(text) });
    expect(session.committed).toBe(text);
    expect(session.code).toBe(0);
  });

  test("of a 16 KB record no more than 540 bytes are ever held", async () => {
    let most = 0;
    const watch =
      (crypto: Board["crypto"]): Board["crypto"] =>
      (op, b = 0, c = 0) => {
        if (op === Op.openUpdate + At.readState) most = Math.max(most, b - At.record + c);
        return crypto(op, b, c);
      };
    const session = await run({ crypto: watch, server: answering(text) });
    expect(session.committed).toBe(text);
    expect(session.board.ram.length).toBe(At.end);
    expect(most).toBeLessThanOrEqual(At.message - At.record);
    expect(session.tls.input.length + session.tls.queue.length).toBeLessThanOrEqual(268);
  });

  test.each([[1], [266], [267], [268], [269], [600], [5000]])("content with %i zeros inside, and at its end", async (zeros) => {
    const body = "a".repeat(700) + "\0".repeat(zeros) + "b".repeat(300) + "\0".repeat(zeros);
    const session = await run({ server: answering(body) });
    expect(session.committed).toBe(body);
  });
});

describe("misbehaviour", () => {
  const replace =
    (name: Sent, ...messages: ((m: Buffer) => Buffer)[]): ServerOptions["alter"] =>
    (sent, message) =>
      sent === name ? messages.map((f) => f(message)) : [message];
  const same = (m: Buffer): Buffer => m;
  const flip = (at: number) => (m: Buffer) => {
    const copy = Buffer.from(m);
    copy[at < 0 ? copy.length + at : at] ^= 1;
    return copy;
  };
  const body = (f: (body: Buffer) => Buffer) => (m: Buffer) => handshakeMessage(m[0], f(m.subarray(4)));
  const hello =
    (extensions: Buffer[], random = Buffer.alloc(32, 1)) =>
    () =>
      handshakeMessage(2, Buffer.of(3, 3), random, Buffer.of(0, 0x13, 0x03, 0), helloExtensions(extensions));
  const helloExtensions = (extensions: Buffer[]): Buffer => {
    const all = Buffer.concat(extensions);
    return Buffer.concat([Buffer.of(all.length >> 8, all.length & 255), all]);
  };
  const version = helloExtension(43, Buffer.of(3, 4));
  const share = helloExtension(51, Buffer.of(0, 0x1d, 0, 32), Buffer.alloc(32, 9));
  const bigLeaf = certificate(leafKeys, leafKeys, { extensions: [extension("2.5.29.99", Buffer.alloc(3000))] });
  const unexpected = [ErrorCode.unexpected_message, Alert.unexpected_message] as const;
  const malformed = [ErrorCode.decode_error, Alert.decode_error] as const;

  const cases: [string, Partial<ServerOptions>, readonly [number, number]][] = [
    [
      "the right certificate, but another key signs",
      { signingKey: keys("P-256", "other").privateKey },
      [ErrorCode.bad_signature, Alert.decrypt_error],
    ],
    [
      "an RSA signature by another key",
      { key: rsaKeys.privateKey, chain: [rsaLeaf], signingKey: keys(2048, "other").privateKey },
      [ErrorCode.bad_signature, Alert.decrypt_error],
    ],
    ["a changed signature", { alter: replace("CertificateVerify", flip(-1)) }, [ErrorCode.bad_signature, Alert.decrypt_error]],
    [
      "a signature scheme of another kind of key",
      { alter: replace("CertificateVerify", flip(5)) },
      [ErrorCode.bad_signature_scheme, Alert.illegal_parameter],
    ],
    ["a changed Finished", { alter: replace("Finished", flip(-1)) }, [ErrorCode.bad_finished, Alert.decrypt_error]],
    [
      "a Finished too long",
      {
        alter: replace(
          "Finished",
          body((b) => Buffer.concat([b, Buffer.of(0)])),
        ),
      },
      malformed,
    ],
    ["something behind Finished in its record", { alter: replace("Finished", (m) => Buffer.concat([m, m])) }, unexpected],
    ["no EncryptedExtensions", { alter: replace("EncryptedExtensions") }, unexpected],
    ["no Certificate", { alter: replace("Certificate") }, unexpected],
    ["no CertificateVerify", { alter: replace("CertificateVerify") }, unexpected],
    ["EncryptedExtensions twice", { alter: replace("EncryptedExtensions", same, same) }, unexpected],
    ["Certificate twice", { alter: replace("Certificate", same, same) }, unexpected],
    ["CertificateVerify twice", { alter: replace("CertificateVerify", same, same) }, unexpected],
    ["ServerHello twice", { alter: replace("ServerHello", same, same) }, unexpected],
    [
      "an empty certificate list",
      { alter: replace("Certificate", () => handshakeMessage(11, Buffer.of(0, 0, 0, 0))) },
      [ErrorCode.certificate_missing, Alert.decode_error],
    ],
    ["a certificate of length 0", { chain: [Buffer.alloc(0)] }, malformed],
    ["an oversize certificate", { chain: [bigLeaf] }, [ErrorCode.certificate_too_large, Alert.bad_certificate]],
    ["an oversize chain", { chain: [leaf, Buffer.alloc(20_000)] }, [ErrorCode.certificate_too_large, Alert.bad_certificate]],
    [
      "too many certificates",
      { chain: [leaf, ...Array(9).fill(Buffer.of(1))] },
      [ErrorCode.certificate_chain_too_long, Alert.bad_certificate],
    ],
    [
      "a request context in Certificate",
      {
        alter: replace(
          "Certificate",
          body((b) => Buffer.concat([Buffer.of(1, 1), b.subarray(1)])),
        ),
      },
      [ErrorCode.illegal_parameter, Alert.illegal_parameter],
    ],
    [
      "a certificate list that ends early",
      {
        alter: replace(
          "Certificate",
          body((b) => Buffer.concat([b, Buffer.of(0)])),
        ),
      },
      malformed,
    ],
    [
      "a certificate extension that nobody asked for",
      {
        alter: replace(
          "Certificate",
          body((b) => Buffer.concat([b.subarray(0, -2), Buffer.of(0, 4, 0, 5, 0, 0)])),
        ),
      },
      malformed,
    ],
    [
      "an extension that we did not offer",
      { alter: replace("EncryptedExtensions", () => handshakeMessage(8, helloExtensions([helloExtension(42)]))) },
      [ErrorCode.unsupported_extension, Alert.unsupported_extension],
    ],
    [
      "an extension twice",
      { alter: replace("EncryptedExtensions", () => handshakeMessage(8, helloExtensions([helloExtension(0), helloExtension(0)]))) },
      [ErrorCode.duplicate_extension, Alert.illegal_parameter],
    ],
    ["a protocol that we did not offer", { alpn: "h2" }, [ErrorCode.unsupported_extension, Alert.unsupported_extension]],
    [
      "extensions with bytes behind them",
      {
        alter: replace(
          "EncryptedExtensions",
          body((b) => Buffer.concat([b, Buffer.of(0)])),
        ),
      },
      malformed,
    ],
    [
      "an oversize message",
      { alter: replace("EncryptedExtensions", () => handshakeMessage(8, Buffer.alloc(2000))) },
      [ErrorCode.message_too_large, Alert.illegal_parameter],
    ],
    [
      "a ServerHello without a key share",
      { alter: replace("ServerHello", hello([version])) },
      [ErrorCode.missing_extension, Alert.missing_extension],
    ],
    [
      "a ServerHello with two key shares",
      { alter: replace("ServerHello", hello([version, share, share])) },
      [ErrorCode.duplicate_extension, Alert.illegal_parameter],
    ],
    [
      "a ServerHello with a foreign extension",
      { alter: replace("ServerHello", hello([version, share, helloExtension(0)])) },
      [ErrorCode.unsupported_extension, Alert.unsupported_extension],
    ],
    [
      "a share of a group that we did not send",
      { alter: replace("ServerHello", hello([version, helloExtension(51, Buffer.of(0, 0x17, 0, 32), Buffer.alloc(32))])) },
      [ErrorCode.bad_group, Alert.illegal_parameter],
    ],
    [
      "a share of zeros",
      { alter: replace("ServerHello", hello([version, helloExtension(51, Buffer.of(0, 0x1d, 0, 32), Buffer.alloc(32))])) },
      [ErrorCode.bad_key_share, Alert.illegal_parameter],
    ],
    [
      "a cipher suite that we did not offer",
      { alter: replace("ServerHello", flip(4 + 2 + 32 + 1 + 1)) },
      [ErrorCode.bad_cipher_suite, Alert.illegal_parameter],
    ],
    [
      "a session id",
      { alter: replace("ServerHello", (m) => handshakeMessage(2, m.subarray(4, 38), Buffer.of(1, 7), m.subarray(39))) },
      [ErrorCode.session_id_mismatch, Alert.illegal_parameter],
    ],
    [
      "a server that only speaks TLS 1.2",
      { alter: replace("ServerHello", hello([helloExtension(0xff01, Buffer.of(0))])) },
      [ErrorCode.unsupported_version, Alert.protocol_version],
    ],
    [
      "a server that only speaks TLS 1.2, without extensions",
      { alter: replace("ServerHello", () => handshakeMessage(2, Buffer.of(3, 3), Buffer.alloc(32, 1), Buffer.of(0, 0xc0, 0x2b, 0))) },
      [ErrorCode.unsupported_version, Alert.protocol_version],
    ],
    [
      "a downgrade",
      { alter: replace("ServerHello", hello([], Buffer.concat([Buffer.alloc(24, 1), Buffer.from("DOWNGRD\x01")]))) },
      [ErrorCode.downgrade, Alert.illegal_parameter],
    ],
    ["two HelloRetryRequests", { retry: true, group: P256, alter: replace("HelloRetryRequest", same, same) }, unexpected],
    [
      "a HelloRetryRequest for the group that we sent",
      {
        retry: true,
        alter: replace(
          "HelloRetryRequest",
          hello(
            [version, helloExtension(51, Buffer.of(0, 0x1d))],
            Buffer.from("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c", "hex"),
          ),
        ),
      },
      [ErrorCode.bad_hello_retry, Alert.illegal_parameter],
    ],
    ["a HelloRetryRequest that wants nothing", { retry: true }, [ErrorCode.bad_hello_retry, Alert.illegal_parameter]],
    [
      "a record whose length is too large",
      { alterRecord: (i, r) => (i === 1 ? Buffer.of(23, 3, 3, 0x40, 0x20) : r) },
      [ErrorCode.record_overflow, Alert.record_overflow],
    ],
    ["no TLS at all", { alterRecord: () => Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n") }, [ErrorCode.not_tls, Alert.protocol_version]],
    ["a bad tag in the flight", { alterRecord: (i, r) => (i === 2 ? flip(-1)(r) : r) }, [ErrorCode.bad_record_mac, Alert.bad_record_mac]],
    [
      "a bad tag in a long record whose content is wrong as well",
      { coalesce: true, alter: replace("Finished", flip(-1)), alterRecord: (i, r) => (i === 1 ? flip(-1)(r) : r) },
      [ErrorCode.bad_record_mac, Alert.bad_record_mac],
    ],
  ];
  test.each(cases)("%s", async (_name, options, [code, alert]) => {
    const server = { ...answering(), ...options };
    const session = await run({ server, tls: { fingerprints: [fingerprint(server.chain[0])] } });
    expect(session.code).toBe(code);
    expect(session.server?.alerts).toEqual([alert]);
    expect(session.events).toEqual([]);
    expect(session.server?.text).toBe("");
  });

  test("a wrong fingerprint: no request is sent, and the sent certificate's is known", async () => {
    for (const coalesce of [false, true]) {
      const session = await run({ server: { ...answering(), coalesce }, tls: { fingerprints: ["x".repeat(20)] } });
      expect(session.code).toBe(ErrorCode.fingerprint_mismatch);
      expect(session.server?.alerts).toEqual([Alert.bad_certificate]);
      expect(session.tls.options.seen).toBe(fingerprint(leaf, "sha1"));
      expect(session.server?.text).toBe("");
    }
  });

  test.each([[300], [5000]])("a bad tag in a response's last record of %i bytes: what came before it does not count", async (length) => {
    const session = await run({
      server: { ...answering("x".repeat(length)), alterRecord: (i, r) => (i === 5 ? flip(-1)(r) : r) },
    });
    expect(session.code).toBe(ErrorCode.bad_record_mac);
    expect(session.committed).toBe("");
    expect(session.events).not.toContain("commit");
    expect(session.server?.alerts).toEqual([Alert.bad_record_mac]);
  });

  test("an alert ends it with the alert's own error, and is not answered", async () => {
    const session = await run({ server: { ...base, request: (s) => s.record(21, Buffer.of(2, Alert.internal_error)) } });
    expect(session.code).toBe(ErrorCode.alert_received + Alert.internal_error);
    expect(session.server?.alerts).toEqual([]);
  });

  test("a handshake_failure instead of a ServerHello", async () => {
    const session = await run({ server: { ...base, alterRecord: () => Buffer.of(21, 3, 3, 0, 2, 2, 40) } });
    expect(session.code).toBe(ErrorCode.alert_received + Alert.handshake_failure);
  });

  test("a silent server: the handshake's time runs out", async () => {
    const session = await run({ server: { ...base, alterRecord: () => Buffer.alloc(0) }, patience: 100 });
    expect(session.code).toBe(ErrorCode.handshake_timeout);
    expect(session.server?.alerts).toEqual([Alert.user_canceled]);
  });

  test("a server that trickles: each byte is taken, but the time for all of them runs out", async () => {
    const session = await run({ server: answering(), cut: chunksOf(1), gap: 5, patience: 100 });
    expect(session.code).toBe(ErrorCode.handshake_timeout);
    expect(session.events).toEqual([]);
  });

  test("a server that closes without close_notify", async () => {
    const session = startSession({
      opened: (s) => s.tls.send(23, "GET /"),
      server: {
        ...base,
        request: (s) => {
          s.record(23, Buffer.from("half"));
          session.hangUp();
        },
      },
    });
    await session.closed;
    expect(session.code).toBe(ErrorCode.truncated);
    expect(session.events).not.toContain("end clean");
  });

  test("a connection that was ended before its hello says none, and opens no more", async () => {
    for (const turns of [0, 1, 2, 3, 4]) {
      const session = startSession({ server: answering() });
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      session.tls.finish(ErrorCode.response_timeout);
      session.tls.send(23, "late");
      await session.closed;
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect([turns, session.code, session.events, session.server?.text ?? ""]).toEqual([turns, ErrorCode.response_timeout, [], ""]);
      expect(session.board.ram.every((byte) => byte === 0)).toBe(true);
    }
  });

  test("every secret is wiped when it is over, well or badly", async () => {
    for (const tls of [{}, { fingerprints: ["x".repeat(20)] }]) {
      const session = await run({ tls });
      expect(session.board.ram.every((byte) => byte === 0)).toBe(true);
    }
  });
});
