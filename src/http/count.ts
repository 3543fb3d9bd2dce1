/**
 * The value of digits without sign or spaces.
 * @param text at most 10 digits
 * @param radix 10 or 16
 * @returns -1 if it is anything else
 */
export function parseCount(text: string, radix: number): number {
  const n = parseInt(text, radix);
  const padded = "0000000000" + n.toString(radix);
  return text.length > 0 && text.length < 11 && n >= 0 && padded.slice(-text.length) === text.toLowerCase() ? n : -1;
}
