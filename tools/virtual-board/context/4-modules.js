/*
 * The modules that require() gives, process, and what is left.
 * The files of this folder are evaluated inside the board's context, one after the other, before the firmware; each is called with `host` (host.ts) and
 * with `shared`, where they leave what the next ones need.
 */
(function (host, shared) {
  const global = globalThis;
  // The firmware puts something else in their place.
  const { Array, Function, Object, String } = global;
  const { hidden, bytesOf, TypedArray, dataOf } = shared;

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

  const writePixels = (pin, data) => {
    const bytes = dataOf(data);
    if (bytes.length % 3) throw new Error("Data length must be a multiple of 3 (RGB)");
    host.neopixel(String(global.Pin(pin)), bytes);
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
    neopixelWrite: writePixels,
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
    neopixel: { write: writePixels },
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
