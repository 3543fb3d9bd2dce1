/**
 * The memory of the JSON scanner: what json-scan.ts and its native twin keep between calls, byte by byte, so that a copy of these bytes is
 * a copy of the scanner. Offsets from the scanner's place; a two-byte field is little-endian. All zeros is a scanner before its text.
 */
export const enum JsonState {
  /** A JsonStep. */
  step = 0,
  /** A JsonEvent: why the last call stopped. */
  event = 1,
  /** Open containers: 0 outside the root, 1 directly inside it. */
  depth = 2,
  /** The place in the key list, counted from 1, of the key whose value comes or came; 0: of no interest. */
  key = 3,
  /** 4 bytes, one bit for each open container, outermost first from bit 0 of the first byte on: 1 object, 0 array. */
  kinds = 4,
  /** Set by the caller: bit d stops the scanner when a container closes whose inside is depth d (1 to 7). */
  closes = 8,
  /** Bits of JsonFlag. */
  flags = 9,
  /** How many bytes of `text` are filled. */
  length = 10,
  /** Within a \u escape: hex digits still to come. Within a literal: offset of its next character in "truefalsenull". */
  count = 11,
  /** 2 bytes: the value of a \u escape so far. */
  unit = 12,
  /**
   * 2 bytes, set by the caller: place of the key list. One entry a key: depth (1 to 32) of the object it must be in, number of its bytes
   * (1 to 76), its bytes. A zero byte ends the list.
   */
  keys = 14,
  /** The key or value as it is read, unescaped; what does not fit is dropped and JsonFlag.truncated set. */
  text = 16,
  textSize = 76,
  size = 92,
}

export const enum JsonFlag {
  /** The string being read is kept in `text`. */
  capture = 1,
  truncated = 2,
  /** The string being read is a key. */
  isKey = 4,
}

export const enum JsonLimit {
  depth = 32,
  /** `closes` is one byte: depths from here on never stop the scanner. */
  closes = 8,
}

/** What the scanner expects next. From `zero` on: inside a number that may end here. */
export const enum JsonStep {
  /** A value. */
  value,
  /** After `[`: a value or `]`. */
  firstItem,
  /** After `{`: a key or `}`. */
  firstKey,
  /** After `,` in an object. */
  key,
  colon,
  /** After a value inside a container: `,` or the container's end. */
  after,
  string,
  escape,
  hex,
  literal,
  /** After the root: white space only. */
  end,
  /** Not JSON, or nested deeper than JsonLimit.depth. It stays so. */
  failed,
  minus,
  point,
  exponentMark,
  exponentSign,
  zero,
  integer,
  fraction,
  exponent,
}

/** Why a call stopped before its last byte, or at it. Values and opened containers are those of a key in the list. */
export const enum JsonEvent {
  /** It did not: all bytes are consumed. */
  none,
  /** `text` is the value, UTF-8 as it came; \u escapes of lone surrogates as three bytes. */
  string,
  /** `text` is the number as written. The byte after it is not consumed yet. */
  number,
  isTrue,
  isFalse,
  isNull,
  objectOpened,
  arrayOpened,
  /** A container of a depth in `closes` has ended; `depth` is already that of what holds it. */
  closed,
  failed,
}
