/**
 * The client's handshake of TLS 1.3 (RFC 8446 section 2): where to begin reading.
 *
 *   prepareHandshake      the ephemeral key, before TCP connects
 *   startHandshake        ClientHello                               client-hello.ts
 *   readHandshake         messages out of records                   messages.ts
 *     ServerHello         or HelloRetryRequest                      server-hello.ts, key-schedule.ts
 *     EncryptedExtensions, CertificateRequest                       encrypted-extensions.ts, certificate-request.ts
 *     Certificate         the leaf: fingerprint and key             certificate.ts, ../trust, ../x509
 *     CertificateVerify   signed by that very key                   certificate-verify.ts
 *     Finished            theirs, ours, and the connection is open  finished.ts, client-certificate.ts
 *
 * Left out on purpose: early data, resumption, external pre-shared keys, compression, exporters.
 */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { Wait } from "../record/connection";
import { readRecordHeader } from "../record/record-in";
import type { Board } from "../transport";
import { sendClientHello } from "./client-hello";
import { drawX25519KeyPair } from "./key-schedule";
import { readHandshake } from "./messages";
import { type HandshakeState, HandshakeType, type Handshaking, NamedGroup, type TlsPeer } from "./state";

/** Draws the ephemeral key. Wi-Fi must be up. Raises the random source's ErrorCode. */
export function prepareHandshake(board: Board): void {
  drawX25519KeyPair(board);
}

/** TCP is connected: sends the ClientHello. After it the connection waits for input. Raises the random source's ErrorCode. */
export function startHandshake(c: Handshaking, peer: TlsPeer): void {
  const board = c.board;
  const code = board.random(At.temp, 32);
  if (code) throw code;
  c.handshake = {
    peer,
    random: board.copyOut(At.temp, At.temp + 32),
    group: NamedGroup.x25519,
    hasRetried: false,
    isAuthRequested: false,
    expect: HandshakeType.server_hello,
    have: 0,
    bodyLeft: 0,
    trusted: 0,
    signed: 0,
    finished: 0,
  } as HandshakeState;
  c.crypto(Op.sha256Init + At.transcript);
  c.content = readHandshake;
  c.step = readRecordHeader;
  c.next = readRecordHeader;
  c.wait = Wait.input;
  sendClientHello(c, "");
}
