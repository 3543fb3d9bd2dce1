import { createHash, X509Certificate } from "node:crypto";
import { Op } from "../../src/crypto/crypto";
import { At } from "../../src/crypto/workspace";
import { ErrorCode } from "../../src/errors/codes";
import { meaningOf } from "../../src/errors/meanings";
import { HandshakeType } from "../../src/handshake/state";
import { openTls } from "../../src/tls";
import type { Board } from "../../src/transport";
import { nodeBoard } from "../node-board/node-board";
import { describe, ToolError } from "../serial/tool-error";

/** Whom to ask. */
export interface Target {
  host: string;
  port: number;
  /** Connect here instead of looking the host up. */
  address?: string;
}

/** Bytes of a handshake message's header, and of a length within Certificate (RFC 8446 section 4.4.2). */
const MESSAGE_HEADER_BYTES = 4;
const LENGTH_BYTES = 3;
const EXTENSIONS_LENGTH_BYTES = 2;

/**
 * The certificates that a server sends to the firmware, leaf first, recorded with the firmware's own TLS client, so that the server sees
 * the very offer that it will see from the board. The first connection trusts nothing and ends at the certificate; the second one knows
 * its fingerprint, so that the server also proves that it holds the key. Neither sends a request.
 */
export async function recordChain(target: Target): Promise<X509Certificate[]> {
  const first = await connectOnce(target, []);
  const leaf = first.chain[0];
  if (!leaf) throw refusal(target, first.code);
  const second = await connectOnce(target, [createHash("sha1").update(leaf).digest().toString("latin1")]);
  if (second.code !== ErrorCode.none) throw refusal(target, second.code);
  try {
    return second.chain.map((certificate) => new X509Certificate(certificate));
  } catch (error) {
    throw new ToolError(`${target.host} sends a certificate that Node cannot read (${describe(error)})`);
  }
}

function refusal(target: Target, code: number): ToolError {
  return new ToolError(`no certificate from ${target.host}:${target.port}: ${meaningOf(code)}`);
}

interface Recording {
  /** DER, leaf first; what has come of it. */
  chain: Buffer[];
  /** 0 if the handshake was completed. */
  code: number;
}

function connectOnce(target: Target, fingerprints: string[]): Promise<Recording> {
  const board = nodeBoard();
  const transcript = recordTranscript(board);
  const options = {
    host: target.host,
    port: target.port,
    address: target.address ?? null,
    fingerprints,
    alpn: null,
    identity: null,
    seen: "",
  };
  return new Promise((resolve) => {
    const tls = openTls(board, options, {
      opened: () => tls.finish(ErrorCode.none),
      closed: (code) => resolve({ chain: certificatesIn(Buffer.concat(transcript)), code }),
    });
  });
}

/** Keeps all bytes that go into the handshake's transcript hash: its messages, one after the other. */
function recordTranscript(board: Board): Buffer[] {
  const pieces: Buffer[] = [];
  const { crypto } = board;
  board.crypto = (opAndPlace, b, c) => {
    if (opAndPlace === Op.sha256Update + At.transcript) pieces.push(Buffer.from(board.ram.subarray(b, (b as number) + (c as number))));
    return crypto(opAndPlace, b, c);
  };
  return pieces;
}

/** The certificates in the Certificate message of a transcript, as far as they are whole. */
export function certificatesIn(transcript: Buffer): Buffer[] {
  let at = 0;
  while (at + MESSAGE_HEADER_BYTES <= transcript.length) {
    const end = at + MESSAGE_HEADER_BYTES + transcript.readUIntBE(at + 1, LENGTH_BYTES);
    if (transcript[at] === HandshakeType.certificate) return certificateList(transcript.subarray(at + MESSAGE_HEADER_BYTES, end));
    at = end;
  }
  return [];
}

function certificateList(body: Buffer): Buffer[] {
  const certificates: Buffer[] = [];
  let at = 1 + (body[0] ?? 0) + LENGTH_BYTES;
  while (at + LENGTH_BYTES <= body.length) {
    const end = at + LENGTH_BYTES + body.readUIntBE(at, LENGTH_BYTES);
    if (end > body.length) break;
    certificates.push(body.subarray(at + LENGTH_BYTES, end));
    if (end + EXTENSIONS_LENGTH_BYTES > body.length) break;
    at = end + EXTENSIONS_LENGTH_BYTES + body.readUInt16BE(end);
  }
  return certificates;
}
