/*
 * The object E, and memory by address.
 * The files of this folder are evaluated inside the board's context, one after the other, before the firmware; each is called with `host` (host.ts) and
 * with `shared`, where they leave what the next ones need.
 */
(function (host, shared) {
  const global = globalThis;
  // The firmware puts something else in their place.
  const { Array, Number, Object, String, Uint8Array } = global;
  const { hidden, bytesOf, textOf, TypedArray, rand, seedRandom, shown } = shared;

  // ---- E

  function collect(values, into) {
    for (const value of values) {
      if (typeof value === "string") for (let i = 0; i < value.length; i++) into.push(value.charCodeAt(i) & 255);
      else if (typeof value === "number" || typeof value === "boolean") into.push(value & 255);
      else if (value instanceof TypedArray) for (let i = 0; i < value.length; i++) into.push(value[i] & 255);
      else if (value instanceof ArrayBuffer) collect([new Uint8Array(value)], into);
      else if (Array.isArray(value)) collect(value, into);
      else if (value && typeof value === "object" && typeof value.count === "number")
        for (let i = 0; i < value.count; i++) collect([value.data], into);
      else throw new Error("Expecting a number or something iterable, got " + typeof value);
    }
    return into;
  }
  const dataOf = (value) => textOf(collect([value], []));
  const E = {
    toString: (...values) => (values.length === 1 && typeof values[0] === "string" ? values[0] : textOf(collect(values, []))),
    toUint8Array: (...values) => new Uint8Array(collect(values, [])),
    toArrayBuffer: (value) => bytesOf(value).buffer,
    toFlatString: (...values) => textOf(collect(values, [])),
    toJS: shown,
    asUTF8: (value) => value,
    fromUTF8: (value) => value,
    isUTF8: () => false,
    clip: Math.clip,
    reverseByte: (byte) => {
      let reversed = 0;
      for (let i = 0; i < 8; i++) reversed |= ((byte >> i) & 1) << (7 - i);
      return reversed;
    },
    sum: (values) => values.reduce((total, value) => total + value, 0),
    mapInPlace: (from, to, map, bits) => mapInPlace(from, to, map, bits),
    CRC32: (value) => host.crc32(dataOf(value)),
    hwRand: () => rand() | 0,
    srand: seedRandom,
    getAddressOf: (value, flat) => {
      if (!flat) return host.objectAddress(value);
      if (typeof value === "string") return host.stringAddress(value);
      const view = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
      if (!(view instanceof TypedArray) || view.buffer.byteLength < host.shortestFlat) return 0;
      return host.bufferAddress(view.buffer) + view.byteOffset;
    },
    nativeCall: (address, signature) => {
      const types = /^(\w+)\((.*)\)$/.exec(signature);
      if (!types) throw new Error("Error Parsing signature at argument number 0");
      const count = types[2] === "" ? 0 : types[2].split(",").length;
      if (count > 4) throw new Error("Error Parsing signature at argument number " + count);
      const call = (a, b, c, d) =>
        host.nativeCall(address, (count > 0 ? a : 0) | 0, (count > 1 ? b : 0) | 0, (count > 2 ? c : 0) | 0, (count > 3 ? d : 0) | 0);
      // On the chip what a native function is bound to is lost, and one argument in its place is 0.
      call.bind = (_self, ...bound) => (bound.length ? (...rest) => call(0, ...rest) : call);
      return call;
    },
    memoryArea: (address, length) => host.memoryArea(address, length),
    getErrorFlags: () =>
      host
        .takeErrorFlags()
        .split(" ")
        .filter((flag) => flag !== ""),
    getFlags: () => ({}),
    setFlags: () => undefined,
    getSizeOf: () => 1,
    defrag: () => undefined,
    kickWatchdog: () => undefined,
    enableWatchdog: () => undefined,
    setPassword: (password) => host.setPassword(password),
    lockConsole: () => undefined,
    setConsole: (device) => host.setConsole(device === null ? "" : String(device)),
    setTimeZone: () => undefined,
    setBootCode: (code) => (code ? host.storageWrite(".bootcde", code, 0, 0) : host.storageErase(".bootcde")),
    getTemperature: () => Number.NaN,
    getAnalogVRef: () => 3.3,
    reboot: () => host.reboot("restart"),
  };
  hidden(global, "E", E);

  function mapInPlace(from, to, map, wantedBits) {
    const width = 8 * (from.byteLength / from.length);
    const msbFirst = !(wantedBits < 0);
    const bits = Math.abs(wantedBits | 0) || width;
    let read = 0;
    let held = 0;
    let element = 0;
    for (let i = 0; i < to.length && (read < from.length || held >= bits); i++) {
      const index = read;
      while (held < bits) {
        if (msbFirst) element = (element << width) | from[read];
        else element |= from[read] << held;
        read++;
        held += width;
      }
      const value = msbFirst ? (element >> (held - bits)) & ((1 << bits) - 1) : element & ((1 << bits) - 1);
      if (!msbFirst) element >>= bits;
      held -= bits;
      to[i] = typeof map === "function" ? map(value, index) : map ? map[value] : value;
    }
  }

  for (const bits of [8, 16, 32]) {
    hidden(global, "peek" + bits, (address, count) => {
      if (count === undefined) return host.peek(bits, address);
      const values = [];
      for (let i = 0; i < count; i++) values.push(host.peek(bits, address + (i * bits) / 8));
      return values;
    });
    hidden(global, "poke" + bits, (address, value) => host.poke(bits, address, value));
  }
  Object.assign(shared, { dataOf });
});
