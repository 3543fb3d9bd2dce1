/** Looks at the light as a person does: what is lit and does not change is steady, whatever is not steady is something else. */
import type { VirtualTime } from "../virtual-board/virtual-time";

/** After this long without a change a light is steady: longer than any rhythm of the firmware's. */
const STEADY = 6000;

export class LightEye {
  private level: number | null = null;
  private callOff: (() => void) | null = null;
  private isSteady = false;

  /**
   * @param dark the pin's level that leaves the light dark
   * @param tell told when the light becomes steadily lit, and when it no longer is
   */
  constructor(
    private time: VirtualTime,
    private dark: number,
    private tell: (isSteady: boolean) => void,
  ) {}

  /** Looks at the pin's level; null while the pin is an input. */
  see(level: number | null): void {
    if (level === this.level) return;
    this.level = level;
    this.callOff?.();
    this.callOff = null;
    if (this.isSteady) this.becomes(false);
    if (level === null || level === this.dark) return;
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
