/** The Link header (RFC 8288), as far as pages are walked by it: no commas or brackets in its parameters. */
import type { Bytes } from "../transport";
import { parseCount } from "./count";

export const enum Page {
  /** What nextPageOf says of a next page without a number. */
  unnumbered = 65535,
}

/**
 * The number of the page that a Link header calls the next; nothing else of that link is used, so that no host or path is ever followed.
 * @returns 0 if there is none, Page.unnumbered if it has no number from 1 to below that
 */
export function nextPageOf(value: Bytes): number {
  const links = value.split(",");
  let next = 0;
  for (let i = 0; i < links.length; i++) {
    const parts = links[i].split(">");
    const relation = (parts[1] || "").toLowerCase().split("rel=")[1] || "";
    // One word, or several in quotes.
    const words = relation.charAt(0) === '"' ? relation.split('"')[1] : relation.split(";")[0].trim();
    if (!next && parts.length === 2 && (" " + words + " ").split(" next ").length > 1) {
      const query = ("&" + parts[0].split("?")[1]).split("&page=");
      const page = query.length === 2 ? parseCount(query[1].split("&")[0], 10) : -1;
      next = page > 0 && page < Page.unnumbered ? page : Page.unnumbered;
    }
  }
  return next;
}
