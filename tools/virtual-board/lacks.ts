/**
 * What Espruino 2v29 (ESP8266_4MB options) does not have, measured by asking it for every name that Node's context has. Names of properties that differ in
 * kind only (`name` of errors, RegExp's static fields) are left out, as are those that JavaScript does not let go of (Number.MAX_SAFE_INTEGER, MIN_SAFE_INTEGER
 * and EPSILON, BYTES_PER_ELEMENT): the build's language check refuses these.
 */

const TYPED_ARRAY_LACKS =
  "entries keys values at copyWithin findLast findLastIndex lastIndexOf reduceRight toLocaleString toReversed toSorted with";

export const MISSING_GLOBALS =
  "Symbol AggregateError EvalError RangeError URIError Intl BigUint64Array BigInt64Array Map BigInt Set WeakMap WeakSet Proxy Reflect FinalizationRegistry " +
  "WeakRef decodeURI encodeURI escape unescape SharedArrayBuffer Atomics WebAssembly Iterator queueMicrotask structuredClone";

export const MISSING_MEMBERS: Record<string, string> = {
  Object: "getOwnPropertySymbols hasOwn is preventExtensions seal freeze isExtensible isFrozen isSealed groupBy",
  "Object.prototype":
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ isPrototypeOf propertyIsEnumerable toLocaleString",
  Array: "from of fromAsync",
  "Array.prototype":
    "at copyWithin findLast findLastIndex lastIndexOf keys entries values flat flatMap reduceRight toLocaleString toReversed toSorted toSpliced with",
  Number: "isFinite isInteger isNaN isSafeInteger parseFloat parseInt",
  "Number.prototype": "toExponential toPrecision toLocaleString",
  String: "fromCodePoint raw",
  "String.prototype":
    "anchor at big blink bold codePointAt fontcolor fontsize fixed isWellFormed italics link localeCompare matchAll normalize search small strike sub sup " +
    "toWellFormed trimStart trimLeft trimEnd trimRight toLocaleLowerCase toLocaleUpperCase",
  Date: "UTC",
  "Date.prototype":
    "toDateString toTimeString toGMTString setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds getYear setYear " +
    "toLocaleString toLocaleDateString toLocaleTimeString",
  Promise: "allSettled any race withResolvers try",
  "RegExp.prototype": "compile",
  Error: "captureStackTrace",
  Math: "acosh asinh atanh cbrt expm1 clz32 cosh fround hypot imul log1p log2 log10 sinh tanh trunc",
  ArrayBuffer: "isView",
  "ArrayBuffer.prototype": "slice resize transfer transferToFixedLength",
  "TypedArray.prototype": TYPED_ARRAY_LACKS,
  TypedArray: "from of",
  console:
    "dir dirxml table group groupCollapsed groupEnd clear count countReset assert profile profileEnd time timeLog timeEnd timeStamp context createTask",
};
