import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanJson } from "./json-scan";
import { JsonEvent, JsonFlag, JsonLimit, JsonState, JsonStep } from "./json-state";

const place = 40;
const keysPlace = 200;
const textPlace = 1000;

interface Hit {
  event: number;
  key: number;
  depth: number;
  text: string;
}

/** Key list entries as [depth, key]. */
type Keys = [number, string][];

function startScanner(keys: Keys, closes: number, size: number): Uint8Array {
  const ram = new Uint8Array(textPlace + size);
  let at = keysPlace;
  for (const [depth, key] of keys) {
    const bytes = Buffer.from(key, "utf8");
    ram.set([depth, bytes.length, ...bytes], at);
    at += 2 + bytes.length;
  }
  ram[place + JsonState.keys] = keysPlace;
  ram[place + JsonState.closes] = closes;
  return ram;
}

function scanPieces(keys: Keys, closes: number, pieces: Buffer[]): { hits: Hit[]; step: number } {
  const ram = startScanner(keys, closes, Math.max(1, ...pieces.map((p) => p.length)));
  const hits: Hit[] = [];
  for (const piece of pieces) {
    ram.set(piece, textPlace);
    let at = 0;
    while (at < piece.length) {
      const used = scanJson(ram, place, textPlace + at, piece.length - at);
      const event = ram[place + JsonState.event];
      at += used;
      if (event === JsonEvent.failed) return { hits, step: ram[place + JsonState.step] };
      if (event === JsonEvent.none) {
        expect(at).toBe(piece.length);
        continue;
      }
      const hasText = event === JsonEvent.string || event === JsonEvent.number;
      const length = hasText ? ram[place + JsonState.length] : 0;
      const text = Buffer.from(ram.subarray(place + JsonState.text, place + JsonState.text + length)).toString("utf8");
      hits.push({ event, key: ram[place + JsonState.key], depth: ram[place + JsonState.depth], text });
    }
  }
  return { hits, step: ram[place + JsonState.step] };
}

const scanText = (keys: Keys, closes: number, text: string) => scanPieces(keys, closes, [Buffer.from(text, "utf8")]);

/** The same hits, found by walking what JSON.parse made. */
function walk(keys: Keys, closes: number, value: unknown, depth: number, key: number, hits: Hit[]): void {
  const scalar = (event: number, text = "") => key && hits.push({ event, key, depth, text });
  if (value === null) scalar(JsonEvent.isNull);
  else if (value === true) scalar(JsonEvent.isTrue);
  else if (value === false) scalar(JsonEvent.isFalse);
  else if (typeof value === "string") scalar(JsonEvent.string, value);
  else if (typeof value === "number") scalar(JsonEvent.number, String(value));
  else {
    const isArray = Array.isArray(value);
    if (key) hits.push({ event: isArray ? JsonEvent.arrayOpened : JsonEvent.objectOpened, key, depth: depth + 1, text: "" });
    for (const [name, inner] of Object.entries(value as object)) {
      const found = isArray ? 0 : keys.findIndex(([d, k]) => d === depth + 1 && k === name) + 1;
      walk(keys, closes, inner, depth + 1, found, hits);
    }
    if (depth + 1 < 8 && (closes >> (depth + 1)) & 1) hits.push({ event: JsonEvent.closed, key: 0, depth, text: "" });
  }
}

/** Writes a value with random white space, and some characters as escapes. */
function spaced(value: unknown, random: () => number): string {
  const space = () => ["", "", "", " ", "\n", "\t\r\n"][random() % 6];
  const quoted = (s: string) =>
    [...JSON.stringify(s)]
      .map((c, i, all) =>
        i > 0 && i < all.length - 1 && /[a-z]/i.test(c) && all[i - 1] !== "\\" && random() % 9 === 0 && !inEscape(all, i) ? escaped(c) : c,
      )
      .join("");
  const inEscape = (all: string[], i: number) => /\\u[0-9a-f]{0,3}$/i.test(all.slice(Math.max(0, i - 5), i).join(""));
  const escaped = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const write = (v: unknown): string => {
    if (typeof v === "string") return space() + quoted(v) + space();
    if (Array.isArray(v)) return `${space()}[${v.length ? v.map(write).join(",") : space()}]${space()}`;
    if (v === null || typeof v !== "object") return space() + JSON.stringify(v) + space();
    const members = Object.entries(v).map(([k, inner]) => `${space()}${quoted(k)}${space()}:${write(inner)}`);
    return `${space()}{${members.length ? members.join(",") : space()}}${space()}`;
  };
  return write(value);
}

