/*
 * Evaluated inside the board's context, before the firmware: takes away what Espruino lacks, changes what it does differently, and gives
 * the context Espruino's globals on top of `host` (host.ts).
 */
(function (host) {
  const global = globalThis;
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
  const nativeFromCharCode = String.fromCharCode;
  const nativeReplace = String.prototype.replace;
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const NativeDate = Date;

  // ---- what is missing

  const owners = { TypedArray };
  for (const path of Object.keys(host.missingMembers)) {
    const [name, prototype] = path.split(".");
    const owner = owners[name] || global[name];
    const target = prototype ? owner.prototype : owner;
    for (const member of host.missingMembers[path].split(" ")) delete target[member];
  }
  for (const type of [
    Uint8Array,
    Int8Array,
    Uint8ClampedArray,
    Uint16Array,
    Int16Array,
    Uint32Array,
    Int32Array,
    Float32Array,
    Float64Array,
  ]) {
    delete type.BYTES_PER_ELEMENT;
    delete type.prototype.BYTES_PER_ELEMENT;
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
    for (; i < text.length; i++) {
      const length = Math.min(wanted.length, text.length - i);
      if (text.substr(i, length) === wanted.substr(0, length)) return i;
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
  const rand = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed;
  };
  Math.random = () => rand() / 2147483648;
  Math.randInt = (range) => (range ? rand() % range : rand() | 0);
  Math.clip = (x, low, high) => Math.min(Math.max(x, low), high);
  Math.wrap = (x, max) => ((x % max) + max) % max;

  // ---- events: every object has on, emit, removeListener, removeAllListeners

  hidden(Object.prototype, "on", function (name, listener) {
    host.on(this, name, listener, false);
  });
  hidden(Object.prototype, "prependListener", function (name, listener) {
    host.on(this, name, listener, true);
  });
  hidden(Object.prototype, "emit", function (name, ...args) {
    host.emit(this, name, args);
  });
  hidden(Object.prototype, "removeListener", function (name, listener) {
    host.removeListener(this, name, listener);
  });
  hidden(Object.prototype, "removeAllListeners", function (name) {
    host.removeAllListeners(this, name);
  });

  // ---- console

  function shown(value) {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "function") return String(value);
    if (value instanceof Error) return value.name + ": " + value.message;
    if (value instanceof TypedArray) return "new " + value.constructor.name + "(" + JSON.stringify(Array.prototype.slice.call(value)) + ")";
    if (Array.isArray(value)) return value.length ? "[ " + value.map(shown).join(", ") + " ]" : "[  ]";
    if (value && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
      const members = Object.keys(value).map((key) => '"' + key + '": ' + shown(value[key]));
      return members.length ? "{ " + members.join(", ") + " }" : "{  }";
    }
    return String(value);
  }
  hidden(global, "__shown", shown);
  const text = (value) => (typeof value === "string" ? value : shown(value));
  const print = (...values) => host.print(values.map(text).join(" ") + "\n");
  hidden(global, "print", print);
  hidden(global, "console", { log: print, debug: print, info: print, warn: print, error: print, trace: () => undefined });
  const serial = (name) => ({
    print: (value) => host.serial(name, text(value)),
    println: (value) => host.serial(name, text(value) + "\n"),
    write: (...values) => host.serial(name, E.toString(...values)),
    setConsole: () => host.setConsole(name),
    setup: () => undefined,
    unsetup: () => undefined,
    available: () => 0,
    read: () => undefined,
  });
  for (const name of ["Serial1", "Serial2", "LoopbackA", "LoopbackB", "Telnet"]) hidden(global, name, serial(name));
  hidden(global, "echo", (on) => host.setEcho(on !== false));

  // ---- timers

  const timer = (name, repeats) =>
    hidden(global, name, (f, milliseconds, ...args) => {
      if (typeof f !== "function" && typeof f !== "string") throw new Error("Function or String not supplied!");
      return host.setTimer(typeof f === "string" ? () => host.evaluate(f) : f, milliseconds, args, repeats);
    });
  timer("setTimeout", false);
  timer("setInterval", true);
  const clear = (name) =>
    hidden(global, name, (...ids) => {
      if (ids.length === 0) host.clearAllTimers();
      else if (ids[0] === undefined) throw new Error(name + "(undefined) not allowed. Use " + name + "() instead");
      else host.clearTimer(ids[0]);
    });
  clear("clearTimeout");
  clear("clearInterval");
  hidden(global, "changeInterval", (id, milliseconds) => host.changeInterval(id, milliseconds));
  hidden(global, "getTime", () => host.wallTime() / 1000);
  hidden(global, "setTime", (seconds) => host.setWallTime(seconds * 1000));

  // ---- pins

  class BoardPin {
    constructor(name) {
      hidden(this, "pinName", name);
    }
    write(value) {
      host.pinWrite(this.pinName, value ? 1 : 0);
    }
    set() {
      this.write(1);
    }
    reset() {
      this.write(0);
    }
    toggle() {
      const value = !this.read();
      this.write(value);
      return value;
    }
    read() {
      return host.pinRead(this.pinName) >= 0.5;
    }
    mode(mode) {
      host.pinMode(this.pinName, mode);
    }
    getMode() {
      return host.pinGetMode(this.pinName);
    }
    analog() {
      return host.pinRead(this.pinName);
    }
    pwm(value, options) {
      host.pinWrite(this.pinName, value, options?.freq);
    }
    pulse(value, milliseconds) {
      pulse(this, value, milliseconds);
    }
    toString() {
      return this.pinName;
    }
    toJSON() {
      return this.pinName;
    }
  }
  const pins = {};
  for (const name of host.pinNames) {
    pins[name] = new BoardPin(name);
    hidden(global, name, pins[name]);
  }
  function pinOf(pin) {
    if (pin instanceof BoardPin) return pin;
    const found = pins[typeof pin === "number" ? "D" + pin : pin];
    if (!found) throw new Error("Invalid pin!");
    return found;
  }
  function Pin(pin) {
    return pinOf(pin);
  }
  Pin.prototype = BoardPin.prototype;
  hidden(global, "Pin", Pin);
  const pulse = (pin, value, milliseconds) => {
    const times = Array.isArray(milliseconds) ? milliseconds : [milliseconds];
    let at = 0;
    let level = value;
    pinOf(pin).write(level);
    for (const time of times) {
      at += time;
      level = !level;
      setTimeout((next) => pinOf(pin).write(next), at, level);
    }
  };
  hidden(global, "digitalWrite", (pin, value) => {
    if (!Array.isArray(pin)) pinOf(pin).write(value);
    else for (let i = 0; i < pin.length; i++) pinOf(pin[pin.length - 1 - i]).write((value >> i) & 1);
  });
  hidden(global, "digitalRead", (pin) => (pinOf(pin).read() ? 1 : 0));
  hidden(global, "digitalPulse", pulse);
  hidden(global, "analogWrite", (pin, value, options) => pinOf(pin).pwm(value, options));
  hidden(global, "analogRead", (pin) => pinOf(pin).analog());
  hidden(global, "pinMode", (pin, mode) => pinOf(pin).mode(mode || "auto"));
  hidden(global, "getPinMode", (pin) => pinOf(pin).getMode());
  hidden(global, "HIGH", 1);
  hidden(global, "LOW", 0);

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
    srand: (value) => {
      seed = value >>> 0;
    },
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
      return (a, b, c, d) =>
        host.nativeCall(address, (count > 0 ? a : 0) | 0, (count > 1 ? b : 0) | 0, (count > 2 ? c : 0) | 0, (count > 3 ? d : 0) | 0);
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

  // ---- modules

  function Socket() {}
  Socket.prototype.write = function (data) {
    host.socketWrite(this, String(data));
    return false;
  };
  Socket.prototype.end = function (data) {
    host.socketEnd(this, data === undefined ? undefined : String(data));
  };
  Socket.prototype.available = function () {
    return host.socketAvailable(this);
  };
  Socket.prototype.read = function (count) {
    return host.socketRead(this, count | 0);
  };
  hidden(global, "Socket", Socket);
  host.makeError = (code, message) => ({ code, message });

  const net = {
    connect: (options, callback) => {
      if (!options || typeof options !== "object") throw new Error("Expecting Options to be an Object but it was " + typeof options);
      if (callback !== undefined && typeof callback !== "function")
        throw new Error("Expecting Callback Function but got " + typeof callback);
      const socket = new Socket();
      if (callback) host.onlyListener(socket, "connect", callback);
      host.socketOpen(socket, options.host === undefined ? "127.0.0.1" : String(options.host), options.port | 0);
      return socket;
    },
  };

  const wifi = {
    connect: (ssid, options, callback) => {
      if (typeof ssid !== "string") throw new Error("No SSID provided");
      if (options !== null && typeof options !== "object") throw new Error("Expecting Object, got " + typeof options);
      if (callback !== undefined && typeof callback !== "function") throw new Error("Expecting callback function but got " + callback);
      host.wifi.connect(ssid, options?.password === undefined ? "" : options.password, callback);
    },
    disconnect: (callback) => host.wifi.disconnect(callback),
    startAP: (_name, _options, callback) => {
      host.wifi.accessPoint = true;
      host.later(callback, [null]);
    },
    stopAP: (callback) => {
      host.wifi.accessPoint = false;
      host.later(callback, []);
    },
    getIP: (callback) => {
      const up = host.wifi.isUp;
      const info = { ip: host.wifi.address, netmask: up ? "255.255.255.0" : "0.0.0.0", gw: up ? "192.168.1.1" : "0.0.0.0", mac: host.mac };
      host.later(callback, [null, info]);
      return info;
    },
    getDetails: (callback) => {
      const details = {
        status: host.wifi.status,
        rssi: -50,
        ssid: host.wifi.ssid,
        password: host.wifi.password,
        authMode: "wpa2",
        savedSsid: null,
      };
      host.later(callback, [details]);
      return details;
    },
    getStatus: (callback) => {
      const status = {
        mode: host.wifi.accessPoint ? "sta+ap" : "sta",
        station: host.wifi.status,
        ap: host.wifi.accessPoint ? "enabled" : "disabled",
        phy: "11n",
        powersave: "none",
        savedMode: "off",
      };
      host.later(callback, [status]);
      return status;
    },
    setConfig: () => undefined,
    setHostname: (name) => {
      host.wifi.hostname = name;
    },
    getHostname: () => host.wifi.hostname,
    setSNTP: (server, zone) => {
      if (typeof zone !== "number" && typeof zone !== "string") throw new Error("Zone is not a number");
      if (zone < -11 || zone > 13) throw new Error("Zone must be in range -11..13");
      if (typeof server !== "string") throw new Error("Server is not a string");
      host.wifi.setSntp(server, zone | 0);
    },
    save: () => undefined,
    restore: () => undefined,
  };
  host.wifiLibrary = wifi;

  const storage = {
    read: (name, offset, length) => host.storageRead(name, offset | 0, length | 0),
    readArrayBuffer: (name) => {
      const data = host.storageRead(name, 0, 0);
      return data === undefined ? undefined : bytesOf(data).buffer;
    },
    readJSON: (name, noExceptions) => {
      const data = host.storageRead(name, 0, 0);
      if (data === undefined) return undefined;
      try {
        return JSON.parse(data);
      } catch (error) {
        if (noExceptions) return undefined;
        throw error;
      }
    },
    write: (name, data, offset, size) => {
      if (typeof data === "string" || data instanceof TypedArray || data instanceof ArrayBuffer || Array.isArray(data)) {
        return host.storageWrite(name, dataOf(data), offset | 0, size | 0);
      }
      return host.storageWrite(name, JSON.stringify(data), 0, 0);
    },
    writeJSON: (name, data) => host.storageWrite(name, JSON.stringify(data), 0, 0),
    erase: (name) => host.storageErase(name),
    eraseAll: () => host.storage.eraseAll(),
    compact: () => {
      host.storage.compact();
    },
    list: (pattern) =>
      host.storage
        .list()
        .join("\0")
        .split("\0")
        .filter((name) => name !== "" && (!pattern || pattern.test(name))),
    getFree: () => host.storage.free(),
    getStats: () => Object.assign({}, host.storage.stats()),
  };

  const esp8266 = {
    getResetInfo: () => ({ reason: host.resetReason(), exccause: 0, epc1: 0, epc2: 0, epc3: 0, excvaddr: 0, depc: 0 }),
    getState: () => ({
      sdkVersion: "2.2.1(6ab97e9)",
      cpuFrequency: 160,
      freeHeap: 12288,
      maxCon: 10,
      flashMap: "4MB:1024/1024",
      flashKB: 4096,
      flashChip: "0xe0 0x4016",
    }),
    getFreeFlash: () => [{ addr: 0x300000, length: 0xfb000 }],
    reboot: () => host.reboot("restart"),
    setCPUFreq: () => undefined,
    crc32: (data) => host.crc32(dataOf(data)),
    logDebug: () => undefined,
    setLog: () => undefined,
    printLog: () => undefined,
    readLog: () => "",
    dumpSocketInfo: () => undefined,
    neopixelWrite: (pin, data) => host.neopixel(String(pin), dataOf(data)),
  };

  const modules = {
    net,
    Wifi: wifi,
    Storage: storage,
    ESP8266: esp8266,
    crypto: { SHA1: (data) => bytesOf(host.sha1(dataOf(data))).buffer },
    TelnetServer: {
      setOptions: (options) => {
        if (options.mode !== "on" && options.mode !== "off") throw new Error("Unknown telnet mode");
        host.setTelnet(options.mode === "on");
      },
    },
    neopixel: { write: (pin, data) => host.neopixel(String(pin), dataOf(data)) },
  };
  hidden(global, "require", (name) => {
    if (!modules[name]) throw new Error("Module " + name + " not found");
    return modules[name];
  });
  hidden(global, "Modules", {
    getCached: () => Object.keys(modules),
    addCached: (name, code) => {
      const exports = {};
      if (typeof code === "function") code.call(exports, exports);
      else new Function("exports", "module", code)(exports, { exports });
      modules[name] = exports;
    },
    removeCached: (name) => delete modules[name],
    removeAllCached: () => undefined,
  });

  // ---- process and the rest

  const env = {
    VERSION: host.version,
    GIT_COMMIT: "00000000",
    BOARD: "ESP8266_4MB",
    RAM: 81920,
    FLASH: 0,
    STORAGE: 196608,
    SERIAL: "5ccf7f-1",
    CONSOLE: "Serial1",
    MODULES: "Flash,Storage,net,dgram,http,NetworkJS,Wifi,ESP8266,TelnetServer,crypto,neopixel",
    EXPTR: 1073741824,
  };
  hidden(global, "process", {
    version: host.version,
    env,
    memory: () => ({
      free: 1000,
      usage: 600,
      total: 1600,
      history: 0,
      gc: 0,
      gctime: 1,
      blocksize: 12,
      flash_start: 0,
      flash_binary_end: 0xc0000,
      flash_code_start: 0xcb000,
      flash_length: 0x400000,
    }),
  });
  hidden(global, "load", () => host.reboot("load"));
  hidden(global, "reset", () => host.reboot("reset"));
  hidden(global, "save", () => undefined);
  hidden(global, "trace", () => undefined);
  hidden(global, "dump", () => undefined);
  hidden(global, "atob", (value) => host.atob(value));
  hidden(global, "btoa", (value) => host.btoa(typeof value === "string" ? value : dataOf(value)));
  hidden(global, "__count", (statements) => {
    host.counter[0] += statements;
  });
});
