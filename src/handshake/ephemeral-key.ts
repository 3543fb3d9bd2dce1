/** The P-256 key pair: drawn once Wi-Fi is up, used for one key agreement, wiped after it. */
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";

/** Of 32 random bytes less than one in 2^32 is no P-256 key: so many in a row are no accident. */
const MAX_DRAWS = 4;

/** Draws a private key to At.privateKey and puts the public key (65 bytes) at At.publicKey. Raises the random source's ErrorCode. */
export function drawP256KeyPair(board: Board): void {
  for (let draws = 0; draws < MAX_DRAWS; draws++) {
    const code = board.random(At.privateKey, 32);
    if (code) throw code;
    if (board.crypto(Op.p256Public + At.privateKey, At.publicKey)) return;
  }
  throw ErrorCode.random_stuck;
}
