/** What is neither the handshake's nor data: alerts, and handshake messages after the handshake. Loaded for one record, or a piece of it. */
import { readAlert } from "./alert-in";
import type { Connection } from "./connection";
import { readPostHandshake } from "./post-handshake";
import { ContentType } from "./record-out";

/** Step: takes ram[at .. end) of type `held`; what is provisional has no type yet and is offered because it may be NewSessionTickets. */
export function readControl(c: Connection): void {
  c.step = c.held === ContentType.alert && !c.provisional ? readAlert : readPostHandshake;
}
