/**
 * What the board prints, made fit for a terminal: terminal commands are dropped, so that nothing a peer sends through the board can drive
 * the terminal, and boot loader output (sent at another speed) is shown as what it is.
 */

/** One line of output, complete or as far as it has come. */
export interface OutputLine {
  text: string;
  /** Made of bytes of another speed rather than of text. */
  noise: boolean;
}

/** A terminal command: ESC and a letter, or ESC [ parameters letter. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what it looks for
const ESCAPE_SEQUENCE = /\x1b(?:\[[0-9;?]*[A-Za-z]|[^[])/g;
/** What Espruino takes its prompt away with before it prints a line. */
const ERASE_LINE = "\r\x1b[J";

const PROMPT = ">";

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what it looks for
const LINE_END = /(\r*\n|\r\x1b\[J)/;

function withoutPrompt(line: string): string {
  return line.startsWith(PROMPT) ? line.slice(PROMPT.length) : line;
}

const UNPRINTABLE = /[^\t\x20-\x7e]/g;

/** A line is noise from this share of unprintable bytes on. */
const NOISE_SHARE = 0.2;

/** A longer line is broken here, in bytes. */
const LONGEST_LINE = 4096;

export function cleanLine(raw: string): OutputLine {
  const text = withoutPrompt(raw).replace(ESCAPE_SEQUENCE, "");
  const bad = text.match(UNPRINTABLE)?.length ?? 0;
  if (bad > 0 && bad >= text.length * NOISE_SHARE) return { text: "", noise: true };
  return { text: text.replace(UNPRINTABLE, ""), noise: false };
}

/** Cuts a stream of bytes into lines. */
export class LineCutter {
  #pending = "";

  /** Takes bytes and gives the lines that they complete. */
  push(chunk: Uint8Array): OutputLine[] {
    const pieces = (this.#pending + Buffer.from(chunk).toString("latin1")).split(LINE_END);
    this.#pending = pieces.pop() as string;
    const lines = [];
    for (let at = 0; at < pieces.length; at += 2) {
      const erased = pieces[at + 1] === ERASE_LINE;
      if (!erased || withoutPrompt(pieces[at]) !== "") lines.push(pieces[at]);
    }
    if (this.#pending.length > LONGEST_LINE) {
      lines.push(this.#pending);
      this.#pending = "";
    }
    return lines.map(cleanLine);
  }

  /** Gives what has come of a line that has no end yet, if anything but a prompt, and forgets it. */
  flush(): OutputLine[] {
    const rest = this.#pending;
    if (rest === PROMPT) return [];
    this.#pending = "";
    return rest === "" || rest === "\r" ? [] : [cleanLine(rest)];
  }
}
