/** Milliseconds, and how they are shown. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** "17 min 12 s" */
export function span(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${(milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min ${Math.floor((milliseconds % MINUTE) / SECOND)} s`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} h ${Math.floor((milliseconds % HOUR) / MINUTE)} min`;
  return `${(milliseconds / DAY).toFixed(1)} days`;
}

/** "day 123, 14:05:09" */
export function moment(milliseconds: number): string {
  const clock = new Date(milliseconds % DAY).toISOString().slice(11, 19);
  return `day ${Math.floor(milliseconds / DAY) + 1}, ${clock}`;
}
