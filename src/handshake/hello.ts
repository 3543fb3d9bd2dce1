/** What is needed to say hello: the ephemeral key and the ClientHello. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { Wait } from "../record/connection";
import { sendClientHello } from "./client-hello";
import { drawP256KeyPair, drawX25519KeyPair } from "./ephemeral-key";
import { type Handshaking, NamedGroup } from "./state";

/** Draws the X25519 key and the ClientHello's random. Raises the random source's ErrorCode. */
export function drawFirstKey(c: Handshaking): void {
  const board = c.board;
  drawX25519KeyPair(board);
  const code = board.random(At.temp, 32);
  if (code) throw code;
  c.handshake.random = board.copyOut(At.temp, At.temp + 32);
}

/** Sends the first ClientHello. */
export function sendFirstHello(c: Handshaking): void {
  if (c.wait === Wait.over) return;
  c.wait = Wait.input;
  c.step = c.next;
  c.crypto(Op.sha256Init + At.transcript);
  sendClientHello(c, "");
}

/** Sends the ClientHello once more, as a HelloRetryRequest wants it: with a key of the group it asks for, and with its cookie; then goes on. */
export function sendSecondHello(c: Handshaking): void {
  const hs = c.handshake;
  if (c.wait === Wait.over) return;
  try {
    if (hs.group === NamedGroup.secp256r1) drawP256KeyPair(c.board);
    sendClientHello(c, hs.cookie);
    c.board.clock.after(c.resume.bind(c), 0);
  } catch (error) {
    if (typeof error !== "number") throw error;
    c.finish(error);
  }
}
