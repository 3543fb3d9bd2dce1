import { createColors } from "picocolors";

/** A failure that a person can mend: one line that says what happened and what to do. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}

export type Colors = ReturnType<typeof createColors>;

/** Colours for a stream: none unless it is a terminal, none where NO_COLOR is set. */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  return createColors(Boolean(stream.isTTY) && !process.env.NO_COLOR);
}

/** The one line that stands for an error, whatever was thrown. */
export function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0].trim();
}

/** Breaks a text at spaces into lines of at most `width` columns. A word that is longer stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

/** A message after a mark: broken at words to the width of a terminal, one line elsewhere, so that scripts can search it. */
export function message(mark: string, markWidth: number, text: string, stream: NodeJS.WriteStream): string {
  const width = stream.isTTY ? (stream.columns || DEFAULT_COLUMNS) - markWidth - 2 : Number.POSITIVE_INFINITY;
  return `${mark} ${wrap(text, width).join(`\n${" ".repeat(markWidth + 1)}`)}\n`;
}

const DEFAULT_COLUMNS = 80;

const ERROR_MARK = "error:";

/**
 * Runs a command line tool to its end and sets the exit status: 0, or 1 with one line on stderr.
 * An error that is not a ToolError keeps its stack where DEBUG is set.
 */
export async function runTool(main: () => Promise<void>): Promise<void> {
  try {
    await main();
    process.exitCode = 0;
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") process.stderr.write("\n");
    else process.stderr.write(message(colorsFor(process.stderr).red(ERROR_MARK), ERROR_MARK.length, describe(error), process.stderr));
    if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
}
