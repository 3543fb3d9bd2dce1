/** Records that are neither the handshake's nor data: loads what takes them, which is wanted seldom and briefly. */
import { type Connection, Wait } from "./connection";
import { ContentType } from "./record-out";

/** Step: has ram[at .. end) of type `held` taken; what is provisional has no type yet and is offered because it may be NewSessionTickets. */
export function loadControl(c: Connection): void {
  c.wait = Wait.work;
  if (c.held === ContentType.alert && !c.provisional) import("./alert-in").then((part) => c.resume(part.readAlert));
  else import("./post-handshake").then((part) => c.resume(part.readPostHandshake));
}
