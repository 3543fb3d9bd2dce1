/** Looks at the light as a person does: what is lit and does not change is steady, whatever is not steady is something else. */
import type { PinChange } from "../virtual-board/pins";
import type { VirtualTime } from "../virtual-board/virtual-time";

/** After this long without a change a light is steady: longer than any rhythm of the firmware's. */
const STEADY = 6000;
/** PWM that is too fast for the eye. */
const STEADY_HERTZ = 50;
/** The light is lit by a pin that is low. */
const DARK = 1;

/**
 * The level at which a pin leaves its light lit without a rhythm, null for anything else: dark, never written, or PWM slow enough to be seen.
 * @param history may have edges still to come
 */
export function shownAt(history: readonly PinChange[], now: number): number | null {
  const last = history.at(-1);
  if (!last || last.at > now || last.value === DARK) return null;
  const isPwm = last.value !== 0 && last.value !== 1;
  return isPwm && last.hertz !== undefined && last.hertz < STEADY_HERTZ ? null : last.value;
}

export class LightEye {
  private level: number | null = null;
  private callOff: (() => void) | null = null;
  private isSteady = false;

  /** @param tell told when the light becomes steadily lit, and when it no longer is */
  constructor(
    private time: VirtualTime,
    private tell: (isSteady: boolean) => void,
  ) {}

  /** Looks at what `shownAt` gives. */
  see(level: number | null): void {
    if (level === this.level) return;
    this.level = level;
    this.callOff?.();
    this.callOff = null;
    if (this.isSteady) this.becomes(false);
    if (level === null) return;
    const stoodStill = this.time.stoodStill;
    this.callOff = this.time.after(STEADY, () => {
      this.callOff = null;
      // A rhythm that stood still will go on.
      if (this.time.stoodStill === stoodStill) this.becomes(true);
    });
  }

  private becomes(isSteady: boolean): void {
    this.isSteady = isSteady;
    this.tell(isSteady);
  }
}
