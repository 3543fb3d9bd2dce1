/*
 * Events, console, timers and pins.
 * The files of this folder are evaluated inside the board's context, one after the other, before the firmware; each is called with `host` (host.ts) and
 * with `shared`, where they leave what the next ones need.
 */
(function (host, shared) {
  const global = globalThis;
  // The firmware puts something else in their place.
  const { Array, Object, String } = global;
  const { hidden, TypedArray } = shared;

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
  // ---- eval: ends at a zero, as every script does

  const evaluate = global.eval;
  hidden(global, "eval", (script) => evaluate(String(script).split("\0", 1)[0]));

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
      host.pinAnalog(this.pinName, value, options?.freq);
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
  const pulse = (pin, value, milliseconds) =>
    host.pinPulse(pinOf(pin).pinName, value ? 1 : 0, Array.isArray(milliseconds) ? milliseconds : [milliseconds]);
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
  Object.assign(shared, { shown });
});
