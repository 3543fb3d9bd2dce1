/** A serial line, real or simulated: bytes go out, chunks come in, and at some moment it may be gone. */
export interface Link {
  /** What to call it in messages: a port's path. */
  readonly name: string;
  /** Resolves when the bytes have left for the line. Rejects when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sets who hears of it. A later call replaces the listener. */
  listen(listener: LinkListener): void;
  /** Sets the two control lines; does nothing where the line has none (a pseudo terminal). */
  signals(lines: { dtr: boolean; rts: boolean }): Promise<void>;
  /** Changes the speed of an open line, in bits a second. */
  setBaudRate(baudRate: number): Promise<void>;
  close(): Promise<void>;
}

export interface LinkListener {
  data(chunk: Uint8Array): void;
  /** The line is gone: unplugged, or closed from here. Comes at most once. */
  closed(): void;
}

/** Speed of Espruino's console on the ESP8266, in bits a second. */
export const CONSOLE_BAUD_RATE = 115200;

/** How long the reset line is held down, in ms. */
const RESET_PULSE_MS = 100;

/** Restarts the board through the auto-reset circuit that most boards have (RTS drives the chip's reset); elsewhere nothing happens. */
export async function pulseReset(link: Link): Promise<void> {
  await link.signals({ dtr: false, rts: true });
  await pause(RESET_PULSE_MS);
  await link.signals({ dtr: false, rts: false });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
