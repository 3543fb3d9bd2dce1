/** The checked config as the module "virtual:config" (board/config-here.d.ts): JavaScript whose strings are bytes. */
import type { BuildConfig, PublishSettings, StatusConfig } from "../../src/apps/config";
import { IdentityPiece } from "../../src/handshake/state";
import { allTargets } from "../config/targets";
import { certificatePieces } from "./client-identity";
import { lightConstants } from "./light-constants";

/** Every key that a config's sections can have: a section that is absent leaves no trace of its keys in the bundle. */
export const configKeys =
  "ssid password host port fingerprints caKeys built waitForTime address count target label source check checkQuery token intervalSeconds path alpn retry base cap attempts retryUnsafe identity".split(
    " ",
  );

/** @returns the module's text. Keys stand unquoted so that the minifier shortens them as it does where they are used. */
export function configModule(config: BuildConfig): string {
  const sections = ["wifi", "server", "status", "publish"] as const;
  const functions = sections
    .map((name) => {
      let value = literal(config[name]);
      if (name === "publish" && config.publish) value = publishLiteral(config.publish);
      if (name === "status" && config.status) value = statusLiteral(config.status);
      return `export function ${name}Config() {\n  return ${value};\n}\n`;
    })
    .join("");
  return functions + lightConstants(config.light);
}

/** The certificates are given out in pieces, and the key only when it is asked for (Identity in src/handshake/state.ts). */
function publishLiteral({ certificates, key, ...plain }: PublishSettings): string {
  const pieces = key === null ? [] : certificatePieces(certificates);
  const cases = pieces.map((piece, index) => `case ${index}: return ${byteString(piece)};`).join(" ");
  const own = key === null ? "" : `case ${IdentityPiece.key}: return ${byteString(key)};`;
  const identity = key === null ? "null" : `function (index) { switch (index) { ${own} ${cases} } return ""; }`;
  return withMember(plain, `identity: ${identity}`);
}

/** The targets are given out one at a time. */
function statusLiteral({ target, ...plain }: StatusConfig): string {
  const targets = allTargets({ target, ...plain });
  const cases = targets.map((one, index) => `case ${index}: return ${literal(one)};`).join(" ");
  const body = targets.length === 1 ? `return ${literal(targets[0])};` : `switch (index) { ${cases} }`;
  return withMember(plain, `target: function (index) { ${body} }`);
}

/** An object's literal with one more member. The member's text is no pattern: in a replacement, `$'` would be what follows the match. */
function withMember(object: object, member: string): string {
  return literal(object).replace(/ }$/, () => `, ${member} }`);
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "string") return byteString(value);
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${key}: ${literal(member)}`)
    .join(", ")} }`;
}

function byteString(bytes: string): string {
  return `"${bytes.replace(/[^ !#-[\]-~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
}
