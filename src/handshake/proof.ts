/** Takes the server's proof: CertificateVerify, Finished. */
import { readCertificateVerify } from "./certificate-verify";
import { readFinished } from "./finished";
import { HandshakeType, type Handshaking } from "./state";

/** Step: the message at hs.message. */
export function takeProof(c: Handshaking): void {
  const hs = c.handshake;
  hs.take = takeProof;
  c.step = c.ram[hs.message] === HandshakeType.finished ? readFinished : readCertificateVerify;
}
