/** Records that are neither the handshake's nor data: loads what takes them (control-in.ts), which is wanted seldom and briefly. */
import { type Connection, Wait } from "./connection";

/** Step: has ram[at .. end) of type `held` taken. */
export function loadControl(c: Connection): void {
  c.wait = Wait.work;
  import("./control-in").then((part) => c.resume(part.readControl));
}
