/** A JSON reader (RFC 8259) for files that people write: it knows the line of every key and of every mistake, and refuses a key given twice. */

export interface JsonFile {
  value: unknown;
  /** Path of keys, joined by "." -> line, from 1. */
  lines: Map<string, number>;
}

export class JsonError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

const whiteSpace = /[ \t\r\n]*/y;
const stringToken = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/uy;
const plainToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

interface Reader {
  text: string;
  at: number;
  lines: Map<string, number>;
}

export function parseJson(text: string): JsonFile {
  const reader: Reader = { text, at: 0, lines: new Map() };
  const value = readValue(reader, "");
  skipSpace(reader);
  if (reader.at < text.length) fail(reader, "something follows the end");
  return { value, lines: reader.lines };
}

function readValue(reader: Reader, path: string): unknown {
  skipSpace(reader);
  reader.lines.set(path, lineAt(reader));
  const first = reader.text[reader.at];
  if (first === "{") return readObject(reader, path);
  if (first === "[") return readArray(reader, path);
  return JSON.parse(first === '"' ? readString(reader) : token(reader, plainToken, "a value is expected"));
}

function readObject(reader: Reader, path: string): unknown {
  const object: Record<string, unknown> = {};
  reader.at++;
  if (skipMark(reader, "}")) return object;
  for (;;) {
    skipSpace(reader);
    if (reader.text[reader.at] === "}") fail(reader, "a comma before } is too many");
    if (reader.text[reader.at] !== '"') fail(reader, 'a key in "quotes" is expected');
    const key = JSON.parse(readString(reader)) as string;
    if (Object.hasOwn(object, key)) fail(reader, `the key ${key} stands here twice`);
    if (!skipMark(reader, ":")) fail(reader, "a colon is expected");
    Object.defineProperty(object, key, {
      value: readValue(reader, path ? `${path}.${key}` : key),
      enumerable: true,
      writable: true,
      configurable: true,
    });
    if (skipMark(reader, "}")) return object;
    if (!skipMark(reader, ",")) fail(reader, "a comma or } is expected");
  }
}

function readArray(reader: Reader, path: string): unknown {
  const array: unknown[] = [];
  reader.at++;
  if (skipMark(reader, "]")) return array;
  for (;;) {
    skipSpace(reader);
    if (reader.text[reader.at] === "]") fail(reader, "a comma before ] is too many");
    array.push(readValue(reader, `${path}.${array.length}`));
    if (skipMark(reader, "]")) return array;
    if (!skipMark(reader, ",")) fail(reader, "a comma or ] is expected");
  }
}

function readString(reader: Reader): string {
  return token(reader, stringToken, "a text is not well-formed (no quote at its end, a control character, or an unknown \\ sequence)");
}

function token(reader: Reader, pattern: RegExp, otherwise: string): string {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (!found) {
    if (reader.at >= reader.text.length) fail(reader, "the file ends too early");
    if (/^\/[/*]/.test(reader.text.slice(reader.at))) fail(reader, "JSON has no comments");
    fail(reader, otherwise);
  }
  reader.at += found.length;
  return found;
}

function skipSpace(reader: Reader): void {
  whiteSpace.lastIndex = reader.at;
  whiteSpace.exec(reader.text);
  reader.at = whiteSpace.lastIndex;
}

function skipMark(reader: Reader, mark: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== mark) return false;
  reader.at++;
  return true;
}

function lineAt(reader: Reader): number {
  return reader.text.slice(0, reader.at).split("\n").length;
}

function fail(reader: Reader, message: string): never {
  throw new JsonError(lineAt(reader), message);
}
