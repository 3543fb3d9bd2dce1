/*
 * Espruino's language: takes away what Espruino lacks and changes what it does differently.
 * The files of this folder are evaluated inside the board's context, one after the other, before the firmware; each is called with `host` (host.ts) and
 * with `shared`, where they leave what the next ones need.
 */
(function (host, shared) {
  const global = globalThis;
  // The firmware puts something else in their place.
  const { Array, Object, String, Uint8Array } = global;
  const nativeFromCharCode = String.fromCharCode;
  const nativeReplace = String.prototype.replace;
  const nativeIndexOf = String.prototype.indexOf;
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const NativeDate = Date;
  const NativeProxy = Proxy;
  const hidden = (target, name, value) =>
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  const bytesOf = (text) => {
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i) & 255;
    return bytes;
  };
  const textOf = (bytes) => {
    let text = "";
    for (let i = 0; i < bytes.length; i++) text += nativeFromCharCode(bytes[i] & 255);
    return text;
  };

  // ---- what is missing

  const owners = { TypedArray };
  for (const path of Object.keys(host.missingMembers)) {
    const [name, prototype] = path.split(".");
    const owner = owners[name] || global[name];
    const target = prototype ? owner.prototype : owner;
    for (const member of host.missingMembers[path].split(" ")) delete target[member];
  }
  for (const name of host.missingGlobals.split(" ")) delete global[name];
  hidden(global, "global", global);
  // ---- what is different

  String.fromCharCode = (...codes) => nativeFromCharCode(...codes.map((code) => code & 255));

  /** Takes a partial match at the very end for a match. */
  function indexOf(text, wanted, from) {
    if (wanted.length > text.length) return -1;
    let i = Math.max(from | 0, 0);
    if (wanted.length === 0) return Math.min(i, text.length);
    const whole = nativeIndexOf.call(text, wanted, i);
    if (whole >= 0) return whole;
    for (i = Math.max(i, text.length - wanted.length + 1); i < text.length; i++) {
      if (text.substr(i) === wanted.substr(0, text.length - i)) return i;
    }
    return -1;
  }
  hidden(String.prototype, "indexOf", function (wanted, from) {
    return indexOf(String(this), String(wanted), from);
  });
  hidden(String.prototype, "includes", function (wanted, from) {
    return indexOf(String(this), String(wanted), from) >= 0;
  });
  hidden(String.prototype, "replace", function (wanted, replacement) {
    if (wanted instanceof RegExp) return nativeReplace.call(this, wanted, replacement);
    const text = String(this);
    const found = indexOf(text, String(wanted), 0);
    if (found < 0) return text;
    const put = typeof replacement === "function" ? replacement(wanted, found, text) : replacement;
    return text.substr(0, found) + put + text.substr(found + String(wanted).length);
  });

  const nativeSet = TypedArray.prototype.set;
  hidden(TypedArray.prototype, "set", function (values, at) {
    nativeSet.call(this, typeof values === "string" ? bytesOf(values) : values, at);
  });
  hidden(TypedArray.prototype, "slice", function (from, to) {
    return Array.prototype.slice.call(this, from, to);
  });

  // Constructors are functions that may be called without `new`.
  for (const name of Object.getOwnPropertyNames(global)) {
    if (Object.getPrototypeOf(global[name] || 0) === TypedArray)
      hidden(global, name, new NativeProxy(global[name], { apply: (type, _this, values) => new type(...values) }));
  }

  class BoardDate extends NativeDate {
    constructor(...args) {
      if (args.length === 0) super(host.wallTime());
      else super(...args);
    }
    static now() {
      return host.wallTime();
    }
  }
  Object.defineProperty(BoardDate, "name", { value: "Date" });
  hidden(global, "Date", BoardDate);

  let seed = 1;
  const seedRandom = (value) => {
    seed = value >>> 0;
  };
  const rand = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed;
  };
  Math.random = () => rand() / 2147483648;
  Math.randInt = (range) => (range ? rand() % range : rand() | 0);
  Math.clip = (x, low, high) => Math.min(Math.max(x, low), high);
  Math.wrap = (x, max) => ((x % max) + max) % max;
  Object.assign(shared, { hidden, bytesOf, textOf, TypedArray, rand, seedRandom });
});
