/** Exchanges with api.github.com as @octokit/fixtures recorded them, as the bytes of HTTP/1.1 responses. */
import { createRequire } from "node:module";
import type { Bytes } from "../transport";

interface Exchange {
  path: string;
  method: string;
  status: number;
  response: unknown;
  headers: Record<string, string | number>;
}

const load = createRequire(import.meta.url);

export function recordedExchange(scenario: string, path: RegExp): Exchange {
  const exchanges = load(`@octokit/fixtures/scenarios/api.github.com/${scenario}/normalized-fixture.json`) as Exchange[];
  const found = exchanges.find((e) => path.test(e.path));
  if (!found) throw new Error(`no ${path} in ${scenario}`);
  return found;
}

/** The combined status of scenario create-status, with its body as it is or as given. */
export function recordedCombinedStatus(): { headers: [string, string][]; body: Bytes } {
  const { response, headers: recorded } = recordedExchange("create-status", /\/status$/);
  const headers = Object.entries(recorded).filter(([name]) => name !== "content-length" && name !== "connection");
  return { headers: headers.map(([name, value]) => [name, String(value)]), body: toBytes(JSON.stringify(response)) };
}

export function toBytes(text: string): Bytes {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** A whole response. @param chunked the sizes of the body's chunks, again and again; none: Content-Length */
export function responseBytes(status: number, headers: [string, string][], body: Bytes, chunked: number[] = []): Bytes {
  const head = `HTTP/1.1 ${status} Said\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}`;
  if (!chunked.length) return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  let text = `${head}Transfer-Encoding: chunked\r\n\r\n`;
  for (let at = 0, i = 0; at < body.length; i++) {
    const chunk = body.substring(at, at + chunked[i % chunked.length]);
    text += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
    at += chunk.length;
  }
  return `${text}0\r\n\r\n`;
}
