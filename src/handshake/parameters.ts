/** The messages by which the server settles the parameters. Loaded for them. */
import { readEncryptedExtensions } from "./encrypted-extensions";
import { readServerHello } from "./server-hello";
import { HandshakeType, type Handshaking } from "./state";

/** Step: takes a ServerHello or EncryptedExtensions. */
export function takeParameters(c: Handshaking): void {
  const hs = c.handshake;
  hs.take = takeParameters;
  c.step = c.ram[hs.message] === HandshakeType.server_hello ? readServerHello : readEncryptedExtensions;
}
