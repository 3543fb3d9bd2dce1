/** Takes what the server says of itself and of the connection: EncryptedExtensions, CertificateRequest, Certificate. */
import { beginCertificate } from "./certificate";
import { readCertificateRequest } from "./certificate-request";
import { readEncryptedExtensions } from "./encrypted-extensions";
import { HandshakeType, type Handshaking } from "./state";

/** Step: the message at hs.message. */
export function takeParameters(c: Handshaking): void {
  const type = c.ram[c.handshake.message];
  if (type === HandshakeType.certificate) beginCertificate(c);
  else if (type === HandshakeType.encrypted_extensions) readEncryptedExtensions(c);
  else readCertificateRequest(c);
}
