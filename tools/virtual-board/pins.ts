/** The pins and what was written to them. PWM and pulses run by themselves, as they do in the chip's timer interrupt: no turn is theirs. */

export interface PinChange {
  /** Milliseconds since power on; in the future for the edges of a pulse that is under way. */
  at: number;
  /** 0 to 1; between them PWM, high first. */
  value: number;
  /** Of analogWrite, if it was given. */
  hertz?: number;
}

export interface PinState {
  /** What was written last; after a pulse, where that ends. */
  value: number;
  mode: string;
  history: PinChange[];
}

export const PIN_NAMES = [...Array(17).keys()].map((number) => "D" + number).concat("A0");
const HISTORY = 10_000;

export class Pins {
  readonly states: Record<string, PinState> = {};

  constructor(private now: () => number) {
    for (const name of PIN_NAMES) this.states[name] = { value: 0, mode: "auto", history: [] };
  }

  /** digitalWrite: the edges of a pulse that is under way still come. */
  write(name: string, value: number): void {
    const pin = this.state(name);
    pin.value = Math.min(Math.max(value, 0), 1);
    const next = pin.history.findIndex(({ at }) => at > this.now());
    pin.history.splice(next < 0 ? pin.history.length : next, 0, { at: this.now(), value: pin.value });
    if (pin.history.length > HISTORY) pin.history.splice(0, HISTORY / 2);
  }

  /** analogWrite: ends a pulse that is under way. */
  writeAnalog(name: string, value: number, hertz?: number): void {
    const pin = this.state(name);
    pin.history = pin.history.filter(({ at }) => at <= this.now());
    this.write(name, value);
    if (hertz !== undefined) pin.history.at(-1)!.hertz = hertz;
  }

  /** digitalPulse: begins when the one before has ended. */
  pulse(name: string, value: number, milliseconds: number[]): void {
    const pin = this.state(name);
    let at = Math.max(this.now(), pin.history.at(-1)?.at ?? 0);
    let level = value;
    for (const time of [...milliseconds, 0]) {
      pin.history.push({ at, value: level });
      at += time;
      pin.value = level;
      level = 1 - level;
    }
  }

  read(name: string): number {
    return this.states[name]?.value ?? 0;
  }

  setMode(name: string, mode: string): void {
    this.state(name).mode = mode;
  }

  private state(name: string): PinState {
    const pin = this.states[name];
    if (!pin) throw new Error("Invalid pin!");
    return pin;
  }
}

/** PWM that is too fast for the eye. */
const STEADY_HERTZ = 50;

/** What a pin had at a moment: 0, 1, or between them the share of PWM that is too fast to see. Before the first write 0. */
export function levelAt(pin: PinState, at: number): number {
  const change = pin.history.filter((one) => one.at <= at).at(-1);
  if (!change) return 0;
  const { value, hertz = STEADY_HERTZ } = change;
  if (value === 0 || value === 1 || hertz >= STEADY_HERTZ) return value;
  return (((at - change.at) * hertz) / 1000) % 1 < value ? 1 : 0;
}
