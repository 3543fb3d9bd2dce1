/**
 * A streaming JSON checker (RFC 8259) that stops at the values its caller asked for. It checks the whole syntax, keeps 92 bytes whatever
 * the text's length, and takes it in pieces of any size. Left out on purpose: a root that is neither object nor array, the check that
 * strings are valid UTF-8, nesting beyond 32, and the order or uniqueness of keys, which are the caller's matter.
 *
 * This is the portable twin of the kernel Op.jsonScan: both keep the same bytes (json-state.ts) and stop at the same places.
 */
import { JsonEvent, JsonFlag, JsonLimit, JsonState, JsonStep } from "./json-state";

const enum Ascii {
  tab = 9,
  lineFeed = 10,
  carriageReturn = 13,
  space = 32,
  quote = 34,
  plus = 43,
  comma = 44,
  minus = 45,
  point = 46,
  slash = 47,
  zero = 48,
  nine = 57,
  colon = 58,
  openBracket = 91,
  backslash = 92,
  closeBracket = 93,
  a = 97,
  b = 98,
  e = 101,
  f = 102,
  n = 110,
  r = 114,
  t = 116,
  u = 117,
  openBrace = 123,
  closeBrace = 125,
  /** The bit between upper and lower case; also between `[` and `{`, `]` and `}`. */
  caseBit = 32,
}

const jsonLiterals = "truefalsenull";

function failJson(ram: Uint8Array, s: number): number {
  ram[s + JsonState.step] = JsonStep.failed;
  ram[s + JsonState.event] = JsonEvent.failed;
  return 1;
}

function keepJsonByte(ram: Uint8Array, s: number, c: number): void {
  const length = ram[s + JsonState.length];
  if (length === JsonState.textSize) {
    ram[s + JsonState.flags] |= JsonFlag.truncated;
    return;
  }
  ram[s + JsonState.text + length] = c;
  ram[s + JsonState.length] = length + 1;
}

/** Keeps a UTF-16 code unit as UTF-8; a low surrogate turns the high one before it, three bytes, into a pair's four. */
function keepJsonUnit(ram: Uint8Array, s: number, unit: number): void {
  const last = s + JsonState.text + ram[s + JsonState.length];
  if (unit < 0x80) {
    keepJsonByte(ram, s, unit);
    return;
  }
  if (unit < 0x800) {
    keepJsonByte(ram, s, 0xc0 | (unit >> 6));
    keepJsonByte(ram, s, 0x80 | (unit & 63));
    return;
  }
  const pairs = (unit & 0xfc00) === 0xdc00 && last >= s + JsonState.text + 3 && ram[last - 3] === 0xed && (ram[last - 2] & 0xf0) === 0xa0;
  if (pairs && !(ram[s + JsonState.flags] & JsonFlag.truncated)) {
    const high = ((ram[last - 2] & 15) << 6) | (ram[last - 1] & 63);
    const point = 0x10000 + (high << 10) + (unit & 0x3ff);
    ram[last - 3] = 0xf0 | (point >> 18);
    ram[last - 2] = 0x80 | ((point >> 12) & 63);
    ram[last - 1] = 0x80 | ((point >> 6) & 63);
    keepJsonByte(ram, s, 0x80 | (point & 63));
    return;
  }
  keepJsonByte(ram, s, 0xe0 | (unit >> 12));
  keepJsonByte(ram, s, 0x80 | ((unit >> 6) & 63));
  keepJsonByte(ram, s, 0x80 | (unit & 63));
}

/** The place in the key list, from 1, of the key in `text` at the present depth, or 0. */
function findJsonKey(ram: Uint8Array, s: number): number {
  const length = ram[s + JsonState.length];
  let at = ram[s + JsonState.keys] | (ram[s + JsonState.keys + 1] << 8);
  if (ram[s + JsonState.flags] & JsonFlag.truncated) return 0;
  for (let index = 1; ram[at]; index++) {
    let same = 0;
    if (ram[at] === ram[s + JsonState.depth] && ram[at + 1] === length) {
      while (same < length && ram[at + 2 + same] === ram[s + JsonState.text + same]) same++;
      if (same === length) return index;
    }
    at += 2 + ram[at + 1];
  }
  return 0;
}

function isInJsonObject(ram: Uint8Array, s: number): number {
  const top = ram[s + JsonState.depth] - 1;
  return (ram[s + JsonState.kinds + (top >> 3)] >> (top & 7)) & 1;
}

function openJsonContainer(ram: Uint8Array, s: number, isObject: number): number {
  const depth = ram[s + JsonState.depth];
  const byte = s + JsonState.kinds + (depth >> 3);
  const bit = 1 << (depth & 7);
  if (depth === JsonLimit.depth) return failJson(ram, s);
  ram[byte] = isObject ? ram[byte] | bit : ram[byte] & ~bit;
  ram[s + JsonState.depth] = depth + 1;
  ram[s + JsonState.step] = isObject ? JsonStep.firstKey : JsonStep.firstItem;
  if (ram[s + JsonState.key]) ram[s + JsonState.event] = isObject ? JsonEvent.objectOpened : JsonEvent.arrayOpened;
  return 1;
}

