/**
 * What JavaScript has and Espruino 2v29 has not, as asked of the interpreter itself (`typeof [].flat` and so on): names of methods that none
 * of its objects has. An object of the firmware's own may well have a property of such a name.
 */
export const missingMethods = new Set(
  `anchor at big blink bold codePointAt fontcolor fontsize isWellFormed italics localeCompare matchAll normalize search strike sub sup
  toWellFormed trimStart trimLeft trimEnd trimRight toLocaleLowerCase toLocaleUpperCase copyWithin findLast findLastIndex keys entries values
  flat flatMap reduceRight toLocaleString toReversed toSorted toSpliced with finally dotAll flags hasIndices ignoreCase multiline sticky unicode
  unicodeSets compile toExponential toPrecision maxByteLength resizable resize getBigInt64 setBigInt64 getBigUint64 setBigUint64
  __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ isPrototypeOf propertyIsEnumerable name caller stack cause`.split(
    /\s+/,
  ),
);

/** What the built-in objects do have; anything else of them is refused. */
export const members: Record<string, Set<string>> = {
  Math: words(
    "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil clip cos exp floor log max min randInt round sign sin sqrt tan wrap",
  ),
  Object: words(
    `assign create defineProperties defineProperty entries fromEntries getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames
    getPrototypeOf keys setPrototypeOf values prototype`,
  ),
  Array: words("isArray prototype"),
  String: words("fromCharCode prototype"),
  Number: words("MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY"),
  Promise: words("all reject resolve"),
  JSON: words("parse stringify"),
  Date: words("now parse"),
  Uint8Array: words("prototype"),
  ArrayBuffer: words(""),
  Error: words("prototype"),
};

/** Global names of the language that Espruino on the ESP8266 has; its own are those of board/espruino.d.ts. */
export const globals = words(
  `Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array Function Infinity InternalError Int16Array Int32Array Int8Array JSON
  Math NaN Number Object Promise ReferenceError RegExp String SyntaxError TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray
  arguments atob btoa console decodeURIComponent encodeURIComponent eval global globalThis isFinite isNaN parseFloat parseInt undefined`,
);

function words(text: string): Set<string> {
  return new Set(text.split(/\s+/));
}
