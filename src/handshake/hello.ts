/** What is needed to say hello: the ephemeral key and the ClientHello. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { Wait } from "../record/connection";
import { sendClientHello } from "./client-hello";
import { drawP256KeyPair } from "./ephemeral-key";
import { type HandshakeState, HandshakeType, type Handshaking, NamedGroup } from "./state";

/** Step: begins a handshake, with an X25519 key and the ClientHello's random, and has TCP opened. Raises the random source's ErrorCode. */
export function startHandshake(c: Handshaking): void {
  const board = c.board;
  const code = board.random(At.privateKey, 32) || board.random(At.temp, 32);
  if (code) throw code;
  board.crypto(Op.x25519Public + At.privateKey, At.publicKey);
  c.handshake = {
    random: board.copyOut(At.temp, At.temp + 32),
    group: NamedGroup.x25519,
    cookie: "",
    hasRetried: false,
    isAuthRequested: false,
    expect: HandshakeType.server_hello,
    part: 0,
    have: 0,
    trusted: 0,
    signed: 0,
    finished: 0,
  } as unknown as HandshakeState;
  c.begin = sendFirstHello;
  c.wait = Wait.work;
  c.ready();
}

/** Step: sends the first ClientHello, and loads what reads the answer in the place of what is here. */
function sendFirstHello(c: Handshaking): void {
  (c as { begin: unknown }).begin = 0;
  c.crypto(Op.sha256Init + At.transcript);
  sendClientHello(c);
  c.wait = Wait.work;
  import("./messages").then((part) => c.resume(part.startMessages));
}

/** Step: sends the ClientHello once more, as a HelloRetryRequest wants it: with a key of the group it asks for, and with its cookie. */
export function sendSecondHello(c: Handshaking): void {
  if (c.handshake.group === NamedGroup.secp256r1) drawP256KeyPair(c.board);
  c.step = sendClientHello;
}
