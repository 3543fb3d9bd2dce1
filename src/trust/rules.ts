/** What RFC 5280 asks of a server's certificate and of the CA certificate that issued it, as far as the certificate itself says. */
import { ErrorCode } from "../errors/codes";
import type { Board } from "../transport";
import { DerTag, derContents, derText, skipDer } from "../x509/der";
import { ExtensionId, type Outline, readExtensions } from "../x509/outline";
import { readTime } from "../x509/time";

/** Whose certificate it is: added to the leaf's error to give the issuer's. */
export const enum Role {
  leaf = 0,
  issuer = 1,
}

/** KeyUsage's first octet (RFC 5280 section 4.2.1.3). */
const enum KeyUsage {
  digitalSignature = 0x80,
  keyCertSign = 0x04,
}

/** id-kp-serverAuth, an OBJECT IDENTIFIER. */
const serverAuthId = "6,8,43,6,1,5,5,7,3,1";

/**
 * Checks version 3, dates, that all critical extensions are understood, basicConstraints (the issuer is a CA, the leaf is none), keyUsage
 * (digitalSignature for a leaf that has one; keyCertSign for the issuer, who must have one) and extKeyUsage (serverAuth for the leaf, who must have one,
 * and for an issuer that has one). Any pathLenConstraint lets a CA issue a leaf.
 *
 * @param now the time as timeText gives it
 * @param place 15 bytes of the workspace to use
 * Gives the extensions as readExtensions does. Raises its errors, certificate_malformed, certificate_version_unsupported, and of each pair in the 500 range the one
 * for `role`: …_not_yet_valid, …_expired, leaf_is_ca or issuer_not_ca, …_usage_wrong, …_not_for_servers.
 */
export function checkRules(board: Board, cert: Uint8Array, outline: Outline, role: Role, now: string, place: number): number[] {
  if (!outline.extensions) throw ErrorCode.certificate_version_unsupported;
  const extensions = readExtensions(cert, outline.extensions);
  checkDates(board, cert, outline, role, now, place);
  const constraints = extensions[ExtensionId.basicConstraints];
  if ((constraints ? isCa(cert, constraints) : 0) !== role) throw ErrorCode.leaf_is_ca + role;
  const usage = extensions[ExtensionId.keyUsage];
  if (usage ? !(keyUsageOf(cert, usage) & (role ? KeyUsage.keyCertSign : KeyUsage.digitalSignature)) : role)
    throw ErrorCode.leaf_usage_wrong + role;
  const purposes = extensions[ExtensionId.extKeyUsage];
  if (purposes ? !isForServers(cert, purposes) : !role) throw ErrorCode.leaf_not_for_servers + role;
  return extensions;
}

function checkDates(board: Board, cert: Uint8Array, outline: Outline, role: Role, now: string, place: number): void {
  const notBefore = derContents(cert, outline.validity);
  const notAfter = skipDer(cert, notBefore, cert[notBefore] === DerTag.utcTime ? "\x17" : "\x18");
  if (skipDer(cert, notAfter, cert[notAfter] === DerTag.utcTime ? "\x17" : "\x18") !== outline.subject)
    throw ErrorCode.certificate_malformed;
  if (readTime(board, cert, notBefore, place) > now) throw ErrorCode.leaf_not_yet_valid + role;
  if (readTime(board, cert, notAfter, place) < now) throw ErrorCode.leaf_expired + role;
}

/** BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }: gives 1 for a CA, else 0. */
function isCa(cert: Uint8Array, at: number): number {
  const end = skipDer(cert, at, "0");
  at = derContents(cert, at);
  if (at === end) return 0;
  const pathLength = skipDer(cert, at, "\x01");
  if (derText(cert, at, pathLength) !== "1,1,255") throw ErrorCode.certificate_malformed;
  if (pathLength !== end && (skipDer(cert, pathLength, "\x02") !== end || !cert[pathLength + 1] || cert[pathLength + 2] & 0x80))
    throw ErrorCode.certificate_malformed;
  return 1;
}

/** The first octet of a KeyUsage, a BIT STRING of which one bit at least is set. */
function keyUsageOf(cert: Uint8Array, at: number): number {
  const end = skipDer(cert, at, "\x03");
  at = derContents(cert, at);
  // A count of unused bits, then one or two octets; the unused bits are zero and the one before them is set.
  const unused = cert[at];
  if (end - at < 2 || unused > 7 || ((cert[end - 1] >> unused) & 1) === 0 || cert[end - 1] & ((1 << unused) - 1))
    throw ErrorCode.certificate_malformed;
  return cert[at + 1];
}

/** Whether id-kp-serverAuth is in an ExtKeyUsageSyntax. */
function isForServers(cert: Uint8Array, at: number): number {
  const end = skipDer(cert, at, "0");
  let found = 0;
  for (at = derContents(cert, at); at < end; ) {
    const purpose = at;
    at = skipDer(cert, at, "\x06");
    if (derText(cert, purpose, at) === serverAuthId) found = 1;
  }
  if (at !== end) throw ErrorCode.certificate_malformed;
  return found;
}
