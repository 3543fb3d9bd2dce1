/** As many as there may be digits. */
const ZEROS = "0000000000";

/**
 * The value of digits without sign or spaces.
 * @param text at most 10 digits
 * @param radix 10 or 16
 * @returns -1 if it is anything else
 */
export function parseCount(text: string, radix: number): number {
  const n = parseInt(text, radix);
  // No call has a call in its argument or stands in a condition: that takes 400 bytes more of the C stack, which is deepest here.
  const shown = n.toString(radix);
  const start = ZEROS.length + shown.length - text.length;
  const digits = (ZEROS + shown).substr(start);
  const lower = text.toLowerCase();
  return text.length > 0 && text.length <= ZEROS.length && n >= 0 && digits === lower ? n : -1;
}
