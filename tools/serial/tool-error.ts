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
    else process.stderr.write(`${colorsFor(process.stderr).red("error:")} ${describe(error)}\n`);
    if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
}
