/** The ephemeral key pair (RFC 8446 section 4.2.8), at At.privateKey and At.publicKey. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";

/** Private keys that are no keys come once in 2^32 draws. */
const MAX_DRAWS = 4;

/**
 * Draws the ephemeral X25519 key pair to At.privateKey and At.publicKey. Wi-Fi must be up, because the random register is random only then.
 * Raises the source's ErrorCode.
 */
export function drawX25519KeyPair(board: Board): void {
  drawPrivateKey(board);
  board.crypto(Op.x25519Public + At.privateKey, At.publicKey);
}

/** The same for P-256. */
export function drawP256KeyPair(board: Board): void {
  for (let draws = 0; draws < MAX_DRAWS; draws++) {
    drawPrivateKey(board);
    if (board.crypto(Op.p256Public + At.privateKey, At.publicKey)) return;
  }
  throw ErrorCode.random_stuck;
}

function drawPrivateKey(board: Board): void {
  const code = board.random(At.privateKey, 32);
  if (code) throw code;
}