const keyNames = ["state", "sha", "a", "name", "κ", "longer-than-most-but-not-too-long"];
const anyKey = fc.oneof(fc.constantFrom(...keyNames), fc.string({ maxLength: 5 })).filter((k) => k !== "__proto__" && !/^\d+$/.test(k));
const anyString = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: "grapheme", maxLength: 6 }));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    anyString,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(anyKey, tie("tree"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const anyRoot = fc.oneof(fc.array(tree, { maxLength: 5 }), fc.dictionary(anyKey, tree, { maxKeys: 6, noNullPrototype: true }));
const anyKeys: fc.Arbitrary<Keys> = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(...keyNames)), {
  maxLength: 6,
  selector: ([d, k]) => `${d}${k}`,
});
const anyRandom = fc.infiniteStream(fc.nat(1000)).map((stream) => () => stream.next().value as number);

function cut(bytes: Buffer, random: () => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + (random() % 3 ? random() % 40 : random() % 3);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function nesting(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  return 1 + Math.max(0, ...Object.values(value).map(nesting));
}

describe("finds", () => {
  const keys: Keys = [
    [1, "state"],
    [1, "total_count"],
    [3, "name"],
    [1, "check_runs"],
  ];

  test("top-level values, and none of the same name deeper", () => {
    const text = '{"statuses":[{"state":"success"}],"state" : "failure","a":{"state":1},"total_count":12}';
    expect(scanText(keys, 0, text)).toEqual({
      hits: [
        { event: JsonEvent.string, key: 1, depth: 1, text: "failure" },
        { event: JsonEvent.number, key: 2, depth: 0 + 1, text: "12" },
      ],
      step: JsonStep.end,
    });
  });

  test("the opening of a container by its key, and its end by its depth", () => {
    const text = '{"check_runs":[{"name":null,"app":{"name":"x"}},{"name":true}]}';
    expect(scanText(keys, (1 << 2) | (1 << 3), text).hits).toEqual([
      { event: JsonEvent.arrayOpened, key: 4, depth: 2, text: "" },
      { event: JsonEvent.isNull, key: 3, depth: 3, text: "" },
      { event: JsonEvent.closed, key: 0, depth: 2, text: "" },
      { event: JsonEvent.isTrue, key: 3, depth: 3, text: "" },
      { event: JsonEvent.closed, key: 0, depth: 2, text: "" },
      { event: JsonEvent.closed, key: 0, depth: 1, text: "" },
    ]);
  });

  test("escaped keys and values", () => {
    const text = '{"st\\u0061te":"\\u00e9\\ud83d\\udE00\\"\\\\\\/\\b\\f\\n\\r\\t"}';
    expect(scanText(keys, 0, text).hits).toEqual([{ event: JsonEvent.string, key: 1, depth: 1, text: 'é😀"\\/\b\f\n\r\t' }]);
  });

  test("lone surrogates, each as three bytes", () => {
    const ram = startScanner([[1, "a"]], 0, 100);
    const text = '{"a":"\\udc00\\ud800x\\ud800"}';
    ram.set(Buffer.from(text), textPlace);
    scanJson(ram, place, textPlace, text.length);
    const value = ram.subarray(place + JsonState.text, place + JsonState.text + ram[place + JsonState.length]);
    expect(Buffer.from(value).toString("hex")).toBe("edb080" + "eda080" + "78" + "eda080");
  });

  test("the beginning of a value that is too long", () => {
    for (const [size, truncated] of [
      [JsonState.textSize, 0],
      [JsonState.textSize + 1, JsonFlag.truncated],
    ]) {
      const ram = startScanner([[1, "a"]], 0, 200);
      const text = `{"a":"${"x".repeat(size)}"}`;
      ram.set(Buffer.from(text), textPlace);
      scanJson(ram, place, textPlace, text.length);
      expect(ram[place + JsonState.event]).toBe(JsonEvent.string);
      expect(ram[place + JsonState.length]).toBe(JsonState.textSize);
      expect(ram[place + JsonState.flags] & JsonFlag.truncated).toBe(truncated);
    }
  });

  test("no key by the beginning of a longer one", () => {
    const long = "k".repeat(JsonState.textSize);
    expect(scanText([[1, long]], 0, `{"${long}k":1,"${long.slice(1)}":2}`).hits).toEqual([]);
    expect(scanText([[1, long]], 0, `{"${long}":1}`).hits).toHaveLength(1);
  });
});

describe("refuses", () => {
  for (const text of [
    ...'} ] , : 1 x "a" true \ufeff{}'.split(" "),
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{,}",
    "[,]",
    "[1,]",
    "[1 2]",
    "[1}",
    '{"a":1]',
    "[01]",
    "[-]",
    "[1.]",
    "[.5]",
    "[1e]",
    "[1e+]",
    "[+1]",
    "[1.5.2]",
    "[0x1]",
    "[tru]",
    "[truE]",
    "[nul1]",
    '["\\x"]',
    '["\\u12g4"]',
    '["\n"]',
    "{a:1}",
    "{'a':1}",
    "[]]",
    "[][]",
    "{} x",
    "[NaN]",
    "[".repeat(JsonLimit.depth + 1),
  ])
    test(JSON.stringify(text), () => {
      expect(scanText([], 0, text).step).toBe(JsonStep.failed);
    });

  test("all that follows the first fault, without consuming it", () => {
    const ram = startScanner([], 0, 10);
    ram.set(Buffer.from("[}[]"), textPlace);
    expect(scanJson(ram, place, textPlace, 4)).toBe(2);
    expect(scanJson(ram, place, textPlace + 2, 2)).toBe(0);
    expect(ram[place + JsonState.event]).toBe(JsonEvent.failed);
  });
});

test("nesting up to the limit is accepted", () => {
  const deep = JsonLimit.depth;
  expect(scanText([], 0, "[".repeat(deep) + "]".repeat(deep)).step).toBe(JsonStep.end);
  expect(scanText([], 0, '{"a":['.repeat(deep / 2) + "]}".repeat(deep / 2)).step).toBe(JsonStep.end);
});

test("finds what JSON.parse finds, however the text is spaced, escaped and cut", () => {
  fc.assert(
    fc.property(anyRoot, anyKeys, fc.nat(255), anyRandom, (root, keys, closes, random) => {
      const expected: Hit[] = [];
      walk(keys, closes & 0xfe, root, 0, 0, expected);
      const { hits, step } = scanPieces(keys, closes & 0xfe, cut(Buffer.from(spaced(root, random), "utf8"), random));
      const plain = hits.map((h) => (h.event === JsonEvent.number ? { ...h, text: String(Number(h.text)) } : h));
      expect(step).toBe(JsonStep.end);
      expect(plain).toEqual(
        expected.map((h) => ({ ...h, text: Buffer.from(h.text, "utf8").subarray(0, JsonState.textSize).toString("utf8") })),
      );
    }),
    { numRuns: 2000 },
  );
});

test("accepts what JSON.parse accepts and nothing else", () => {
  const alphabet = fc.constantFrom(...'{}[],:"\\u0123eE+-.tfnalsrue \n\x00\x1fé/b');
  const mutation = fc.tuple(fc.nat(), fc.nat(2), alphabet);
  fc.assert(
    fc.property(anyRoot, fc.array(mutation, { maxLength: 3 }), anyRandom, (root, mutations, random) => {
      let text = Buffer.from(JSON.stringify(root), "utf8").toString("latin1");
      for (const [where, kind, c] of mutations) {
        const at = where % (text.length + 1);
        text = text.slice(0, at) + (kind === 0 ? "" : c) + text.slice(kind === 2 ? at : at + 1);
      }
      let valid = true;
      try {
        const parsed = JSON.parse(text);
        valid = typeof parsed === "object" && parsed !== null && nesting(parsed) <= JsonLimit.depth;
      } catch {
        valid = false;
      }
      const { step } = scanPieces([[1, "state"]], 6, cut(Buffer.from(text, "latin1"), random));
      expect(step === JsonStep.end, text).toBe(valid);
    }),
    { numRuns: 3000 },
  );
});

test("writes nowhere but into its own state", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const ram = startScanner([[1, "a"]], 255, noise.length);
      ram.set(noise, textPlace);
      const before = ram.slice();
      for (let at = 0; at < noise.length && ram[place + JsonState.event] !== JsonEvent.failed; )
        at += scanJson(ram, place, textPlace + at, noise.length - at);
      expect(ram.subarray(0, place)).toEqual(before.subarray(0, place));
      expect(ram.subarray(place + JsonState.size)).toEqual(before.subarray(place + JsonState.size));
    }),
  );
});
