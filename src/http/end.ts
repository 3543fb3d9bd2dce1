/** How a request ends (client.ts). */
import type { HttpClient, HttpReply } from "./client";

/** The request is over: says so in a later turn, so that what is done then begins on a flat stack. */
export function endRequest(c: HttpClient, code: number, reply: HttpReply | null): void {
  c.isBusy = 0;
  c.board.clock.after(() => c.app((app) => app.done.call(c, code, reply)), 0);
}
