/**
 * Reads the cases of cases/*.md: a heading names the case, a fence `http` has the bytes, a fence `events` what must come of them.
 * In `http` every line ends with CR LF unless it ends with a backslash; \r \n \t \\ and \xNN stand for bytes. After `http` may follow `closed`
 * (the peer then closes in order) or `cut` (the connection breaks).
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Bytes } from "../transport";

export interface HttpCase {
  name: string;
  bytes: Bytes;
  ending: "" | "closed" | "cut";
  events: string;
}

function unescapeLine(line: string): Bytes {
  const continues = /(^|[^\\])(\\\\)*\\$/.test(line);
  const text = (continues ? line.slice(0, -1) : line).replace(/\\(x[0-9a-f]{2}|.)/gi, (_, e: string) => {
    if (e[0] === "x") return String.fromCharCode(Number.parseInt(e.slice(1), 16));
    return { r: "\r", n: "\n", t: "\t", "\\": "\\" }[e] ?? e;
  });
  return text + (continues ? "" : "\r\n");
}

export function readHttpCases(folder: URL): HttpCase[] {
  const cases: HttpCase[] = [];
  for (const file of readdirSync(folder).sort()) {
    let name = "";
    for (const part of readFileSync(new URL(file, folder), "utf8").split(/^(?=#+ |```\w)/m)) {
      const heading = /^#+ (.*)/.exec(part);
      const fence = /^```(\w+) ?(\w*)\n([\s\S]*?)^```$/m.exec(part);
      if (heading) name = heading[1];
      if (fence?.[1] === "http") {
        const lines = fence[3].split("\n").slice(0, -1);
        cases.push({ name: `${file}: ${name}`, bytes: lines.map(unescapeLine).join(""), ending: fence[2] as "", events: "" });
      }
      if (fence?.[1] === "events") cases[cases.length - 1].events = fence[3].trim();
    }
  }
  return cases;
}
