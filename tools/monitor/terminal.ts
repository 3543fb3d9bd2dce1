import { createWriteStream } from "node:fs";
import { openPort } from "../serial/port-link";
import { colorsFor, describe, ToolError } from "../serial/tool-error";
import { Monitor } from "./monitor";

export interface TerminalMonitorOptions {
  raw: boolean;
  /** A file that a copy is appended to. */
  log?: string;
}

/** Runs a monitor on this terminal until Ctrl-C. */
export async function runMonitor(path: string, options: TerminalMonitorOptions): Promise<void> {
  const colors = colorsFor(process.stdout);
  const log = options.log ? await openLog(options.log) : undefined;
  const monitor = new Monitor({
    open: () => openPort(path),
    show: (text) => process.stdout.write(process.stdout.isTTY || options.raw ? text : text.replaceAll("\r", "")),
    log: log && ((text) => log.write(text)),
    raw: options.raw,
    colors,
  });
  const end = () => monitor.end();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  const restoreKeys = listenToKeys((keys) => monitor.type(keys));
  try {
    if (restoreKeys && !options.raw)
      process.stdout.write(`${colors.dim("--- Ctrl-C ends, Ctrl-R restarts the board, Ctrl-T opens its prompt")}\r\n`);
    await monitor.run();
  } finally {
    restoreKeys?.();
    log?.end();
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
}

/** Takes the keys one by one as they are typed. Gives what undoes it, or undefined without a terminal. */
function listenToKeys(take: (keys: string) => Promise<void>): (() => void) | undefined {
  const { stdin } = process;
  if (!stdin.isTTY) return undefined;
  const onData = (keys: Buffer) => {
    void take(keys.toString("latin1"));
  };
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on("data", onData);
  return () => {
    stdin.setRawMode(false);
    stdin.off("data", onData);
    stdin.pause();
  };
}

async function openLog(file: string): Promise<NodeJS.WritableStream> {
  const stream = createWriteStream(file, { flags: "a" });
  await new Promise<void>((resolve, reject) => {
    stream.once("open", () => resolve());
    stream.once("error", (error) => reject(new ToolError(`cannot write the log ${file}: ${describe(error)}`)));
  });
  return stream;
}
