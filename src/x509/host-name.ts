/** Whether a certificate names a host: RFC 9525 section 6.3, over the subjectAltName's dNSNames (RFC 5280 section 4.2.1.6) alone. */
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";
import { derContents, skipDer } from "./der";

const enum GeneralName {
  /** [2], primitive */
  dNSName = 0x82,
  /** [0] to [8], primitive or constructed: class bits, and the highest number. */
  class = 0xc0,
  context = 0x80,
  number = 0x1f,
  last = 8,
}

/** Longest name there is (RFC 1035 section 2.3.4), in characters. */
const MAX_NAME = 253;

/**
 * A name matches if it is the host's, upper and lower case being the same, or if its first label is `*`, which stands for one label, and the
 * rest, of two labels at least, is the host's rest. A host given as an IP address matches nothing.
 *
 * @param at the subjectAltName's element
 * @param host a DNS name without trailing dot
 * @param place 253 bytes of the workspace to use
 * Gives 1 or 0. Raises certificate_malformed.
 */
export function namesHost(board: Board, cert: Uint8Array, at: number, host: string, place: number): number {
  const end = skipDer(cert, at, "0");
  host = host.toLowerCase();
  const rest = host.substr(host.indexOf("."));
  // No last label of a name is a number.
  const isAddress = host.indexOf(":") >= 0 || +host.substr(host.lastIndexOf(".") + 1) >= 0;
  let found = 0;
  for (at = derContents(cert, at); at < end; ) {
    const tag = cert[at];
    if ((tag & GeneralName.class) !== GeneralName.context || (tag & GeneralName.number) > GeneralName.last)
      throw ErrorCode.certificate_malformed;
    const from = derContents(cert, at);
    at = skipDer(cert, at, String.fromCharCode(tag));
    if (at > end) throw ErrorCode.certificate_malformed;
    if (tag !== GeneralName.dNSName || at - from > MAX_NAME || isAddress) continue;
    board.ram.set(cert.subarray(from, at), place);
    const name = board.copyOut(place, place + at - from).toLowerCase();
    if (name === host || (name === "*" + rest && rest.lastIndexOf(".") > 0)) found = 1;
  }
  return found;
}
