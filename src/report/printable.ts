/** Text of a peer, made fit to be printed. */
import type { Bytes } from "../transport";

const hexDigits = "0123456789abcdef";

/** Bytes outside printable ASCII, and backslashes, as \xNN: no peer can move the cursor, change colours or forge a line. */
export function printable(text: Bytes): string {
  let shown = "";
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    shown += c < 32 || c > 126 || c === 92 ? "\\x" + hexDigits.charAt(c >> 4) + hexDigits.charAt(c & 15) : text.charAt(i);
  }
  return shown;
}
