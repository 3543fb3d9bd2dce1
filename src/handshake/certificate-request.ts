/** CertificateRequest (RFC 8446 section 4.3.2). */
import { closeVector, expectEnd, openVector, type Reader, readUint8, readUint16 } from "../bytes/reader";
import { ErrorCode } from "../errors/codes";
import { usesClientCertificate } from "../features";
import { SignatureScheme } from "../trust/schemes";
import { ExtensionType, HandshakeType, type Handshaking, MESSAGE_HEADER } from "./state";
import { messageDone } from "./transcript";

/** Step: the message at hs.message. Raises no_common_signature_scheme if we have a certificate but the server takes no ECDSA on P-256. */
export function readCertificateRequest(c: Handshaking): void {
  const hs = c.handshake;
  const r: Reader = { bytes: c.ram, at: hs.message + MESSAGE_HEADER, end: hs.message + hs.length };
  // In the handshake the context is empty (section 4.3.2).
  if (readUint8(r)) throw ErrorCode.illegal_parameter;
  const message = openVector(r, readUint16(r));
  let hasSchemes = false;
  let isOurs = false;
  while (r.at < r.end) {
    const type = readUint16(r);
    const extensions = openVector(r, readUint16(r));
    if (type === ExtensionType.signature_algorithms) {
      if (hasSchemes) throw ErrorCode.duplicate_extension;
      hasSchemes = true;
      const schemes = openVector(r, readUint16(r));
      while (r.at < r.end) if (readUint16(r) === SignatureScheme.ecdsa_secp256r1_sha256) isOurs = true;
      closeVector(r, schemes);
    } else r.at = r.end;
    closeVector(r, extensions);
  }
  closeVector(r, message);
  expectEnd(r);
  if (!hasSchemes) throw ErrorCode.missing_extension;
  if (usesClientCertificate && c.options.identity && !isOurs) throw ErrorCode.no_common_signature_scheme;
  hs.isAuthRequested = true;
  messageDone(c, HandshakeType.certificate);
}
