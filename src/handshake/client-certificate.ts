/** The client's Certificate and CertificateVerify (RFC 8446 sections 4.4.2 and 4.4.3), ECDSA on P-256. */
import { uint16Bytes, vector16 } from "../bytes/text";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { Wait } from "../record/connection";
import type { Bytes } from "../transport";
import { SignatureScheme } from "../trust/schemes";
import { clientContext, hashSignedContent } from "../trust/signed-content";
import { type Handshaking, type Identity, IdentityPiece } from "./state";
import { sendMessage } from "./transcript";

/** Milliseconds between two pieces of our Certificate, so that they do not pile up in the socket's queue. */
const PIECE_PAUSE = 20;

/**
 * Step: sends the configured certificates, a piece a turn, and the signature, then has our Finished sent. Raises bad_signature if the key is out of range.
 * hs.count is 0 at first.
 */
export function sendAuthentication(c: Handshaking): void {
  const identity = c.options.identity as Identity;
  const piece = identity(c.handshake.count++);
  if (piece) {
    sendMessage(c, piece);
    c.wait = Wait.work;
    c.board.clock.after(c.resume.bind(c), PIECE_PAUSE);
    return;
  }
  hashSignedContent(c.board, clientContext, At.digest);
  c.board.copyIn(identity(IdentityPiece.key), At.privateKey);
  const isSigned = c.crypto(Op.ecdsaSign + At.privateKey, At.digest, At.hash);
  c.ram.subarray(At.privateKey, At.privateKey + 32).fill(0);
  if (!isSigned) throw ErrorCode.bad_signature;
  const numbers = derInteger(c, At.hash) + derInteger(c, At.hash + 32);
  const signature = "\x30" + String.fromCharCode(numbers.length) + numbers;
  sendMessage(c, "\x0f\x00" + vector16(uint16Bytes(SignatureScheme.ecdsa_secp256r1_sha256) + vector16(signature)));
  c.wait = Wait.work;
  import("./client-finished").then((part) => c.resume(part.sendFinished));
}

/** The 32-byte number at `at` as an INTEGER of X.690: no leading zero but before a set top bit. */
function derInteger(c: Handshaking, at: number): Bytes {
  const end = at + 32;
  while (!c.ram[at] && at < end - 1) at++;
  const sign = c.ram[at] & 0x80 ? "\x00" : "";
  return "\x02" + String.fromCharCode(end - at + sign.length) + sign + c.board.copyOut(at, end);
}
