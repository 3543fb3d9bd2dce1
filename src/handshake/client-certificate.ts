/** The client's Certificate and CertificateVerify (RFC 8446 sections 4.4.2 and 4.4.3), ECDSA on P-256. */
import { uint16Bytes, vector16 } from "../bytes/text";
import { Op } from "../crypto/crypto";
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesClientCertificate } from "../features";
import type { Bytes } from "../transport";
import { SignatureScheme } from "../trust/schemes";
import { clientContext, hashSignedContent } from "../trust/signed-content";
import type { Handshaking } from "./state";
import { sendMessage } from "./transcript";

/** A Certificate with an empty context and an empty list. */
const NO_CERTIFICATE = "\x0b\x00\x00\x04\x00\x00\x00\x00";

/** Sends the configured certificates and the signature, or an empty Certificate (section 4.4.2.4) if there are none. */
export function sendAuthentication(c: Handshaking): void {
  const identity = c.handshake.peer.identity;
  if (!usesClientCertificate || !identity) {
    sendMessage(c, NO_CERTIFICATE);
    return;
  }
  let list = "";
  // Each entry is cert_data and no extensions; the high byte of a 24-bit length is 0.
  for (let i = 0; i < identity.certificates.length; i++) list += "\x00" + vector16(identity.certificates[i]) + "\x00\x00";
  const body = "\x00\x00" + vector16(list);
  sendMessage(c, "\x0b\x00" + vector16(body));
  hashSignedContent(c.board, clientContext, At.digest);
  c.board.copyIn(identity.key, At.privateKey);
  const isSigned = c.crypto(Op.ecdsaSign + At.privateKey, At.digest, At.hash);
  c.ram.subarray(At.privateKey, At.privateKey + 32).fill(0);
  if (!isSigned) throw ErrorCode.bad_signature;
  const numbers = derInteger(c, At.hash) + derInteger(c, At.hash + 32);
  const signature = "\x30" + String.fromCharCode(numbers.length) + numbers;
  sendMessage(c, "\x0f\x00" + vector16(uint16Bytes(SignatureScheme.ecdsa_secp256r1_sha256) + vector16(signature)));
}

/** The 32-byte number at `at` as an INTEGER of X.690: no leading zero but before a set top bit. */
function derInteger(c: Handshaking, at: number): Bytes {
  const end = at + 32;
  while (!c.ram[at] && at < end - 1) at++;
  const sign = c.ram[at] & 0x80 ? "\x00" : "";
  return "\x02" + String.fromCharCode(end - at + sign.length) + sign + c.board.copyOut(at, end);
}
