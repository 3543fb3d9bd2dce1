/** The messages by which the server settles the parameters. Loaded for them. */
import { readCertificateRequest } from "./certificate-request";
import { readEncryptedExtensions } from "./encrypted-extensions";
import { readServerHello } from "./server-hello";
import { HandshakeType, type Handshaking } from "./state";

/** Step: takes a ServerHello, EncryptedExtensions or CertificateRequest. */
export function takeParameters(c: Handshaking): void {
  const hs = c.handshake;
  hs.take = takeParameters;
  const type = c.ram[hs.message];
  if (type === HandshakeType.server_hello) c.step = readServerHello;
  else c.step = type === HandshakeType.encrypted_extensions ? readEncryptedExtensions : readCertificateRequest;
}
