/** The pins and what was written to them. */

export interface PinChange {
  /** Milliseconds since power on. */
  at: number;
  /** 0 to 1 */
  value: number;
  /** Of analogWrite, if it was given. */
  hertz?: number;
}

export interface PinState {
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

  write(name: string, value: number, hertz?: number): void {
    const pin = this.states[name];
    if (!pin) throw new Error("Invalid pin!");
    pin.value = Math.min(Math.max(value, 0), 1);
    pin.history.push({ at: this.now(), value: pin.value, ...(hertz === undefined ? {} : { hertz }) });
    if (pin.history.length > HISTORY) pin.history.splice(0, HISTORY / 2);
  }

  read(name: string): number {
    return this.states[name]?.value ?? 0;
  }

  setMode(name: string, mode: string): void {
    const pin = this.states[name];
    if (!pin) throw new Error("Invalid pin!");
    pin.mode = mode;
  }
}