function closeJsonContainer(ram: Uint8Array, s: number, isObject: number): number {
  const depth = ram[s + JsonState.depth];
  if (isObject !== isInJsonObject(ram, s)) return failJson(ram, s);
  ram[s + JsonState.depth] = depth - 1;
  ram[s + JsonState.step] = depth > 1 ? JsonStep.after : JsonStep.end;
  if (depth < JsonLimit.closes && (ram[s + JsonState.closes] >> depth) & 1) ram[s + JsonState.event] = JsonEvent.closed;
  return 1;
}

function startJsonString(ram: Uint8Array, s: number, flags: number): number {
  ram[s + JsonState.flags] = flags;
  ram[s + JsonState.length] = 0;
  ram[s + JsonState.step] = JsonStep.string;
  return 1;
}

/** A value that is no container has ended. */
function endJsonValue(ram: Uint8Array, s: number, event: number): number {
  ram[s + JsonState.step] = JsonStep.after;
  if (ram[s + JsonState.key]) ram[s + JsonState.event] = event;
  return 1;
}

/** The steps before `string`: between tokens. */
function stepJsonStructure(ram: Uint8Array, s: number, c: number): number {
  const step = ram[s + JsonState.step];
  if (c === Ascii.space || c === Ascii.lineFeed || c === Ascii.carriageReturn || c === Ascii.tab) return 1;
  if (step === JsonStep.after) {
    if (c !== Ascii.comma) return (c | Ascii.caseBit) === Ascii.closeBrace ? closeJsonContainer(ram, s, (c >> 5) & 1) : failJson(ram, s);
    ram[s + JsonState.step] = isInJsonObject(ram, s) ? JsonStep.key : JsonStep.value;
    return 1;
  }
  if (step === JsonStep.colon) {
    if (c !== Ascii.colon) return failJson(ram, s);
    ram[s + JsonState.step] = JsonStep.value;
    return 1;
  }
  if (step === JsonStep.key || step === JsonStep.firstKey) {
    if (c === Ascii.quote) return startJsonString(ram, s, JsonFlag.capture | JsonFlag.isKey);
    return c === Ascii.closeBrace && step === JsonStep.firstKey ? closeJsonContainer(ram, s, 1) : failJson(ram, s);
  }
  if (c === Ascii.openBrace || c === Ascii.openBracket) return openJsonContainer(ram, s, (c >> 5) & 1);
  if (!ram[s + JsonState.depth]) return failJson(ram, s);
  if (c === Ascii.closeBracket && step === JsonStep.firstItem) return closeJsonContainer(ram, s, 0);
  if (c === Ascii.quote) return startJsonString(ram, s, ram[s + JsonState.key] ? JsonFlag.capture : 0);
  return startJsonScalar(ram, s, c);
}

function startJsonScalar(ram: Uint8Array, s: number, c: number): number {
  if (c === Ascii.t || c === Ascii.f || c === Ascii.n) {
    ram[s + JsonState.step] = JsonStep.literal;
    ram[s + JsonState.count] = c === Ascii.t ? 1 : c === Ascii.f ? 5 : 10;
    return 1;
  }
  if (c !== Ascii.minus && (c < Ascii.zero || c > Ascii.nine)) return failJson(ram, s);
  startJsonString(ram, s, ram[s + JsonState.key] ? JsonFlag.capture : 0);
  ram[s + JsonState.step] = c === Ascii.minus ? JsonStep.minus : c === Ascii.zero ? JsonStep.zero : JsonStep.integer;
  if (ram[s + JsonState.key]) keepJsonByte(ram, s, c);
  return 1;
}

function stepJsonString(ram: Uint8Array, s: number, c: number): number {
  if (c < Ascii.space) return failJson(ram, s);
  if (c === Ascii.backslash) {
    ram[s + JsonState.step] = JsonStep.escape;
    return 1;
  }
  if (c !== Ascii.quote) {
    if (ram[s + JsonState.flags] & JsonFlag.capture) keepJsonByte(ram, s, c);
    return 1;
  }
  if (!(ram[s + JsonState.flags] & JsonFlag.isKey)) return endJsonValue(ram, s, JsonEvent.string);
  ram[s + JsonState.key] = findJsonKey(ram, s);
  ram[s + JsonState.step] = JsonStep.colon;
  return 1;
}

function stepJsonEscape(ram: Uint8Array, s: number, c: number): number {
  let unit = c;
  if (c === Ascii.u) {
    ram[s + JsonState.count] = 4;
    ram[s + JsonState.unit] = 0;
    ram[s + JsonState.unit + 1] = 0;
    ram[s + JsonState.step] = JsonStep.hex;
    return 1;
  }
  if (c === Ascii.b) unit = 8;
  else if (c === Ascii.f) unit = 12;
  else if (c === Ascii.n) unit = Ascii.lineFeed;
  else if (c === Ascii.r) unit = Ascii.carriageReturn;
  else if (c === Ascii.t) unit = Ascii.tab;
  else if (c !== Ascii.quote && c !== Ascii.backslash && c !== Ascii.slash) return failJson(ram, s);
  if (ram[s + JsonState.flags] & JsonFlag.capture) keepJsonByte(ram, s, unit);
  ram[s + JsonState.step] = JsonStep.string;
  return 1;
}

function stepJsonHex(ram: Uint8Array, s: number, c: number): number {
  const letter = c | Ascii.caseBit;
  const isDigit = c >= Ascii.zero && c <= Ascii.nine;
  let unit = (ram[s + JsonState.unit] | (ram[s + JsonState.unit + 1] << 8)) << 4;
  if (!isDigit && (letter < Ascii.a || letter > Ascii.f)) return failJson(ram, s);
  unit |= isDigit ? c - Ascii.zero : letter - Ascii.a + 10;
  ram[s + JsonState.unit] = unit & 255;
  ram[s + JsonState.unit + 1] = unit >> 8;
  ram[s + JsonState.count]--;
  if (ram[s + JsonState.count]) return 1;
  if (ram[s + JsonState.flags] & JsonFlag.capture) keepJsonUnit(ram, s, unit);
  ram[s + JsonState.step] = JsonStep.string;
  return 1;
}

function stepJsonLiteral(ram: Uint8Array, s: number, c: number): number {
  const next = ram[s + JsonState.count];
  if (c !== jsonLiterals.charCodeAt(next)) return failJson(ram, s);
  ram[s + JsonState.count] = next + 1;
  if (next === 3) return endJsonValue(ram, s, JsonEvent.isTrue);
  if (next === 8) return endJsonValue(ram, s, JsonEvent.isFalse);
  if (next === 12) return endJsonValue(ram, s, JsonEvent.isNull);
  return 1;
}

/** The step of a number after one more digit; 0 (a step outside numbers) if none may follow. */
function nextJsonDigit(step: number, c: number): number {
  if (step === JsonStep.minus) return c === Ascii.zero ? JsonStep.zero : JsonStep.integer;
  if (step === JsonStep.zero) return 0;
  if (step === JsonStep.point) return JsonStep.fraction;
  if (step === JsonStep.exponentMark || step === JsonStep.exponentSign) return JsonStep.exponent;
  return step;
}

/** Returns 0 if the byte is not the number's any more: it is then looked at again as what follows the value. */
function stepJsonNumber(ram: Uint8Array, s: number, c: number): number {
  const step = ram[s + JsonState.step];
  let next = 0;
  if (c >= Ascii.zero && c <= Ascii.nine) next = nextJsonDigit(step, c);
  else if (c === Ascii.point) next = step === JsonStep.zero || step === JsonStep.integer ? JsonStep.point : 0;
  else if ((c | Ascii.caseBit) === Ascii.e) next = step >= JsonStep.zero && step < JsonStep.exponent ? JsonStep.exponentMark : 0;
  else if (c === Ascii.plus || c === Ascii.minus) next = step === JsonStep.exponentMark ? JsonStep.exponentSign : 0;
  if (next) {
    ram[s + JsonState.step] = next;
    if (ram[s + JsonState.flags] & JsonFlag.capture) keepJsonByte(ram, s, c);
    return 1;
  }
  if (step < JsonStep.zero) return failJson(ram, s);
  endJsonValue(ram, s, JsonEvent.number);
  return 0;
}

function stepJson(ram: Uint8Array, s: number, c: number): number {
  const step = ram[s + JsonState.step];
  if (step === JsonStep.string) return stepJsonString(ram, s, c);
  if (step < JsonStep.string) return stepJsonStructure(ram, s, c);
  if (step >= JsonStep.minus) return stepJsonNumber(ram, s, c);
  if (step === JsonStep.literal) return stepJsonLiteral(ram, s, c);
  if (step === JsonStep.escape) return stepJsonEscape(ram, s, c);
  if (step === JsonStep.hex) return stepJsonHex(ram, s, c);
  return c === Ascii.space || c === Ascii.lineFeed || c === Ascii.carriageReturn || c === Ascii.tab ? 1 : failJson(ram, s);
}

/**
 * Goes on with the text at ram[at .. at+length).
 * @param s place of the scanner's state (JsonState)
 * @returns the number of bytes consumed: all of them, or fewer with the reason in JsonState.event; then call again with the rest. With
 *   JsonEvent.failed the text is not JSON, and every further call consumes nothing.
 */
export function scanJson(ram: Uint8Array, s: number, at: number, length: number): number {
  const end = at + length;
  let i = at;
  if (ram[s + JsonState.step] === JsonStep.failed) return 0;
  if (ram[s + JsonState.event]) {
    ram[s + JsonState.event] = JsonEvent.none;
    ram[s + JsonState.key] = 0;
  }
  while (i < end && !ram[s + JsonState.event]) {
    if (ram[s + JsonState.step] === JsonStep.string && !(ram[s + JsonState.flags] & JsonFlag.capture)) {
      while (i < end && ram[i] >= Ascii.space && ram[i] !== Ascii.quote && ram[i] !== Ascii.backslash) i++;
      if (i === end) break;
    }
    i += stepJson(ram, s, ram[i]);
  }
  return i - at;
}
